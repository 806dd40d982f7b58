internal import ArgumentParser
internal import TSDBCheck
internal import TSDBDiagnosis
internal import TSDBRepair
internal import TSDBStore

/// `epimetheus repair DIR`: plan, and with `--in-place` or `--output` apply and prove.
struct RepairCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repair",
    abstract: "Plans the repair that loses least, and makes it where asked to.",
    discussion: """
      Without --in-place or --output the plan is printed, and nothing is changed: the steps were \
      tried in a folder of links, and what a server would serve after them was counted.

      In place, nothing is deleted: what is replaced goes into DIR/epimetheus-quarantine-TIME, and \
      `epimetheus undo` brings it back. A repair on whose result a server would not start is taken \
      back, unless --keep says otherwise.

      Before samples are lost the plan is shown, metric by metric what goes and what stays, and \
      then asked; without a terminal it is refused unless --yes is given.

      Exit status: 0 nothing to repair, or repaired; 1 a plan has steps, or something is wrong that \
      no step mends; 2 something could not be looked at, or it was refused, or failed and was taken \
      back, or it was made and the report could not be written: standard error says so then.
      """)

  @Argument(help: "A data directory.", completion: .directory)
  var directory: String

  @OptionGroup var target: RepairTarget

  @Option(
    help: ArgumentHelp(
      """
      What to do about a damaged log: skip (only what is damaged leaves), cut (all behind the first \
      damage leaves), discard-head (wal, wbl, chunks_head and snapshots leave).
      """, valueName: "skip|cut|discard-head"),
    transform: {
      guard let strategy = RepairStrategy(rawValue: $0) else {
        throw ValidationError("'\($0)' is not skip, cut or discard-head")
      }
      return strategy
    })
  var strategy = RepairStrategy.skip

  @Flag(help: "Keep the result though a server would not start on it.")
  var keep = false

  @OptionGroup var startup: StartupFlags
  @OptionGroup var output: OutputOptions<TableFormat>
  @OptionGroup var exact: CSVOptions
  @OptionGroup var jobs: JobsOption

  func validate() throws { try exact.check(output.format == .csv) }

  func run() async throws {
    var options = try target.options(jobs: jobs.count, startup: startup)
    options.strategy = strategy
    options.keepsFailure = keep
    let outcome = try await target.run(options, directory, output, exact.csv)
    try outcome.status.end()
  }
}

extension RepairOutcome {
  /// How the command ends.
  var status: ExitStatus {
    if !result.before.unread.isEmpty { return .incomplete }
    if isDone { return result.succeeds ? .clean : .findings }
    let isWrong =
      result.before.startup.isFinding || result.before.findings.contains { $0.severity >= .loss }
    return result.steps.isEmpty && !isWrong ? .clean : .findings
  }

  /// How an operation on its own ends: whether a server starts on the result does not matter.
  var surgeryStatus: ExitStatus {
    if isDone { return .clean }
    if !result.steps.isEmpty { return .findings }
    return result.before.unread.isEmpty ? .clean : .incomplete
  }
}
