internal import ArgumentParser
internal import Glibc
internal import TSDBAnalysis
internal import TSDBDiagnosis
internal import TSDBFormat
internal import TSDBRepair
internal import TSDBStore

/// `--drop`, `--external-label` and the like: what blocks of the head hold.
struct FlushHeadInput: OperationInput {
  static let discussion = """
    The head is what a server holds after replay: late samples are in their place, and deleted ones \
    are left out. --output names a new folder that holds nothing but the blocks. --in-place adds \
    them to the directory, and moves wal, wbl, chunks_head and snapshots into the quarantine. \
    Without either, the blocks that would be written are listed.

    Start timestamps are kept in encodings that servers before 3.11 cannot read; a head without \
    them comes out in encodings that every server reads. With --prometheus-version the blocks hold \
    what that release can read: before 3.14 no start timestamps, before 3.5 no native histograms \
    with custom buckets; how many of them are left out is told, and asked in place.

    An agent reads no blocks, so that its directory is left as it is: --output is for that. Samples \
    at the ends of time, which no block can hold, are refused.

    Exit status: 0 done, or there are no samples: what is wrong with the head that was read is told; \
    1 a plan writes blocks; 2 something could not be looked at, or it was refused, as where --drop \
    selects nothing.
    """

  @Option(
    name: .customLong("drop"),
    help: ArgumentHelp(
      "Series that this PromQL selector selects are left out; several are a union.",
      valueName: "selector"),
    transform: { try Selector($0) })
  var dropped: [Selector] = []

  @Option(
    name: .customLong("external-label"),
    help: ArgumentHelp(
      "A label of the whole block, for Thanos; may be repeated.", valueName: "name=value"),
    transform: Self.label)
  var externalLabels: [Label] = []

  @Flag(
    name: .customLong("memory-snapshot"),
    help: """
      Read the head from the last memory snapshot and what follows it in the WAL, as a server with \
      --enable-feature=memory-snapshot-on-shutdown does.
      """)
  var memorySnapshot = false

  private static func label(_ text: String) throws -> Label {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty else {
      throw ValidationError("--external-label takes NAME=VALUE; \(text) is not that.")
    }
    return Label(String(parts[0]), String(parts[1]))
  }

  func run(_ operation: Operation, _ options: SurgeryOptions) async throws {
    guard case .head(let make) = operation.work else { return }
    let data = try DataDirectory(path: options.directory)
    var flushing = FlushHead.Options(now: Int64(time(nil)) &* 1000)
    flushing.dropped = dropped
    flushing.externalLabels = externalLabels
    flushing.view.maxMemory = options.jobs.memory.share(upTo: 128 << 20)
    flushing.view.temporaryFolder = options.target.tmp
    flushing.view.jobs = options.jobs.count
    flushing.view.usesSnapshot = memorySnapshot
    if try data.holds(options.target.tmp) {
      throw ValidationError("--tmp lies in the inspected directory; give another folder.")
    }
    flushing.version = options.startup.prometheusVersion.behaviour
    if options.target.inPlace, data.kind == .agent {
      throw RepairError.refused(
        "\(options.directory): an agent reads no blocks, and what it has not sent would leave its log; "
          + "write the blocks elsewhere with --output")
    }
    if options.target.inPlace, data.mayBeAgents {
      throw RepairError.refused(
        "\(options.directory): a log alone may be an agent's, which reads no blocks, and what it has not sent "
          + "would leave its log; write the blocks elsewhere with --output")
    }
    if options.target.inPlace { try data.refuseIfPassedOver(options.directory) }
    let flush = try await make(data, flushing)
    try flush.idle.refuse(options.directory)
    if options.target.inPlace {
      try await options.run(isProven: false) { context throws(FileError) in
        flush.blocks.isEmpty ? [] : [try flush.step(context.directory)]
      }
      return try end(flush, options)
    }
    if let output = options.target.output {
      let folder = output.split(separator: "/").dropLast().joined(separator: "/")
      let parent = (output.hasPrefix("/") ? "/" : "") + (folder.isEmpty ? "" : folder)
      if try data.holds(parent.isEmpty ? "." : parent) {
        throw ValidationError("--output lies in the directory itself; use --in-place for that.")
      }
      if FileStatus.exists(output) {
        throw RepairError.refused("\(output) exists; give the name of a new folder")
      }
      try await Interruption.guarding(removing: [output]) { try flush.write(toNew: output) }
    }
    let report = FlushReport(flush)
    try StandardOutput.write { out in
      switch options.output.format {
      case .text: out.write(report.text)
      case .csv: try options.exact.csv.write(report.table, to: &out)
      case .markdown: out.write(Markdown.tables([report.table]))
      case .json: out.write(try JSONOutput.report(report))
      }
    }
    try end(flush, options)
  }

  /// Tells what was wrong, and ends the command.
  private func end(_ flush: FlushHead, _ options: SurgeryOptions) throws {
    let problems = flush.problems + flush.report.problems
    StandardError.write(
      FindingsText(directory: options.directory, color: .none).text(problems))
    if flush.report.leftOut > 0 {
      StandardError.remark(
        "left out \(Units.count(flush.report.leftOut)) native histograms whose buckets do not fit their "
          + "spans")
    }
    let version = "\(options.startup.prometheusVersion)"
    if flush.report.custom > 0 {
      StandardError.remark(
        "left out \(Units.count(flush.report.custom)) native histograms with custom buckets, which "
          + "\(version) cannot read")
    }
    if flush.report.startTimes > 0 {
      StandardError.remark(
        "left out the start timestamps of \(Units.count(flush.report.startTimes)) samples, for which "
          + "\(version) has no encoding")
    }
    // Damage that was stepped over is told; what could not be read is no end in good order.
    if ExitStatus(problems) == .incomplete { try ExitStatus.incomplete.end() }
    if !options.target.isMeant, !flush.blocks.isEmpty { try ExitStatus.findings.end() }
  }
}
