internal import ArgumentParser
internal import TSDBCheck
internal import TSDBRepair
internal import TSDBStore

/// An operation on blocks: on the one that is named, or on all of them.
protocol BlockOperation: AsyncParsableCommand {
  /// What all operations take.
  var options: SurgeryOptions { get }
  /// Which block.
  var selection: BlockSelection { get }
  /// The step for a block; nil where there is nothing to do.
  static func step(
    _ directory: DataDirectory, _ block: BlockFolder
  ) throws(FileError) -> RepairStep?
}

/// Which block an operation is for.
struct BlockSelection: ParsableArguments {
  @Option(
    help: ArgumentHelp("The block; without it, all that need the operation.", valueName: "ulid"))
  var block: String?
}

extension BlockOperation {
  /// Plans or makes the steps.
  func run() async throws {
    let name = selection.block
    if let name,
      !(try DataDirectory(path: options.directory)).blocks.contains(where: { $0.name == name })
    {
      throw RepairError.refused("there is no block \(name) in \(options.directory)")
    }
    try await options.run { context throws(FileError) in
      var steps: [RepairStep] = []
      for block in context.directory.blocks where name == nil || block.name == name {
        // Without a name, only blocks with which something is wrong are meant.
        guard name != nil || context.isHurt(block) else { continue }
        if let step = try Self.step(context.directory, block) { steps.append(step) }
      }
      return steps
    }
  }
}

extension RepairContext {
  /// True if a check found something in a block.
  fileprivate func isHurt(_ block: BlockFolder) -> Bool {
    findings.contains { $0.path == block.path || $0.path.hasPrefix(block.path + "/") }
  }
}

/// `epimetheus surgery rebuild-index DIR`.
struct RebuildIndexCommand: BlockOperation {
  static let configuration = CommandConfiguration(
    commandName: "rebuild-index",
    abstract:
      "Writes postings, offset tables and table of contents of a block anew, from its series.")

  @OptionGroup var options: SurgeryOptions
  @OptionGroup var selection: BlockSelection

  static func step(
    _ directory: DataDirectory, _ block: BlockFolder
  ) throws(FileError) -> RepairStep? {
    try BlockSurgery.rebuildIndex(directory, block)
  }
}

/// `epimetheus surgery rebuild-meta DIR`.
struct RebuildMetaCommand: BlockOperation {
  static let configuration = CommandConfiguration(
    commandName: "rebuild-meta",
    abstract: "Writes the meta.json of a block anew, from its index and its chunks.")

  @OptionGroup var options: SurgeryOptions
  @OptionGroup var selection: BlockSelection

  static func step(
    _ directory: DataDirectory, _ block: BlockFolder
  ) throws(FileError) -> RepairStep? {
    try BlockSurgery.rebuildMeta(directory, block)
  }
}

/// `epimetheus surgery drop-bad-chunks DIR`.
struct DropBadChunksCommand: BlockOperation {
  static let configuration = CommandConfiguration(
    commandName: "drop-bad-chunks",
    abstract: "Takes chunks that cannot be read out of a block.")

  @OptionGroup var options: SurgeryOptions
  @OptionGroup var selection: BlockSelection

  static func step(
    _ directory: DataDirectory, _ block: BlockFolder
  ) throws(FileError) -> RepairStep? {
    try BlockSurgery.dropBadChunks(directory, block)
  }
}

/// `epimetheus surgery drop-tombstones DIR`.
struct DropTombstonesCommand: BlockOperation {
  static let configuration = CommandConfiguration(
    commandName: "drop-tombstones",
    abstract: "Forgets the deletions of a block; what was deleted comes back.")

  @OptionGroup var options: SurgeryOptions
  @OptionGroup var selection: BlockSelection

  static func step(
    _ directory: DataDirectory, _ block: BlockFolder
  ) throws(FileError) -> RepairStep? {
    try BlockSurgery.dropTombstones(directory, block)
  }
}

/// `epimetheus surgery clear-failed-mark DIR`.
struct ClearFailedMarkCommand: BlockOperation {
  static let configuration = CommandConfiguration(
    commandName: "clear-failed-mark",
    abstract: "Lets blocks of a failed compaction be compacted again.")

  @OptionGroup var options: SurgeryOptions
  @OptionGroup var selection: BlockSelection

  static func step(
    _ directory: DataDirectory, _ block: BlockFolder
  ) throws(FileError) -> RepairStep? {
    BlockSurgery.clearFailed(directory, block)
  }
}
