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

  /// Looks at `path` itself, not at what a symbolic link leads to; with `followsLinks`, at that.
  public init(of path: String, followsLinks: Bool = false) throws(FileError) {
    var status = stat()
    let flags = followsLinks ? 0 : AT_SYMLINK_NOFOLLOW
    guard unsafe fstatat(AT_FDCWD, path.onDisk, &status, flags) == 0 else {
      throw .system(path: path, operation: "look at", errno: errno)
    }
    self.init(status)
  }

  private init(_ status: stat) {
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

  /// The number of the file system that holds `path`, which may be reached through links.
  static func fileSystem(of path: String) throws(FileError) -> UInt {
    var status = stat()
    guard unsafe stat(path.onDisk, &status) == 0 else {
      throw .system(path: path, operation: "look at", errno: errno)
    }
    return UInt(status.st_dev)
  }

  /// How many names the file `path` has.
  static func nameCount(of path: String) throws(FileError) -> UInt {
    var status = stat()
    guard unsafe lstat(path.onDisk, &status) == 0 else {
      throw .system(path: path, operation: "look at", errno: errno)
    }
    return UInt(status.st_nlink)
  }

  /// What the symbolic link `path` leads to, as it is written there.
  static func target(ofLink path: String) throws(FileError) -> String {
    var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = unsafe readlink(path.onDisk, &bytes, bytes.count)
    guard count >= 0 else { throw .system(path: path, operation: "read the link", errno: errno) }
    return DiskName.text(bytes.prefix(count).map { UInt8(bitPattern: $0) })
  }

  /// True where nothing was changed from one to the other: a file has its size and its time of change,
  /// and anything else is what it was.
  func isSame(as other: FileStatus) -> Bool {
    guard kind == other.kind else { return false }
    return kind != .file || size == other.size && modified == other.modified
  }

  /// True if something is there, be it a link that leads nowhere.
  public static func exists(_ path: String) -> Bool {
    (try? FileStatus(of: path)) != nil
  }
}
