internal import ArgumentParser
internal import TSDBEvidence
internal import TSDBStore

/// `epimetheus redact DIR --output NEW`: a copy that can be given away, on which a problem can still be
/// reproduced.
struct RedactCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "redact",
    abstract: "Writes a copy with pseudonyms in the place of label values.",
    discussion: """
      Refs, records and their order, samples, times, chunks, compression and damage stay, so that a problem \
      can be reproduced on the copy. Names of metrics and of labels stay. What may hold values and cannot be \
      rewritten is not copied, and is listed. DIR is not changed.

      Exit status: 0 all was copied or is listed as left out, 1 something is not as it was, 2 something \
      could not be read or written, 130 interrupted: then nothing is left of the copy.
      """)

  @Argument(
    help: "A data directory, a block, a wal directory, a checkpoint or an agent's directory.",
    completion: .directory)
  var directory: String

  @Option(
    help: ArgumentHelp("Write the copy as this new folder.", valueName: "new"),
    transform: { try Word.nonEmpty($0, "the name of a new folder") })
  var output: String

  @Option(
    name: .customLong("label"),
    help: ArgumentHelp(
      "Replace the values of this label only; may be repeated. Without it, of all labels.",
      valueName: "label"), transform: { try Word.nonEmpty($0, "the name of a label") })
  var labels: [String] = []

  @Option(
    help: ArgumentHelp(
      """
      A file with the key of the pseudonyms, 16 bytes at least: with one key a value has one pseudonym in \
      all copies. Without it a key is made and written beside the copy, as NEW.redact-key, which a later \
      run uses again.
      """, valueName: "file"),
    completion: .file(), transform: { try Word.nonEmpty($0, "the name of a file") })
  var key: String?

  @OptionGroup var kind: PseudonymOption

  @Flag(help: "Replace what has that name.")
  var force = false

  @OptionGroup var format: OutputOptions<ReportFormat>
  @OptionGroup var memory: MemoryOption

  func validate() throws {
    if labels.contains("__name__") {
      throw ValidationError("--label takes no __name__: names of metrics stay.")
    }
    if target.isEmpty { throw ValidationError("--output takes the name of a new folder.") }
  }

  /// The name without slashes at its end: other names are made from it.
  private var target: String {
    var path = Substring(output)
    while path.hasSuffix("/") { path.removeLast() }
    return String(path)
  }

  func run() throws {
    let data = try DataDirectory(path: directory)
    try Placement.check(target, for: data, replaces: force)
    let wanted = labels.isEmpty ? Evidence.Redaction.all : .labels(labels)
    guard
      let redacting = try RedactionKey.redactor(wanted, kind.pseudonyms, key: key, for: target)
    else { return }
    Interruption.watch()
    let progress = Progress("copying", total: RedactedCopy.bytesToRead(in: data))
    var options = RedactedCopy.Options()
    options.replaces = force
    options.newKey = redacting.newKey
    options.isCancelled = { Interruption.isAsked }
    options.progress = { progress.advance(bytes: $0) }
    defer { progress.finish() }
    let result = try Interruption.ending(removing: [RedactedCopy.workingPath(target)]) {
      try RedactedCopy(of: data, redacting.redactor, options).write(to: target)
    }
    progress.finish()
    let report = RedactionReport(
      result, output: target, key: key ?? target + ".redact-key", kind.pseudonyms, labels)
    try StandardOutput.write { out in
      switch format.format {
      case .text: out.write(report.text(color: format.colors))
      case .json: out.write(try JSONOutput.report(report))
      }
    }
    for error in result.unread { StandardError.remark(error.withOwner) }
    try status(of: result).end()
  }

  private func status(of result: RedactedCopy.Result) -> ExitStatus {
    guard result.unread.isEmpty else { return .incomplete }
    return result.notReproduced.isEmpty ? .clean : .findings
  }
}
