internal import CFileSystem
internal import Glibc
internal import TSDBFormat
public import TSDBStore

/// The system calls that change something on disk. All writing of a repair goes through here, and
/// nothing else in the program opens a data directory for writing.
///
/// Every call is announced before it is made, so that a test can let any of them fail, or end the
/// process there.
public final class FileOperations {
  /// What a call does.
  public enum Kind: String, Sendable, CaseIterable {
    /// A new file; it must not exist.
    case createFile = "create"
    /// Bytes are appended to a file.
    case write
    /// A file or folder goes to the disk (fsync).
    case sync
    /// A file or folder gets another name.
    case rename
    /// A new folder; it must not exist.
    case createFolder = "create the folder"
    /// A file that the repair made goes away.
    case removeFile = "remove"
    /// An empty folder that the repair made goes away.
    case removeFolder = "remove the folder"
    /// Times of a file or folder.
    case setTimes = "set the times of"
    /// Mode and owner of a file or folder.
    case setMode = "set the mode of"
    /// Extended attributes of a file or folder.
    case setAttributes = "set the attributes of"
    /// A file shares the blocks of another, or gets its bytes.
    case copy
    /// A file gets a second name.
    case link
  }

  /// Called before each call with what it does and to which path; a failure takes the call's place.
  public typealias Announcement = (Kind, String) throws(FileError) -> Void

  private let announce: Announcement?
  private let syncs: Bool
  /// The folder in which all changes stay; nil for none.
  private let boundary: String?

  /// The system itself, after `announce`. Without `syncs`, what is written need not survive a loss of
  /// power.
  public convenience init(syncs: Bool = true, announce: Announcement? = nil) {
    self.init(syncs: syncs, announce: announce, boundary: nil)
  }

  private init(syncs: Bool, announce: Announcement?, boundary: String?) {
    self.announce = announce
    self.syncs = syncs
    self.boundary = boundary
  }

  /// The same, for changes inside of `folder` alone: a path that does not lie in it, or leads through a
  /// symbolic link, is refused. Reading is not restrained.
  public func within(_ folder: String) -> FileOperations {
    FileOperations(syncs: syncs, announce: announce, boundary: folder)
  }

  /// The same, for what need not survive a loss of power.
  func withoutSync() -> FileOperations {
    FileOperations(syncs: false, announce: announce, boundary: boundary)
  }

  func place(_ path: String, orBoundary: Bool = false) throws(FileError) -> FilePlace {
    try FilePlace(path, in: boundary, orBoundary: orBoundary)
  }

  func announced(_ kind: Kind, _ path: String) throws(FileError) {
    try announce?(kind, path)
  }

  private func check(
    _ kind: Kind, _ path: String, orBoundary: Bool = false,
    _ call: (borrowing FilePlace) -> Int32
  ) throws(FileError) {
    try announce?(kind, path)
    let place = try place(path, orBoundary: orBoundary)
    guard call(place) == 0 else {
      throw .system(path: path, operation: kind.rawValue, errno: errno)
    }
  }

