internal import Synchronization
internal import TSDBAnalysis
internal import TSDBCheck
internal import TSDBStore

/// What was found out about files in the course of a plan. All strategies, and all steps that are tried, begin with
/// the same files, and leave most of them as they are: nothing of those is read twice.
///
/// Only plans have one. Who makes steps reads what was written.
final class RepairMemory: Sendable {
  /// What checks found.
  let checks: CheckedFiles
  /// What was counted of the log.
  let counted = CountedSeries()
  private let rewrites = Mutex<[RewriteKey: LogRewrite.Look]>([:])
  private let refs = Mutex<[FileSet: RefSet]>([:])

  /// Nothing but what was found before.
  init(_ checks: CheckedFiles = CheckedFiles()) { self.checks = checks }

  private struct RewriteKey: Hashable {
    let files: FileSet
    let filter: LogFilter
    let minValidTime: Int64
  }

  /// What `filter` leaves out of the segments, found by `look` where nobody has looked yet.
  func look(
    _ items: [LogItem], of directory: DataDirectory, _ filter: LogFilter,
    _ look: () throws(FileError) -> LogRewrite.Look
  ) throws(FileError) -> LogRewrite.Look {
    guard let files = FileSet(items.map(\.segment.path), in: directory.path) else {
      return try look()
    }
    let key = RewriteKey(files: files, filter: filter, minValidTime: directory.minValidTime)
    if let known = rewrites.withLock({ $0[key] }) { return known }
    let found = try look()
    if files.isSettled { rewrites.withLock { $0[key] = found } }
    return found
  }

  /// The refs that the log of `directory` defines.
  fileprivate func refs(definedBy directory: DataDirectory) throws(FileError) -> RefSet {
    let items = LogItem.all(of: directory).filter { $0.part != .wbl }
    guard let files = FileSet(items.map(\.segment.path), in: directory.path) else {
      return try RefSet(definedBy: directory)
    }
    if let known = refs.withLock({ $0[files] }) { return known }
    let found = try RefSet(definedBy: directory)
    if files.isSettled { refs.withLock { $0[files] = found } }
    return found
  }
}

extension RefSet {
  /// The refs that the log of `directory` defines, where `memory` does not know them.
  init(definedBy directory: DataDirectory, _ memory: RepairMemory?) throws(FileError) {
    if let memory {
      self = try memory.refs(definedBy: directory)
    } else {
      try self.init(definedBy: directory)
    }
  }
}
