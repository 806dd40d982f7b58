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
    subcommands: commands(from: First.self))

  /// A command for each operation, from the one at `place` on.
  private static func commands<Place: OperationPlace>(
    from place: Place.Type
  ) -> [any ParsableCommand.Type] {
    guard Place.index < Operation.all.count else { return [] }
    let own: any ParsableCommand.Type =
      switch Place.operation.work {
      case .directory, .part: OperationCommand<Place, DirectoryInput>.self
      case .blocks: OperationCommand<Place, BlocksInput>.self
      case .block: OperationCommand<Place, BlockInput>.self
      case .log: OperationCommand<Place, CutWALInput>.self
      case .series: OperationCommand<Place, DropSeriesInput>.self
      case .samples: OperationCommand<Place, DropSamplesInput>.self
      case .head: OperationCommand<Place, FlushHeadInput>.self
      }
    return [own] + commands(from: Next<Place>.self)
  }
}

/// A place in the list of operations. The argument parser knows commands by their types, so that each
/// operation needs one; these make as many types as the list is long.
protocol OperationPlace: Sendable {
  static var index: Int { get }
}

extension OperationPlace {
  /// The operation at the place.
  static var operation: Operation { Operation.all[index] }
}

/// The first place.
enum First: OperationPlace {
  static var index: Int { 0 }
}

/// The place behind another.
enum Next<Place: OperationPlace>: OperationPlace {
  static var index: Int { Place.index + 1 }
}

/// `epimetheus surgery OPERATION DIR`, of the operation at a place of the list.
struct OperationCommand<Place: OperationPlace, Input: OperationInput>: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: Place.operation.name, abstract: Place.operation.abstract,
      discussion: Input.discussion)
  }

  @OptionGroup var options: SurgeryOptions
  @OptionGroup var input: Input

  func run() async throws { try await input.run(Place.operation, options) }
}

/// What every operation takes.
struct SurgeryOptions: ParsableArguments {
  @Argument(help: "A data directory.", completion: .directory)
  var directory: String

  @OptionGroup var target: RepairTarget
  @OptionGroup var startup: StartupFlags
  @OptionGroup var output: OutputOptions<TableFormat>
  @OptionGroup var exact: CSVOptions
  @OptionGroup var jobs: JobsOption

  func validate() throws { try exact.check(output.format == .csv) }

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
    let outcome = try await target.run(options, directory, output, exact.csv, check: check)
    if outcome.result.steps.isEmpty {
      StandardError.remark("\(directory): there is nothing that this operation changes")
    }
    try outcome.surgeryStatus.end()
  }
}
