internal import CChecksum
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
  /// Stretches of a sparse file to which nothing was ever written, in their order: they read as zeros, and
  /// reading them takes as long as reading data. Empty for a file that is not sparse, or hardly.
  public let holes: [Range<Int>]
  private nonisolated(unsafe) let mapping: UnsafeRawBufferPointer

  /// No index is larger: series are referred to by 32 bits, and stand at multiples of 16 bytes.
  private static let largestIndex = 64 << 30
  /// No other file is: samples are referred to by 32 bits of offset, and segments of a log are cut at
  /// 256 MiB at most, behind the record that is under way.
  private static let largestFile = 4 << 30

  /// Millions of deleted stretches, which a server reads into memory as it starts.
  private static let largestTombstones = 128 << 20
  private static func largest(_ path: String) -> Int {
    if path.hasSuffix("/index") { return largestIndex }
    return path.hasSuffix("/tombstones") ? largestTombstones : largestFile
  }

  /// So much of an index is never zeros.
  private static let mostHoles = 64 << 20

  /// True where nothing was ever written to `range`, as far as it is in the file.
  public func isHole(_ range: Range<Int>) -> Bool {
    let end = min(range.upperBound, size)
    return holes.contains { $0.lowerBound <= range.lowerBound && $0.upperBound >= end }
  }

  /// Throws for a file that is mostly holes: checksums of them take minutes, and the memory of a machine.
  public func refuseHoles() throws(FileError) {
    let missing = holes.reduce(0) { $0 &+ $1.count }
    guard missing > Self.mostHoles else { return }
    throw .damaged(
      path: path,
      DecodeError(
        section: .file, offset: holes.first?.lowerBound ?? 0,
        problem: .tooLarge(
          found: missing, limit: Self.mostHoles, unit: "bytes of holes, which read as zeros")))
  }

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
    let largest = Self.largest(path)
    guard status.st_size <= largest else {
      throw .damaged(
        path: path,
        DecodeError(
          section: .file, offset: 0,
          problem: .tooLarge(
            found: Int(status.st_size), limit: largest, unit: "bytes in a file")))
    }
    self.path = path
    size = Int(status.st_size)
    let isSparse = Int(status.st_blocks) * 512 + 1 << 20 < size
    holes = isSparse ? Self.holes(of: descriptor, size: size) : []
    guard size > 0 else {
      unsafe mapping = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    guard let address = unsafe mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0),
      unsafe address != MAP_FAILED
    else {
      let number = errno
      if number == ENOMEM { epimetheus_pages_missing(size) }
      throw .system(path: path, operation: "map", errno: number)
    }
    unsafe mapping = UnsafeRawBufferPointer(start: address, count: size)
  }

  /// Linux' own, and not among the names that Swift sees.
  private static let seekData: Int32 = 3
  private static let seekHole: Int32 = 4

  /// Asks the file system; what it does not know is no hole.
  private static func holes(of descriptor: Int32, size: Int) -> [Range<Int>] {
    var holes: [Range<Int>] = []
    var end = 0
    // So many pieces are worth it.
    while end < size, holes.count < 4096 {
      let start = lseek(descriptor, end, Self.seekHole)
      guard start >= end, start < size else { break }
      let data = lseek(descriptor, start, Self.seekData)
      end = data < 0 ? size : min(data, size)
      guard end > start else { break }
      holes.append(start..<end)
    }
    return holes
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
