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
  /// Whose it is, and its mode; of the target, for symbolic links. Nil where that cannot be seen.
  public let access: FileAccess?
  /// The system's error number, for a link that leads nowhere, and for a name of which nothing but itself
  /// can be seen; 0 for all others.
  public let failureNumber: Int32

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
    /// Something of which only the name can be seen: nobody may look into its folder.
    case unseen = "name that cannot be looked at"
  }

  /// True for a folder itself, the way Go's `DirEntry.IsDir` sees it: not for links to one.
  public var isDirectory: Bool { kind == .directory }

  /// What `path` stands for; throws if there is nothing or it cannot be looked at.
  public init(path: String) throws(FileError) {
    self = try FileSystem.status(path)
  }

  init(
    name: String, path: String, kind: Kind, size: Int, modified: Int64,
    access: FileAccess? = nil, failureNumber: Int32 = 0
  ) {
    self.name = name
    self.path = path
    self.kind = kind
    self.size = size
    self.modified = modified
    self.access = access
    self.failureNumber = failureNumber
  }

  /// True for what opens as a file.
  public var isFile: Bool { kind == .file || kind == .linkToFile }

  /// True for a file of which it can be seen that nothing is in it.
  public var isEmptyFile: Bool { isFile && size == 0 }

  /// What kept it from being looked at; nil where it was. Of other kinds than a file should be, those who
  /// open them say so.
  public var failure: FileError? {
    kind == .unseen ? .system(path: path, operation: "look at", errno: failureNumber) : nil
  }
}

