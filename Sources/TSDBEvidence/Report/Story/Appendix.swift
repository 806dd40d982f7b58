internal import TSDBAnalysis
internal import TSDBFormat
internal import TSDBReport
internal import Wording

/// How the figures were come by, with what, from which files.
extension Story {
  private static let mostFiles = 60

  var appendix: Section? {
    var blocks: [Block] = [
      .heading("Methods"), .list(methods), .heading("Versions"),
      .paragraph(
        "Made by \(evidence.tool). \(code: "manifest.json") beside this report has the command line, the "
          + "machine, and when it ran; \(code: "SHA256SUMS") has the hashes of all files of the bundle."
      ),
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
      "The directory was read, never written. The same input gives the same report.",
    ]
  }

  private var files: ResultTable {
    var table = ResultTable(
      caption: "Files of the directory; their whole hashes are in manifest.json",
      [.text("file"), .number("bytes"), .text("changed"), .text("SHA-256 begins with")])
    table.rows(evidence.files, limit: Self.mostFiles) { file in
      [
        "\(value: file.path)", "\(Units.count(file.size))", "\(time: file.modified / 1_000_000)",
        file.sha256.isEmpty ? "could not be read" : "\(value: String(file.sha256.prefix(16)))",
      ]
    }
    return table
  }
}
