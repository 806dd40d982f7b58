internal import Glibc
internal import TSDBFormat

/// What a name in a folder stands for.
public struct FolderEntry: Equatable, Sendable {
  /// The last part of the path.
  public let name: String
  /// The whole path, as it was reached.
  public let path: String
  /// What it is; symbolic links are not followed.
  public let kind: Kind
  /// Size in bytes; of the target, if it is a symbolic link to a file.
  public let size: Int
  /// Last change of the content, in nanoseconds since 1970; of the target, for symbolic links.
  public let modified: Int64

  /// The kinds of things in a folder.
  public enum Kind: String, Sendable {
    /// A plain file.
    case file
    /// A folder.
    case directory
    /// A symbolic link to a file.
    case linkToFile = "link to a file"
    /// A symbolic link to a folder.
    case linkToDirectory = "link to a directory"
    /// A symbolic link to nothing, or to itself.
    case brokenLink = "broken link"
    /// A socket, pipe or device.
    case special
  }

  /// True for a folder itself, the way Go's `DirEntry.IsDir` sees it: not for links to one.
  public var isDirectory: Bool { kind == .directory }

  /// What `path` stands for; throws if there is nothing or it cannot be looked at.
  public init(path: String) throws(FileError) {
    self = try FileSystem.status(path)
  }

  init(name: String, path: String, kind: Kind, size: Int, modified: Int64) {
    self.name = name
    self.path = path
    self.kind = kind
    self.size = size
    self.modified = modified
  }

  /// True for what opens as a file.
  public var isFile: Bool { kind == .file || kind == .linkToFile }
}

/// The few system calls that look at folders. Nothing here can write.
enum FileSystem {
  /// Everything in the folder `path`, sorted by name.
  static func list(_ path: String) throws(FileError) -> [FolderEntry] {
    guard let folder = unsafe opendir(path) else {
      throw .system(path: path, operation: "list", errno: errno)
    }
    defer { unsafe closedir(folder) }
    var entries: [FolderEntry] = []
    while true {
      errno = 0
      guard let found = unsafe readdir(folder) else {
        let number = errno
        guard number == 0 else { throw .system(path: path, operation: "list", errno: number) }
        break
      }
      let name = unsafe withUnsafeBytes(of: &found.pointee.d_name) {
        unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name == "." || name == ".." { continue }
      // A name that is gone by now, or is not UTF-8, is still worth listing.
      entries.append(entry(name: name, path: join(path, name)))
    }
    return entries.sorted { $0.name < $1.name }
  }

  /// What `path` stands for; throws if there is nothing or it cannot be looked at.
  static func status(_ path: String) throws(FileError) -> FolderEntry {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else {
      throw .system(path: path, operation: "look at", errno: errno)
    }
    return entry(name: lastPart(of: path), path: path)
  }

  /// `path` from the root on, with links followed; nil where nothing is there.
  static func realPath(_ path: String) throws(FileError) -> String? {
    guard let resolved = unsafe realpath(path, nil) else {
      let number = errno
      if number == ENOENT { return nil }
      throw .system(path: path, operation: "find", errno: number)
    }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
  }

  /// True if some process holds the lock that Prometheus takes on its `lock` file with `flock`
  /// (tsdb/fileutil/flock_unix.go).
  ///
  /// The system can be asked only by trying: a shared lock is taken on a read-only descriptor and
  /// given back at once, which changes nothing on disk.
  static func isLocked(_ path: String) throws(FileError) -> Bool {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .system(path: path, operation: "open", errno: errno) }
    defer { close(descriptor) }
    if flock(descriptor, LOCK_SH | LOCK_NB) == 0 {
      flock(descriptor, LOCK_UN)
      return false
    }
    guard errno == EWOULDBLOCK else {
      throw .system(path: path, operation: "test the lock on", errno: errno)
    }
    return true
  }

  /// The first `limit` bytes of a file that cannot be mapped, such as those the kernel makes up.
  static func contents(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .system(path: path, operation: "open", errno: errno) }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: limit)
    let got = unsafe read(descriptor, &bytes, limit)
    guard got >= 0 else { throw .system(path: path, operation: "read", errno: errno) }
    return Array(bytes.prefix(got))
  }

  /// `name` inside the folder `path`.
  static func join(_ path: String, _ name: String) -> String {
    path.hasSuffix("/") ? path + name : path + "/" + name
  }

  /// The last part of `path` that is a name.
  static func lastPart(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  /// What a size is at most: a sparse file claims up to 8 EiB, and sizes are added up. No process can map
  /// more than this anyway.
  private static let largestSize = 1 << 47

  private static func entry(name: String, path: String) -> FolderEntry {
    var own = stat()
    guard unsafe lstat(path, &own) == 0 else {
      return FolderEntry(name: name, path: path, kind: .special, size: 0, modified: 0)
    }
    var status = own
    let kind: FolderEntry.Kind
    switch own.st_mode & S_IFMT {
    case S_IFREG: kind = .file
    case S_IFDIR: kind = .directory
    case S_IFLNK:
      if unsafe stat(path, &status) != 0 {
        kind = .brokenLink
      } else {
        switch status.st_mode & S_IFMT {
        case S_IFREG: kind = .linkToFile
        case S_IFDIR: kind = .linkToDirectory
        default: kind = .special
        }
      }
    default: kind = .special
    }
    let seconds = Int64(status.st_mtim.tv_sec)
    let (nanoseconds, tooLarge) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let modified = tooLarge ? 0 : nanoseconds &+ Int64(status.st_mtim.tv_nsec)
    let isFile = kind == .file || kind == .linkToFile
    return FolderEntry(
      name: name, path: path, kind: kind, size: isFile ? min(Int(status.st_size), largestSize) : 0,
      modified: modified)
  }
}
