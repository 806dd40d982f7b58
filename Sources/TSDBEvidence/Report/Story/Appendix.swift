internal import TSDBAnalysis
internal import TSDBFormat
internal import Wording

/// How the figures were come by, with what, from which files.
extension Story {
  private static let mostFiles = 60

  var appendix: Section? {
    var facts = [
      Fact(name: "Tool", text: "\(evidence.tool)"),
      Fact(
        name: "Command",
        text:
          "\(code: ForeignText.short(Array(evidence.commandLine.joined(separator: " ").utf8), to: 400))"
      ),
      Fact(name: "Began", text: "\(time: evidence.run.start)"),
      Fact(name: "Ended", text: "\(time: evidence.run.end)"),
    ]
    facts += evidence.run.host.map { Fact(name: $0.name, text: "\(value: $0.value)") }
    var blocks: [Block] = [
      .heading("Methods"), .list(methods), .heading("This run"), .facts(facts),
    ]
    if !evidence.files.isEmpty { blocks.append(.table(files)) }
    return Section(id: "appendix", title: "Appendix", blocks: blocks)
  }

  private var methods: [Prose] {
    [
      "A series is born with its first sample, and dies with its last one if that is not at the end of "
        + "the data. Series that were there when the data begins, or are known from a checkpoint, may be "
        + "older.",
      "The onset is the scrape from which on the series of one label of one metric multiplied; it is the "
        + "time of the first sample of the first of them.",
      "A deploy is a new value of a label such as \(code: "version") or \(code: "image"), or a new "
        + "\(code: "*_info") metric, near the onset on the same job: a candidate, no proof.",
      "What a start does is predicted from how the releases of Prometheus read, repair and delete; a "
        + "repair is tried on links to the files before it is proposed, and checked again.",
      "Memory to replay is estimated from what heads of one to four million series took Prometheus 3.5; "
        + "what it came to differed by up to 15 %.",
      "The directory was read, never written. The same input gives the same report, but for the times and "
        + "the machine of the run.",
    ]
  }

  private var files: ReportTable {
    var table = ReportTable(
      "Files of the directory",
      [.text("file"), .number("bytes"), .text("changed"), .text("SHA-256")])
    table.rows(evidence.files, limit: Self.mostFiles) { file in
      [
        "\(value: file.path)", "\(Units.count(file.size))", "\(time: file.modified / 1_000_000)",
        file.sha256.isEmpty ? "could not be read" : "\(code: file.sha256)",
      ]
    }
    return table
  }
}
