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
    /// A file shares the blocks of another, or gets its bytes.
    case copy
    /// A file gets a second name.
    case link
  }

  /// Called before each call with what it does and to which path; a failure takes the call's place.
  public typealias Announcement = (Kind, String) throws(FileError) -> Void

  private let announce: Announcement?
  private let syncs: Bool

  /// The system itself, after `announce`. Without `syncs`, what is written need not survive a loss of
  /// power.
  public init(syncs: Bool = true, announce: Announcement? = nil) {
    self.syncs = syncs
    self.announce = announce
  }

  private func check(
    _ kind: Kind, _ path: String, _ call: () -> Int32
  ) throws(FileError) {
    try announce?(kind, path)
    guard call() == 0 else {
      throw .system(path: path, operation: kind.rawValue, errno: errno)
    }
  }

  /// Makes a file that must not exist, for writing; gives its descriptor. A secret is for its owner alone.
  func create(_ path: String, isSecret: Bool = false) throws(FileError) -> Int32 {
    try announce?(.createFile, path)
    let mode: mode_t = isSecret ? 0o600 : 0o644
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else {
      throw .system(path: path, operation: Kind.createFile.rawValue, errno: errno)
    }
    return descriptor
  }

  /// Opens a journal to go on with it; gives its descriptor.
  func reopen(_ path: String) throws(FileError) -> Int32 {
    let descriptor = unsafe open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system(path: path, operation: "open", errno: errno) }
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

  /// Sends what was written to the disk.
  func sync(_ descriptor: Int32, _ path: String) throws(FileError) {
    try check(.sync, path) { syncs ? fsync(descriptor) : 0 }
  }

  /// Closes a descriptor.
  func close(_ descriptor: Int32) {
    _ = Glibc.close(descriptor)
  }

  /// Sends the names in a folder to the disk.
  public func syncFolder(_ path: String) throws(FileError) {
    guard syncs else { return }
    let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw .system(path: path, operation: "open", errno: errno)
    }
    defer { close(descriptor) }
    try sync(descriptor, path)
  }

  /// Gives `path` the name `target`, which must not exist: nothing is ever overwritten.
  public func rename(_ path: String, to target: String) throws(FileError) {
    try announce?(.rename, path)
    // Nobody else writes here: the lock was looked at.
    if FileStatus.exists(target) {
      throw .system(path: target, operation: "rename to", errno: EEXIST)
    }
    let result = unsafe Glibc.rename(path, target)
    guard result == 0 else {
      throw .system(path: path, operation: "rename to \(target)", errno: errno)
    }
  }

  /// Makes a folder that must not exist.
  public func createFolder(_ path: String) throws(FileError) {
    try check(.createFolder, path) { unsafe mkdir(path, 0o755) }
  }

  /// Makes a folder of its own in `folder`.
  public func createTemporaryFolder(in folder: String) throws(FileError) -> String {
    var template = Array((folder + "/epimetheus-XXXXXX").utf8CString)
    guard unsafe mkdtemp(&template) != nil else {
      throw .system(path: folder, operation: "create a temporary folder", errno: errno)
    }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Removes a file that the repair itself made.
  public func removeFile(_ path: String) throws(FileError) {
    try check(.removeFile, path) { unsafe unlink(path) }
  }

  /// Removes an empty folder.
  public func removeFolder(_ path: String) throws(FileError) {
    try check(.removeFolder, path) { unsafe rmdir(path) }
  }

  /// Removes a file or a folder with all that is in it, which the repair itself made; links are
  /// removed, not followed.
  public func removeTree(_ path: String) throws(FileError) {
    guard try FileStatus(of: path).kind == .folder else { return try removeFile(path) }
    for entry in try FolderListing.entries(of: path) { try removeTree(entry.path) }
    try removeFolder(path)
  }

  /// Gives a file the second name `target`.
  public func link(_ path: String, as target: String) throws(FileError) {
    try check(.link, target) { unsafe Glibc.link(path, target) }
  }

  /// A symbolic link at `path` that leads to `target`.
  public func symbolicLink(_ path: String, to target: String) throws(FileError) {
    try check(.link, path) { unsafe symlink(target, path) }
  }

  /// Sets the times of last access and change.
  public func setTimes(_ path: String, _ status: FileStatus) throws(FileError) {
    let times = [status.accessed.timespec, status.modified.timespec]
    try check(.setTimes, path) {
      unsafe utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW)
    }
  }

  /// Sets the mode and, as far as this process may, the owner.
  public func setMode(_ path: String, _ status: FileStatus) throws(FileError) {
    // Only root can give files away; for others the new files belong to whoever repairs.
    _ = unsafe lchown(path, status.owner, status.group)
    try check(.setMode, path) { unsafe chmod(path, mode_t(status.mode)) }
  }

  /// Writes a copy of the file `path` to the new file `target`: its blocks are shared where the file
  /// system can do that, else its bytes are copied. Mode, owner and times are kept.
  ///
  /// Gives true if the blocks are shared.
  @discardableResult
  public func copy(_ path: String, to target: String) throws(FileError) -> Bool {
    let status = try FileStatus(of: path)
    let source = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard source >= 0 else { throw .system(path: path, operation: "open", errno: errno) }
    defer { close(source) }
    let descriptor = try create(target)
    defer { close(descriptor) }
    try announce?(.copy, target)
    let isShared = ioctl(descriptor, UInt(0x4004_9409), source) == 0
    if !isShared { try copyBytes(source, descriptor, target) }
    try sync(descriptor, target)
    try setMode(target, status)
    try setTimes(target, status)
    return isShared
  }

  private func copyBytes(
    _ source: Int32, _ descriptor: Int32, _ target: String
  ) throws(FileError) {
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let got = unsafe read(source, &buffer, buffer.count)
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else { throw .system(path: target, operation: "copy", errno: errno) }
      if got == 0 { return }
      try write(buffer.rawBytes.extracting(0..<got), to: descriptor, target)
    }
  }

  /// Bytes that can still be written to the file system of `path`.
  public func freeSpace(at path: String) throws(FileError) -> Int {
    var status = statvfs()
    guard unsafe statvfs(path, &status) == 0 else {
      throw .system(path: path, operation: "ask for the free space at", errno: errno)
    }
    let (bytes, isHuge) = UInt64(status.f_bavail).multipliedReportingOverflow(
      by: UInt64(status.f_frsize))
    return isHuge ? .max : Int(clamping: bytes)
  }

  /// Throws where names in the folder `path` cannot be changed by this process.
  public func checkWritable(_ path: String) throws(FileError) {
    guard unsafe access(path, W_OK | X_OK) == 0 else {
      throw .system(path: path, operation: "write to", errno: errno)
    }
  }
}
