internal import Glibc
public import TSDBStore

/// What the system knows of a file or folder besides its content: what an undo has to bring back.
public struct FileStatus: Equatable, Sendable {
  /// Seconds and nanoseconds since 1970.
  public struct Time: Equatable, Sendable {
    /// Whole seconds.
    public var seconds: Int
    /// The rest, in nanoseconds.
    public var nanoseconds: Int

    var timespec: Glibc.timespec { Glibc.timespec(tv_sec: seconds, tv_nsec: nanoseconds) }
  }

  /// What it is.
  public enum Kind: String, Sendable {
    /// A plain file.
    case file
    /// A folder.
    case folder
    /// Anything else; symbolic links are not followed.
    case other
  }

  /// What it is.
  public var kind: Kind
  /// Permission bits.
  public var mode: UInt32
  /// User and group.
  public var owner: UInt32
  /// The group.
  public var group: UInt32
  /// Size in bytes.
  public var size: Int
  /// Last read.
  public var accessed: Time
  /// Last change of the content.
  public var modified: Time

  /// Looks at `path` itself, not at what a symbolic link leads to.
  public init(of path: String) throws(FileError) {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else {
      throw .system(path: path, operation: "look at", errno: errno)
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: kind = .file
    case S_IFDIR: kind = .folder
    default: kind = .other
    }
    mode = status.st_mode & 0o7777
    owner = status.st_uid
    group = status.st_gid
    size = Int(status.st_size)
    accessed = Time(seconds: status.st_atim.tv_sec, nanoseconds: status.st_atim.tv_nsec)
    modified = Time(seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec)
  }

  init(
    kind: Kind, mode: UInt32, owner: UInt32, group: UInt32, size: Int, accessed: Time,
    modified: Time
  ) {
    self.kind = kind
    self.mode = mode
    self.owner = owner
    self.group = group
    self.size = size
    self.accessed = accessed
    self.modified = modified
  }

  /// True if something is there, be it a link that leads nowhere.
  public static func exists(_ path: String) -> Bool {
    (try? FileStatus(of: path)) != nil
  }
}

/// Paths as text.
enum Path {
  /// `name` inside `folder`.
  static func join(_ folder: String, _ name: String) -> String {
    folder.isEmpty ? name : folder.hasSuffix("/") ? folder + name : folder + "/" + name
  }

  /// The folder that holds `path`; empty for a single name.
  static func parent(_ path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "" }
    return String(path[..<slash])
  }

  /// The last part of `path`.
  static func name(_ path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return path }
    return String(path[path.index(after: slash)...])
  }

  /// `path` seen from `folder`, in which it must lie.
  static func relative(_ path: String, to folder: String) -> String {
    let prefix = folder.hasSuffix("/") ? folder : folder + "/"
    return path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : path
  }
}