/// The few system calls that look at folders. Nothing here can write.
enum FileSystem {
  /// Everything in the folder `path`, sorted by name.
  static func list(_ path: String) throws(FileError) -> [FolderEntry] {
    guard let folder = unsafe opendir(path.onDisk) else {
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
        unsafe DiskName.text(Array($0.prefix { $0 != 0 }))
      }
      if name == "." || name == ".." { continue }
      let entry = entry(name: name, path: join(path, name))
      // What a running server removed since is no part of the folder.
      if entry.kind == .unseen, entry.failureNumber == ENOENT { continue }
      entries.append(entry)
    }
    return entries.sorted { $0.name < $1.name }
  }

  /// What `path` stands for; throws if there is nothing or it cannot be looked at.
  static func status(_ path: String) throws(FileError) -> FolderEntry {
    var status = stat()
    guard unsafe lstat(path.onDisk, &status) == 0 else {
      throw .system(path: path, operation: "look at", errno: errno)
    }
    return entry(name: lastPart(of: path), path: path)
  }

  /// The clock by which files get their times, in milliseconds since 1970.
  static var clock: Int64 {
    var now = timespec()
    guard unsafe clock_gettime(CLOCK_REALTIME, &now) == 0 else { return .min }
    let (seconds, isTooMuch) = Int64(now.tv_sec).multipliedReportingOverflow(by: 1000)
    return isTooMuch ? .min : seconds &+ Int64(now.tv_nsec) / 1_000_000
  }

  /// What tells the file at `path`, or the one that a link there leads to, from all others; nil where nothing can
  /// be seen of it.
  static func identity(of path: String) -> FileIdentity? {
    var status = stat()
    guard unsafe stat(path.onDisk, &status) == 0 else { return nil }
    func nanoseconds(_ time: timespec) -> Int64? {
      let (seconds, isTooMuch) = Int64(time.tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
      let (sum, overflow) = seconds.addingReportingOverflow(Int64(time.tv_nsec))
      return isTooMuch || overflow ? nil : sum
    }
    guard let modified = nanoseconds(status.st_mtim), let changed = nanoseconds(status.st_ctim)
    else { return nil }
    return FileIdentity(
      device: UInt64(status.st_dev), inode: UInt64(status.st_ino), size: Int64(status.st_size),
      modified: modified, changed: changed)
  }

  /// `ENOENT`, for those who do not speak C.
  static let noSuchFile = ENOENT
  /// `EACCES`.
  static let accessDenied = EACCES

  /// True where nothing has this name, not even a link that leads nowhere.
  static func isGone(_ path: String) -> Bool {
    var status = stat()
    return unsafe lstat(path.onDisk, &status) != 0 && errno == ENOENT
  }

  /// `path` from the root on, with links followed; nil where nothing is there.
  static func realPath(_ path: String) throws(FileError) -> String? {
    guard let resolved = unsafe realpath(path.onDisk, nil) else {
      let number = errno
      if number == ENOENT { return nil }
      throw .system(path: path, operation: "find", errno: number)
    }
    defer { unsafe free(resolved) }
    let bytes = unsafe UnsafeBufferPointer(start: resolved, count: strlen(resolved))
    return DiskName.text(unsafe bytes.map { UInt8(bitPattern: $0) })
  }

  /// True if some process holds the lock that Prometheus takes on its `lock` file with `flock`
  /// (tsdb/fileutil/flock_unix.go).
  ///
  /// The system can be asked only by trying: a shared lock is taken on a read-only descriptor and
  /// given back at once, which changes nothing on disk.
  static func isLocked(_ path: String) throws(FileError) -> Bool {
    let descriptor = unsafe open(path.onDisk, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
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
    let descriptor = unsafe open(path.onDisk, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .system(path: path, operation: "open", errno: errno) }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: limit)
    let got = unsafe read(descriptor, &bytes, limit)
    guard got >= 0 else { throw .system(path: path, operation: "read", errno: errno) }
    return Array(bytes.prefix(got))
  }

  /// All bytes of a file or pipe, up to one more than `limit`; waits for who writes into a pipe.
  static func stream(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
    let descriptor = unsafe open(path.onDisk, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system(path: path, operation: "open", errno: errno) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count <= limit {
      let got = unsafe read(descriptor, &buffer, buffer.count)
      if got < 0 {
        if errno == EINTR { continue }
        throw .system(path: path, operation: "read", errno: errno)
      }
      if got == 0 { break }
      bytes.append(contentsOf: buffer[..<min(got, limit &+ 1 &- bytes.count)])
    }
    return bytes
  }

  /// The first `count` bytes of the file `path`, or all it has; throws `FileError.system`.
  static func firstBytes(_ path: String, _ count: Int) throws(FileError) -> [UInt8] {
    let descriptor = unsafe open(path.onDisk, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .system(path: path, operation: "open", errno: errno) }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: count)
    let got = unsafe pread(descriptor, &buffer, count, 0)
    guard got >= 0 else { throw .system(path: path, operation: "read", errno: errno) }
    return Array(buffer[..<got])
  }

  /// More than any disk has, and little enough to be added to.
  private static let mostSpace = 1 << 60

  /// What is left of the file system that `path` is on.
  static func space(_ path: String) throws(FileError) -> FreeSpace {
    var status = statvfs()
    guard unsafe statvfs(path.onDisk, &status) == 0 else {
      throw .system(path: path, operation: "ask for the free space of", errno: errno)
    }
    func bytes(_ blocks: UInt) -> Int {
      let (product, overflow) = blocks.multipliedReportingOverflow(by: status.f_frsize)
      return overflow ? mostSpace : min(Int(clamping: product), mostSpace)
    }
    return FreeSpace(
      bytes: bytes(status.f_bavail), bytesForRoot: bytes(status.f_bfree),
      // Some file systems make them as they are needed, and count none.
      files: status.f_files == 0 ? nil : Int(clamping: status.f_ffree),
      isReadOnly: status.f_flag & UInt(ST_RDONLY) != 0)
  }

  /// `name` inside the folder `path`.
  static func join(_ path: String, _ name: String) -> String {
    path.utf8.last == UInt8(ascii: "/") ? path + name : path + "/" + name
  }

  /// The last part of `path` that is a name.
  static func lastPart(of path: String) -> String {
    // As bytes: a character of a name may join with the slash before it.
    path.utf8.split(separator: UInt8(ascii: "/")).last.map { String(Substring($0)) } ?? path
  }

  /// What a size is at most: a sparse file claims up to 8 EiB, and sizes are added up. No process can map
  /// more than this anyway.
  private static let largestSize = 1 << 47

  private static func entry(name: String, path: String) -> FolderEntry {
    var own = stat()
    guard unsafe lstat(path.onDisk, &own) == 0 else {
      return FolderEntry(
        name: name, path: path, kind: .unseen, size: 0, modified: 0, failureNumber: errno)
    }
    var status = own
    let kind: FolderEntry.Kind
    var failure: Int32 = 0
    switch own.st_mode & S_IFMT {
    case S_IFREG: kind = .file
    case S_IFDIR: kind = .directory
    case S_IFLNK:
      if unsafe stat(path.onDisk, &status) != 0 {
        failure = errno
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
      modified: modified,
      access: FileAccess(
        owner: status.st_uid, group: status.st_gid, mode: UInt32(status.st_mode) & 0o7777),
      failureNumber: failure)
  }
}
