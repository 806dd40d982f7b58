internal import ArgumentParser
internal import TSDBRepair
internal import TSDBStore

/// `epimetheus undo DIR`: takes the newest repair in place back.
struct UndoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "undo",
    abstract: "Takes the newest repair in place back: every file as it was, times and modes too.",
    discussion: """
      Works as well after a repair, or an undo, that was cut short. Where a server has run since the \
      repair, undo refuses without --force. With it, what the server has changed stays as it is: the \
      head (wal, wbl, chunks_head and snapshots, as one), and each block. The rest is taken back. \
      What has no place any more stays in the quarantine folder, and is named. Exit status: 0 done, 1 \
      done but not all is as it was, 2 refused or failed, or done and the report could not be written: \
      standard error says so. Of a copy without times (cp -r) undo cannot tell what a server changed, and \
      refuses; --force takes the repair back where all sizes are as the repair left them.
      """)

  @Argument(help: "A data directory that was repaired in place.", completion: .directory)
  var directory: String

  @Flag(help: "Take back what can be, though a server has run since; what it wrote stays.")
  var force = false

  @OptionGroup var output: OutputOptions<ReportFormat>

  func run() throws {
    let report = try Undo.run(directory, isForced: force)
    do {
      try StandardOutput.write { out in
        switch output.format {
        case .text: out.write(text(report))
        case .json: out.write(try JSONOutput.report(UndoReport(report)))
        }
      }
    } catch let error as OutputError {
      StandardError.remark("the repair was taken back; only the report could not be written")
      throw error
    }
    try (report.differences.isEmpty ? ExitStatus.clean : .findings).end()
  }

  private func text(_ report: Undo.Report) -> String {
    let name = DisplayText.escaped(report.quarantine)
    guard !report.differences.isEmpty else {
      return "The directory is as it was before \(name).\n"
    }
    var text = "The repair of \(name) is taken back.\n"
    if !report.keptBack.isEmpty || !report.keptBlocks.isEmpty {
      text =
        report.restored == 0
        ? "Nothing of the repair of \(name) can be taken back.\n"
        : "Of the repair of \(name) all is taken back but what is named here.\n"
    }
    text += list("In the directory since then, and left there", report.kept)
    text += list(
      "Made by the repair, and left there, for it may hold what is not put back", report.keptBlocks)
    text += list(
      "Not put back, because its place is taken by what was written since, or gone",
      report.keptBack.map { "\($0.path) (is in \($0.place))" })
    text += list(
      "Gone since the repair",
      report.gone.map { gone in
        gone.path + (gone.compactedInto.map { " (its samples are in \($0) now)" } ?? "")
      })
    let told =
      report.kept + report.keptBlocks + report.keptBack.map(\.path) + report.gone.map(\.path)
    // A folder with something that is told has another time, too.
    let rest = report.differences.filter { path in
      !told.contains { path == $0 || path.hasPrefix($0 + "/") || $0.hasPrefix(path + "/") }
        && (path != "." || told.isEmpty)
    }
    return text + list("Not as before, because somebody else changed it", rest)
  }

  /// One line, with the first of `paths`; nothing where there are none.
  private func list(_ title: String, _ paths: [String]) -> String {
    guard !paths.isEmpty else { return "" }
    let names = paths.prefix(20).map(DisplayText.escaped).joined(separator: ", ")
    let others = paths.count > 20 ? " and \(paths.count - 20) more" : ""
    return "  \(title): \(names)\(others)\n"
  }
}

/// What an undo did, as JSON.
private struct UndoReport: Encodable {
  let schemaVersion = JSONOutput.schemaVersion
  let quarantine: JSONText
  let restored: Int
  let kept: [JSONText]
  let keptBlocks: [JSONText]
  let keptBack: [KeptBack]
  let gone: [Gone]
  let differences: [JSONText]

  /// Something that stays in the quarantine.
  struct KeptBack: Encodable {
    let path: JSONText
    let place: JSONText
  }

  /// Something that somebody else took away.
  struct Gone: Encodable {
    let path: JSONText
    let compactedInto: JSONText?
  }

  init(_ report: Undo.Report) {
    func text(_ path: String) -> JSONText { JSONText(DiskName.bytes(path)) }
    quarantine = text(report.quarantine)
    restored = report.restored
    kept = report.kept.map(text)
    keptBlocks = report.keptBlocks.map(text)
    keptBack = report.keptBack.map { KeptBack(path: text($0.path), place: text($0.place)) }
    gone = report.gone.map {
      Gone(path: text($0.path), compactedInto: $0.compactedInto.map(text))
    }
    differences = report.differences.map(text)
  }
}
