internal import ArgumentParser
internal import TSDBRepair
internal import TSDBStore

/// What operations of a kind take besides what all take.
protocol OperationInput: ParsableArguments {
  /// What `--help` says of them, behind what the operation does.
  static var discussion: String { get }
  /// Plans or makes the steps.
  func run(_ operation: Operation, _ options: SurgeryOptions) async throws
}

extension OperationInput {
  static var discussion: String { "" }
}

/// Nothing.
struct DirectoryInput: OperationInput {
  func run(_ operation: Operation, _ options: SurgeryOptions) async throws {
    try await options.run { context throws(FileError) in try operation.steps(context) }
  }
}

/// `--block`: the one that is named, or all with which something is wrong.
struct BlocksInput: OperationInput {
  @Option(
    help: ArgumentHelp("The block; without it, all that need the operation.", valueName: "ulid"))
  var block: String?

  func run(_ operation: Operation, _ options: SurgeryOptions) async throws {
    try await options.run(operation, block)
  }
}

/// `--block`, which must be given.
struct BlockInput: OperationInput {
  @Option(help: ArgumentHelp("The block.", valueName: "ulid"))
  var block: String

  func run(_ operation: Operation, _ options: SurgeryOptions) async throws {
    try await options.run(operation, block)
  }
}

extension SurgeryOptions {
  /// Plans or makes the steps for a block, which has to be there.
  fileprivate func run(_ operation: Operation, _ name: String?) async throws {
    if let name,
      !(try DataDirectory(path: directory)).blocks.contains(where: { $0.name == name })
    {
      throw RepairError.refused("there is no block \(name) in \(directory)")
    }
    try await run { context throws(FileError) in try operation.steps(context, block: name) }
  }
}