  /// Makes a file that must not exist, for writing; gives its descriptor. A secret is for its owner alone.
  func create(_ path: String, isSecret: Bool = false) throws(FileError) -> Int32 {
    try announce?(.createFile, path)
    let mode: mode_t = isSecret ? 0o600 : 0o644
    let place = try place(path)
    let descriptor = unsafe openat(
      place.folder, place.name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
    guard descriptor >= 0 else {
      throw .system(path: path, operation: Kind.createFile.rawValue, errno: errno)
    }
    return descriptor
  }

  /// Opens a journal to go on with it; gives its descriptor. Throws where it is no plain file, or has
  /// another name, under which somebody else would find it changed.
  func reopen(_ path: String) throws(FileError) -> Int32 {
    let place = try place(path)
    let descriptor = unsafe openat(
      place.folder, place.name, O_WRONLY | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system(path: path, operation: "open", errno: errno) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw .system(path: path, operation: "write to", errno: EINVAL)
    }
    guard status.st_nlink == 1 else {
      close(descriptor)
      throw .system(path: path, operation: "write to a file with a second name", errno: EMLINK)
    }
    return descriptor
  }

  /// Appends all of `bytes` to the open file `descriptor`, whose path is `path`.
  func write(_ bytes: RawSpan, to descriptor: Int32, _ path: String) throws(FileError) {
    try announce?(.write, path)
    let failure: Int32 = unsafe bytes.withUnsafeBytes { source in
      var done = 0
      while done < source.count {
        let written = unsafe Glibc.write(
          descriptor, source.baseAddress?.advanced(by: done), source.count - done)
        if written < 0 && errno == EINTR { continue }
        if written <= 0 { return written == 0 ? ENOSPC : errno }
        done += written
      }
      return 0
    }
    guard failure == 0 else {
      throw .system(path: path, operation: Kind.write.rawValue, errno: failure)
    }
  }

  /// Takes away what the open file `descriptor` has from `end` on.
  func cut(_ descriptor: Int32, at end: Int, _ path: String) throws(FileError) {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      throw .system(path: path, operation: "look at", errno: errno)
    }
    guard Int(status.st_size) > end else { return }
    try announce?(.write, path)
    guard ftruncate(descriptor, end) == 0 else {
      throw .system(path: path, operation: "cut", errno: errno)
    }
  }

  /// Sends what was written to the disk.
  func sync(_ descriptor: Int32, _ path: String) throws(FileError) {
    try announce?(.sync, path)
    guard !syncs || fsync(descriptor) == 0 else {
      throw .system(path: path, operation: Kind.sync.rawValue, errno: errno)
    }
  }

  /// Closes a descriptor.
  func close(_ descriptor: Int32) {
    _ = Glibc.close(descriptor)
  }

  /// Sends the names in a folder to the disk.
  public func syncFolder(_ path: String) throws(FileError) {
    guard syncs else { return }
    let place = try place(path, orBoundary: true)
    let descriptor = unsafe openat(place.folder, place.name, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw .system(path: path, operation: "open", errno: errno)
    }
    defer { close(descriptor) }
    try sync(descriptor, path)
  }

  /// Gives `path` the name `target`, which must not exist: nothing is ever overwritten.
  public func rename(_ path: String, to target: String) throws(FileError) {
    try announce?(.rename, path)
    let from = try place(path)
    let to = try place(target)
    var result = unsafe epimetheus_rename_new(from.folder, from.name, to.folder, to.name)
    if result != 0, [EINVAL, ENOSYS].contains(errno) {
      // A file system that cannot look and rename at once. Nobody else writes here: the lock was
      // looked at.
      if FileStatus.exists(target) {
        throw .system(path: target, operation: "rename to", errno: EEXIST)
      }
      result = unsafe renameat(from.folder, from.name, to.folder, to.name)
    }
    guard result == 0 else {
      let number = errno
      guard number != EEXIST else {
        throw .system(path: target, operation: "rename to", errno: number)
      }
      throw .system(path: path, operation: "rename to \(target)", errno: number)
    }
  }

  /// Gives `path` the name of the file `target`, which goes.
  public func replaceFile(_ target: String, by path: String) throws(FileError) {
    try announce?(.rename, path)
    let from = try place(path)
    let to = try place(target)
    guard unsafe renameat(from.folder, from.name, to.folder, to.name) == 0 else {
      throw .system(path: path, operation: "rename to \(target)", errno: errno)
    }
  }

  /// Makes a folder that must not exist.
  public func createFolder(_ path: String) throws(FileError) {
    try check(.createFolder, path) { unsafe mkdirat($0.folder, $0.name, 0o755) }
  }

  /// Makes a folder of its own in `folder`.
  public func createTemporaryFolder(in folder: String) throws(FileError) -> String {
    var template = (folder + "/epimetheus-XXXXXX").onDisk
    guard unsafe mkdtemp(&template) != nil else {
      throw .system(path: folder, operation: "create a temporary folder", errno: errno)
    }
    return DiskName.text(template.dropLast().map { UInt8(bitPattern: $0) })
  }

