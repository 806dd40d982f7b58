internal import Synchronization
internal import TSDBFormat
internal import TSDBStore

/// What checks of files came to, for whoever checks the same files again under another folder: a repair is tried in
/// folders of links, and most of what lies there is what was checked before.
///
/// It goes by what the files are, not by what they are called: a file that was written in between is another one.
public final class CheckedFiles: Sendable {
  /// What the reading of a log depends on.
  struct LogKey: Hashable {
    let files: FileSet
    private let parts: [LogPart]
    private let headChunks: Int
    private let decodesSamples: Bool
    private let definesSeries: Bool
    private let isAgent: Bool
    private let minValidTime: Int64

    /// Nil where a file cannot be looked at.
    init?(_ directory: DataDirectory, _ level: CheckLevel) {
      let segments = LogCheck.parts(of: directory).flatMap { part, files in
        files.map { (part: part, path: $0.path) }
      }
      let paths = segments.map(\.path) + directory.headChunks.map(\.path)
      guard let files = FileSet(paths, in: directory.path) else { return nil }
      self.files = files
      parts = segments.map(\.part)
      headChunks = directory.headChunks.count
      decodesSamples = level > .quick
      definesSeries = LogReading.definesSeries(directory)
      isAgent = directory.kind == .agent
      minValidTime = directory.minValidTime
    }
  }

  /// What the check of a block depends on.
  struct BlockKey: Hashable {
    let files: FileSet
    /// The names in its folder and in that of its chunks; folders end with a slash.
    private let names: [String]
    private let level: CheckLevel

    /// Nil where a file cannot be looked at.
    init?(_ folder: BlockFolder, _ level: CheckLevel, in root: String) {
      var names = [folder.name]
      var paths: [String] = []
      func add(_ entries: [FolderEntry]) -> [FolderEntry] {
        let files = entries.filter(\.isFile)
        let others = entries.filter { !$0.isFile }
        names += files.map(\.name) + others.map { $0.name + "/" }
        paths += files.map(\.path)
        return others
      }
      do throws(FileError) {
        for entry in add(try FolderListing.entries(of: folder.path)) where entry.name == "chunks" {
          _ = add(try FolderListing.entries(of: entry.path))
        }
      } catch {
        return nil
      }
      guard let files = FileSet(paths, in: root) else { return nil }
      self.files = files
      self.names = names
      self.level = level
    }
  }

  private let logs = Mutex<[LogKey: (root: String, reading: LogReading)]>([:])
  private let blocks = Mutex<[BlockKey: (root: String, result: CheckResult)]>([:])

  /// Nothing.
  public init() {}

  /// What the log of `directory` came to, under its paths there; nil where nobody read these files.
  func log(_ key: LogKey, in directory: DataDirectory) -> LogReading? {
    guard let (root, reading) = logs.withLock({ $0[key] }) else { return nil }
    return reading.moved(from: root, to: directory.path)
  }

  /// Takes note of what was read; not of what could not be looked at, and may be the next time.
  func keep(_ reading: LogReading, _ key: LogKey, in directory: DataDirectory) {
    guard key.files.isSettled, reading.areAll(in: directory.path) else { return }
    logs.withLock { $0[key] = (directory.path, reading) }
  }

  /// What the check of a block of the directory `root` came to, or comes to.
  func check(_ folder: BlockFolder, level: CheckLevel, in root: String) -> CheckResult {
    guard let key = BlockKey(folder, level, in: root) else {
      return BlockCheck.run(folder, level: level)
    }
    if let known = blocks.withLock({ $0[key] }) {
      var result = known.result
      result.findings = result.findings.moved(from: known.root, to: root)
      return result
    }
    let result = BlockCheck.run(folder, level: level)
    if key.files.isSettled, result.findings.areAll(in: root) {
      blocks.withLock { $0[key] = (root, result) }
    }
    return result
  }
}

extension LogReading {
  fileprivate func moved(from old: String, to new: String) -> LogReading {
    var reading = self
    reading.head.findings = head.findings.moved(from: old, to: new)
    reading.records.findings = records.findings.moved(from: old, to: new)
    reading.joined = joined.moved(from: old, to: new)
    return reading
  }

  fileprivate func areAll(in root: String) -> Bool {
    head.findings.areAll(in: root) && records.findings.areAll(in: root)
      && joined.areAll(in: root)
  }
}

extension [Finding] {
  /// The same about files of the same names in another folder.
  fileprivate func moved(from old: String, to new: String) -> [Finding] {
    if old == new { return self }
    return map { finding in
      var finding = finding
      if let name = FileSet.name(of: finding.path, in: old) {
        finding.path = FileSet.path(of: name, in: new)
      }
      finding.consequences = finding.consequences.moved(from: old, to: new)
      return finding
    }
  }

  /// True where all are about files in the folder, and all files could be looked at.
  fileprivate func areAll(in root: String) -> Bool {
    allSatisfy {
      !$0.isUnread && FileSet.name(of: $0.path, in: root) != nil && $0.consequences.areAll(in: root)
    }
  }
}
