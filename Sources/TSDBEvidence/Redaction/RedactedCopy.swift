internal import TSDBFormat
internal import TSDBRepair
public import TSDBStore

/// A copy of a directory with pseudonyms in the place of label values, on which a problem can still be
/// reproduced: refs, records and their order, samples, times, chunks and damage stay.
///
/// What may hold values and cannot be rewritten is not copied, and is listed. The copy is written under
/// another name and gets its own at the end, so that there is never half of it.
public struct RedactedCopy {
  /// How it is made.
  public struct Options: Sendable {
    /// What has the copy's name makes place for it.
    public var replaces = false
    /// Bytes of a key that was made for this copy, and where it goes: beside it, never in it.
    public var newKey: (path: String, text: String)?
    /// True once somebody wants to stop.
    public var isCancelled: @Sendable () -> Bool = { false }
    /// Gets the bytes that were read, as they are.
    public var progress: @Sendable (Int) -> Void = { _ in }

    /// A new copy.
    public init() {}
  }

  /// A file or folder, and what about it.
  public struct Remark: Equatable, Sendable {
    /// Relative to the directory.
    public var path: String
    /// Half a sentence.
    public var why: String
  }

  /// What was copied, and what was not.
  public struct Result: Equatable, Sendable {
    /// Files that were copied or written anew.
    public var files = 0
    /// Bytes of these in the directory.
    public var bytesRead = 0
    /// Bytes of these in the copy.
    public var bytesWritten = 0
    /// Values that were replaced, each as often as it is there.
    public var replaced = 0
    /// Different values among them.
    public var distinct = 0
    /// False if that is an estimate, because there are many.
    public var distinctIsExact = true
    /// What is not in the copy, because it may hold anything.
    public var leftOut: [Remark] = []
    /// What is in the copy, but not as it was.
    public var notReproduced: [Remark] = []
    /// What could not be read, or not all of it.
    public var unread: [FileError] = []
  }

  private let directory: DataDirectory
  private let redactor: Redactor
  private let options: Options

  /// A copy of `directory`.
  public init(of directory: DataDirectory, _ redactor: Redactor, _ options: Options) {
    self.directory = directory
    self.redactor = redactor
    self.options = options
  }

  /// Writes the new folder `output`. On failure it is not there, or as it was. Throws `PlacementFailure`
  /// where it may not be written or somebody wanted to stop, and `FileError.system` where it cannot.
  public func write(to output: String) throws -> Result {
    try Placement.check(output, for: directory, replaces: options.replaces)
    let placement = Placement(operations: FileOperations(syncs: false))
    let working = Self.workingPath(output)
    try placement.clear(working)
    var hasNewKey = false
    do {
      let work = CopyWork(directory, working, redactor, options, placement.operations)
      let result = try work.run()
      if let key = options.newKey {
        try placement.write(key.text, to: key.path, isSecret: true) { hasNewKey = true }
      }
      try placement.place(working, at: output)
      return result
    } catch {
      try? placement.clear(working)
      if hasNewKey, let key = options.newKey { try? placement.clear(key.path) }
      throw error
    }
  }
}

extension RedactedCopy {
  /// What is there while the copy `output` is written, and must not be there afterwards.
  public static func workingPath(_ output: String) -> String { output + Placement.suffix }

  /// Bytes that are read for a copy of `directory`, about, for a progress bar.
  public static func bytesToRead(in directory: DataDirectory) -> Int {
    let logs = [directory.wal, directory.wbl].compactMap(\.self)
    return directory.blocks.reduce(0) { $0 &+ $1.size }
      &+ logs.reduce(0) { $0 &+ $1.size &+ $1.checkpoints.reduce(0) { $0 &+ $1.size } }
      &+ directory.headChunks.reduce(0) { $0 &+ $1.size }
      &+ directory.snapshots.reduce(0) { $0 &+ $1.size }
  }
}
