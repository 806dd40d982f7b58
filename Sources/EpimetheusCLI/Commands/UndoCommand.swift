internal import ArgumentParser
internal import TSDBRepair

/// `epimetheus undo DIR`: takes the newest repair in place back.
struct UndoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "undo",
    abstract: "Takes the newest repair in place back: every file as it was, times and modes too.",
    discussion: """
      Works as well after a repair, or an undo, that was cut short. What a server has written since \
      the repair goes into the quarantine folder; what it has changed or deleted does not come back, \
      and then undo refuses without --force. Exit status: 0 done, 1 done but not all is as it was, \
      2 refused or failed.
      """)

  @Argument(help: "A data directory that was repaired in place.", completion: .directory)
  var directory: String

  @Flag(help: "Take back what can be, though a server has changed other files since.")
  var force = false

  @OptionGroup var output: OutputOptions<ReportFormat>

  func run() throws {
    let report = try Undo.run(directory, isForced: force)
    try StandardOutput.write { out in
      switch output.format {
      case .text: out.write(text(report))
      case .json: out.write(try JSONOutput.report(UndoReport(report)))
      }
    }
    try (report.differences.isEmpty ? ExitStatus.clean : .findings).end()
  }

  private func text(_ report: Undo.Report) -> String {
    var text = "The directory is as it was before \(DisplayText.escaped(report.quarantine)).\n"
    if !report.putAside.isEmpty {
      let names = report.putAside.map(DisplayText.escaped).joined(separator: ", ")
      text += "  What came after the repair is in the quarantine now: \(names)\n"
    }
    if !report.differences.isEmpty {
      let names = report.differences.map(DisplayText.escaped).joined(separator: ", ")
      text += "  Not as before, because somebody else changed it: \(names)\n"
    }
    return text
  }
}

/// What an undo did, as JSON.
private struct UndoReport: Encodable {
  let schemaVersion = 1
  let quarantine: JSONText
  let restored: Int
  let putAside: [JSONText]
  let differences: [JSONText]

  init(_ report: Undo.Report) {
    quarantine = JSONText(Array(report.quarantine.utf8))
    restored = report.restored
    putAside = report.putAside.map { JSONText(Array($0.utf8)) }
    differences = report.differences.map { JSONText(Array($0.utf8)) }
  }
}