  /// Removes a file that the repair itself made.
  public func removeFile(_ path: String) throws(FileError) {
    try check(.removeFile, path) { unsafe unlinkat($0.folder, $0.name, 0) }
  }

  /// Removes an empty folder.
  public func removeFolder(_ path: String) throws(FileError) {
    try check(.removeFolder, path) { unsafe unlinkat($0.folder, $0.name, AT_REMOVEDIR) }
  }

  /// Removes a file or a folder with all that is in it, which the repair itself made; links are
  /// removed, not followed.
  public func removeTree(_ path: String) throws(FileError) {
    guard try FileStatus(of: path).kind == .folder else { return try removeFile(path) }
    for entry in try FolderListing.entries(of: path) { try removeTree(entry.path) }
    try removeFolder(path)
  }

  /// Gives a file, be it reached through a link, the second name `target`.
  public func link(_ path: String, as target: String) throws(FileError) {
    try check(.link, target) {
      unsafe linkat(AT_FDCWD, path.onDisk, $0.folder, $0.name, AT_SYMLINK_FOLLOW)
    }
  }

  /// A symbolic link at `path` that leads to `target`.
  public func symbolicLink(_ path: String, to target: String) throws(FileError) {
    try check(.link, path) { unsafe symlinkat(target.onDisk, $0.folder, $0.name) }
  }

  /// Sets the times of last access and change.
  public func setTimes(_ path: String, _ status: FileStatus) throws(FileError) {
    let times = [status.accessed.timespec, status.modified.timespec]
    try check(.setTimes, path, orBoundary: true) {
      unsafe utimensat($0.folder, $0.name, times, AT_SYMLINK_NOFOLLOW)
    }
  }

  /// Sets the mode and, as far as this process may, the owner. A file never becomes one that runs as
  /// its owner or group: it may come from somebody else, and may not get its owner.
  public func setMode(_ path: String, _ status: FileStatus) throws(FileError) {
    let mode = mode_t(status.kind == .folder ? status.mode & 0o3777 : status.mode & 0o777)
    try check(.setMode, path, orBoundary: true) {
      // Only root can give files away; for others the new files belong to whoever repairs.
      unsafe _ = fchownat($0.folder, $0.name, status.owner, status.group, AT_SYMLINK_NOFOLLOW)
      let result = unsafe fchmodat($0.folder, $0.name, mode, AT_SYMLINK_NOFOLLOW)
      guard result != 0, [EOPNOTSUPP, ENOSYS].contains(errno) else { return result }
      // A link has no mode of its own. Without /proc the C library cannot set any other either.
      var own = stat()
      guard unsafe fstatat($0.folder, $0.name, &own, AT_SYMLINK_NOFOLLOW) == 0 else { return -1 }
      guard own.st_mode & S_IFMT != S_IFLNK else {
        errno = ELOOP
        return -1
      }
      return unsafe fchmodat($0.folder, $0.name, mode, 0)
    }
  }

  /// Bytes that can still be written to the file system of `path`.
  public func freeSpace(at path: String) throws(FileError) -> Int {
    var status = statvfs()
    guard unsafe statvfs(path.onDisk, &status) == 0 else {
      throw .system(path: path, operation: "ask for the free space at", errno: errno)
    }
    let (bytes, isHuge) = UInt64(status.f_bavail).multipliedReportingOverflow(
      by: UInt64(status.f_frsize))
    return isHuge ? .max : Int(clamping: bytes)
  }

  /// Throws where names in the folder `path` cannot be changed by this process.
  public func checkWritable(_ path: String) throws(FileError) {
    guard unsafe access(path.onDisk, W_OK | X_OK) == 0 else {
      throw .system(path: path, operation: "write to", errno: errno)
    }
  }
}
