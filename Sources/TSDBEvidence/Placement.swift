internal import TSDBFormat
internal import TSDBRepair
public import TSDBStore

/// Why something was not written.
public enum PlacementFailure: Error, Equatable, Sendable, CustomStringConvertible {
  /// There is something of that name.
  case exists(String)
  /// It would lie in the directory that is looked at, into which nothing is written.
  case inside(String)
  /// The directory that is looked at lies in it, and would be replaced.
  case around(String)
  /// Somebody wanted to stop.
  case cancelled
  /// The archive's name does not say how to pack it.
  case unknownArchive(String)

  /// One sentence.
  public var description: String {
    switch self {
    case .exists(let path): "\(path): is there already; --force replaces it"
    case .inside(let path): "\(path): lies in the inspected directory; give another place"
    case .around(let path): "\(path): holds the inspected directory; give another place"
    case .cancelled: "interrupted; nothing was left behind"
    case .unknownArchive(let path): "\(path): should end in .tar.zst or .tar.gz"
    }
  }
}

/// A folder or a file beside the inspected directory that is written under another name and gets its own
/// at the end, so that there is never half of it.
public struct Placement {
  /// What is behind the name while it is written.
  static let suffix = ".epimetheus-tmp"

  let operations: FileOperations

  /// Throws where `path` cannot become something new beside `directory`: so that nobody waits in vain.
  public static func check(
    _ path: String, for directory: DataDirectory, replaces: Bool
  ) throws {
    let parent = parent(of: path)
    if try directory.holds(parent) || directory.holds(path) {
      throw PlacementFailure.inside(path)
    }
    guard FileStatus.exists(parent) else {
      throw FileError.system(path: parent, operation: "write to", errno: 2)
    }
    let around = try FolderListing.realPath(path)
    let own = try FolderListing.realPath(directory.path)
    if own.hasPrefix(around.hasSuffix("/") ? around : around + "/") {
      throw PlacementFailure.around(path)
    }
    try FileOperations().checkWritable(parent)
    if !replaces, FileStatus.exists(path) { throw PlacementFailure.exists(path) }
  }

  /// Gives what was written its name; what had it before goes, once there is something better.
  func place(_ working: String, at path: String) throws(FileError) {
    let old = path + ".epimetheus-old"
    let hasOld = FileStatus.exists(path)
    if hasOld {
      if FileStatus.exists(old) { try operations.removeTree(old) }
      try operations.rename(path, to: old)
    }
    do {
      try operations.rename(working, to: path)
    } catch {
      if hasOld { try? operations.rename(old, to: path) }
      throw error
    }
    if hasOld { try operations.removeTree(old) }
  }

  /// Writes a new file that holds `text`, and calls `isMade` once it is there; a secret can be read by its
  /// owner alone.
  func write(
    _ text: String, to path: String, isSecret: Bool = false, isMade: () -> Void = {}
  ) throws(FileError) {
    let sink = try FileSink(path, operations, isSecret: isSecret)
    isMade()
    try sink.write(Array(text.utf8).rawBytes)
    try sink.finish()
  }

  /// Writes `text` as the file at `path` beside `directory`: whoever reads meanwhile has the old file or the new
  /// one. Throws `PlacementFailure` and `FileError`.
  public static func replace(
    _ path: String, with text: String, for directory: DataDirectory
  ) throws {
    try check(path, for: directory, replaces: true)
    let placement = Placement(operations: FileOperations())
    let working = path + suffix
    try placement.clear(working)
    do {
      try placement.write(text, to: working)
      try placement.operations.replaceFile(path, by: working)
    } catch {
      try? placement.clear(working)
      throw error
    }
  }

  /// Takes away what is at `path`, if anything is.
  func clear(_ path: String) throws(FileError) {
    if FileStatus.exists(path) { try operations.removeTree(path) }
  }

  static func parent(of path: String) -> String {
    var path = Substring(path)
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
