internal import Glibc
public import TSDBFormat

/// The bytes of a file, mapped for reading only.
///
/// A mapping of a file that somebody cuts short while it is read raises SIGBUS; the executable turns
/// that into a sentence and exit status 2.
@safe
public final class MappedFile: Sendable {
  /// The path as it was opened, for messages.
  public let path: String
  /// Size in bytes.
  public let size: Int
  private nonisolated(unsafe) let mapping: UnsafeRawBufferPointer

  /// Opens and maps `path`. Throws `FileError.system`.
  public convenience init(path: String) throws(FileError) {
    try self.init(path, isSecret: false)
  }

  /// The same for a file that only its owner knows: refused where it is a link, belongs to another user, or
  /// may be read or written by one. Throws `FileError.system` with `EPERM` then.
  public convenience init(secretAt path: String) throws(FileError) {
    try self.init(path, isSecret: true)
  }

  private init(_ path: String, isSecret: Bool) throws(FileError) {
    let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | (isSecret ? O_NOFOLLOW : 0)
    let descriptor = unsafe open(path.onDisk, flags)
    guard descriptor >= 0 else {
      let why = isSecret && errno == ELOOP ? "take it for a secret, because it is a link" : "open"
      throw .system(path: path, operation: why, errno: errno)
    }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      throw .system(path: path, operation: "stat", errno: errno)
    }
    if isSecret, status.st_uid != geteuid() || status.st_mode & 0o077 != 0 {
      let mode = String(status.st_mode & 0o7777, radix: 8)
      throw .system(
        path: path,
        operation: "take it for a secret, because it belongs to user \(status.st_uid) and has mode "
          + "\(mode) (it must be yours, and have mode 600)",
        errno: EPERM)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw .system(
        path: path, operation: "read it as a file",
        errno: status.st_mode & S_IFMT == S_IFDIR ? EISDIR : EINVAL)
    }
    self.path = path
    size = Int(status.st_size)
    guard size > 0 else {
      unsafe mapping = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    guard let address = unsafe mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0),
      unsafe address != MAP_FAILED
    else {
      throw .system(path: path, operation: "map", errno: errno)
    }
    unsafe mapping = UnsafeRawBufferPointer(start: address, count: size)
  }

  deinit {
    if size > 0 {
      unsafe munmap(UnsafeMutableRawPointer(mutating: mapping.baseAddress), size)
    }
  }

  /// The whole file.
  public var bytes: RawSpan {
    @_lifetime(borrow self)
    get { unsafe _overrideLifetime(RawSpan(_unsafeBytes: mapping), borrowing: self) }
  }

  /// Tells the kernel that the file is read from front to back.
  public func willReadSequentially() {
    guard size > 0 else { return }
    unsafe madvise(UnsafeMutableRawPointer(mutating: mapping.baseAddress), size, MADV_SEQUENTIAL)
  }

  /// Gives the pages of `range` back, so that a pass over a large file does not keep it resident.
  /// They are read again if touched again.
  public func release(_ range: Range<Int>) {
    let page = 4096
    let start = (max(range.lowerBound, 0) + page - 1) / page * page
    let end = min(range.upperBound, size) / page * page
    guard start < end, let base = unsafe mapping.baseAddress else { return }
    unsafe madvise(
      UnsafeMutableRawPointer(mutating: base.advanced(by: start)), end - start, MADV_DONTNEED)
  }

  /// Runs `decode` and puts this file's name on the failure.
  public func decode<Value>(
    _ decode: () throws(DecodeError) -> Value
  ) throws(FileError) -> Value {
    do {
      return try decode()
    } catch {
      throw .damaged(path: path, error)
    }
  }
}

/// The system's words for an error number.
public func systemMessage(_ number: Int32) -> String {
  guard let text = unsafe strerror(number) else { return "error \(number)" }
  return unsafe String(cString: text)
}
