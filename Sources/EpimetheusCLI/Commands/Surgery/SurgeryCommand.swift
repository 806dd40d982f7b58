internal import ArgumentParser
internal import TSDBRepair
internal import TSDBStore

/// `epimetheus surgery OPERATION DIR`: one step of a repair on its own.
struct SurgeryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "surgery",
    abstract: "One step of a repair on its own.",
    discussion: """
      Without --in-place or --output the step and what it costs are printed, and nothing is changed. \
      A step in place can be taken back with `epimetheus undo`. Whether a server starts on the \
      result is printed and does not matter: that is what `repair` is for.

      Exit status: 0 nothing to do, or done; 1 a plan has something to do; 2 it could not look at \
      everything, or was refused, as where there is no such block.
      """,
    subcommands: [
      SkipDamageCommand.self, CutWALCommand.self, RebuildCheckpointCommand.self,
      RestoreRepairOriginalCommand.self, RenumberWALCommand.self, DropOrphanTailCommand.self,
      DropRepeatedSeriesCommand.self, TrimHeadChunksCommand.self, DiscardHeadCommand.self,
      RemoveEmptySegmentsCommand.self, QuarantineBlockCommand.self, DropSeriesCommand.self,
      FlushHeadCommand.self, RebuildIndexCommand.self, RebuildMetaCommand.self,
      DropBadChunksCommand.self, DropTombstonesCommand.self, ClearFailedMarkCommand.self,
    ])
}

/// What every operation takes.
struct SurgeryOptions: ParsableArguments {
  @Argument(help: "A data directory.", completion: .directory)
  var directory: String

  @OptionGroup var target: RepairTarget
  @OptionGroup var startup: StartupFlags
  @OptionGroup var output: OutputOptions<ReportFormat>
  @OptionGroup var jobs: JobsOption

  /// Plans or makes what `operation` gives for the directory; without a look at the directory before
  /// and after, if it is not to be proven.
  ///
  /// `check` is called once the steps are planned, and may refuse them.
  func run(
    isProven: Bool = true,
    _ operation: @escaping @Sendable (RepairContext) async throws(FileError) -> [RepairStep],
    check: () throws -> Void = {}
  ) async throws {
    var options = try target.options(jobs: jobs.count, startup: startup)
    options.operation = operation
    options.isProven = isProven
    let repair = Repair(of: try DataDirectory(path: directory), options)
    let outcome = try await target.run(repair, directory, check: check)
    let changed = target.inPlace && outcome.isDone ? directory : nil
    try StandardOutput.write(changed: changed) { out in
      switch output.format {
      case .text:
        out.write(RepairText(outcome, directory, output: target.output, color: output.colors).text)
      case .json:
        out.write(try JSONOutput.report(RepairReport(outcome, directory, output: target.output)))
      }
    }
    if outcome.result.steps.isEmpty {
      StandardError.remark("\(directory): there is nothing that this operation changes")
    }
    try outcome.surgeryStatus.end()
  }
}

/// An operation without options of its own.
protocol SurgeryOperation: AsyncParsableCommand {
  /// What all operations take.
  var options: SurgeryOptions { get }
  /// The steps for a directory.
  static func steps(_ context: RepairContext) throws(FileError) -> [RepairStep]
}

extension SurgeryOperation {
  /// Plans or makes the steps.
  func run() async throws {
    try await options.run { context throws(FileError) in try Self.steps(context) }
  }
}
