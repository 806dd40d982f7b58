public import TSDBAnalysis
internal import TSDBCheck
public import TSDBStore

/// An operation: what it is called, what it does, and how its step is made. `Operation.all` is the only
/// list of those of `surgery`: commands and their help are made from it, and plans, journals and reports
/// name the steps of a repair by it.
public struct Operation: Sendable {
  /// As people type it: `skip-damage`.
  public let name: String
  /// What it does, in one sentence.
  public let abstract: String
  /// What it takes, and how its step is made of that.
  public let work: Work

  /// What an operation takes besides the directory, and how it makes its step of that: none where there is
  /// nothing to do.
  public enum Work: Sendable {
    /// Nothing.
    case directory(@Sendable (RepairContext) throws(FileError) -> RepairStep?)
    /// A block; without one, all with which something is wrong.
    case blocks(@Sendable (DataDirectory, BlockFolder) throws(FileError) -> RepairStep?)
    /// A block.
    case block(@Sendable (RepairContext, BlockFolder) throws(FileError) -> RepairStep?)
    /// A place in the log.
    case log(@Sendable (RepairContext, CutWAL.Place) throws(FileError) -> RepairStep?)
    /// Selectors of series.
    case series(
      @Sendable (DataDirectory, [Selector], SampleView.Options) async throws(FileError) ->
        DropSeries)
    /// The times between which samples stay.
    case samples(@Sendable (RepairContext, SampleCut) throws(FileError) -> RepairStep?)
    /// What blocks shall hold.
    case head(@Sendable (DataDirectory, FlushHead.Options) async throws(RepairError) -> FlushHead)
    /// It is a part of others, and cannot be asked for.
    case part
  }

  init(_ name: String, _ abstract: String, _ work: Work) {
    self.name = name
    self.abstract = abstract
    self.work = work
  }

  /// The steps for a directory, and for the block of the name `block` where one is meant. None where there
  /// is nothing to do, and none of an operation that takes something else.
  public func steps(
    _ context: RepairContext, block: String? = nil
  ) throws(FileError) -> [RepairStep] {
    var steps: [RepairStep?] = []
    switch work {
    case .directory(let make): steps = [try make(context)]
    case .blocks(let make):
      // Without a name, only blocks with which something is wrong are meant.
      for folder in context.directory.blocks
      where block.map({ $0 == folder.name }) ?? context.isHurt(folder) {
        steps.append(try make(context.directory, folder))
      }
    case .block(let make):
      for folder in context.directory.blocks where folder.name == block {
        steps.append(try make(context, folder))
      }
    case .log, .series, .samples, .head, .part: break
    }
    return steps.compactMap(\.self)
  }
}

extension Operation: Hashable {
  /// True for one of the same name.
  public static func == (left: Operation, right: Operation) -> Bool { left.name == right.name }

  /// By its name.
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

extension RepairContext {
  /// True if a check found something in a block.
  fileprivate func isHurt(_ block: BlockFolder) -> Bool {
    findings.contains { $0.path == block.path || $0.path.hasPrefix(block.path + "/") }
  }
}
