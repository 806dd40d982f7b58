internal import Glibc
internal import TSDBFormat
public import TSDBStore

/// Copies of files.
extension FileOperations {
  /// Writes a copy of the file `path` to the new file `target`: its blocks are shared where the file
  /// system can do that, else its bytes are copied. Mode, owner, times and attributes are kept; `notKept`
  /// gets the names of attributes that are not.
  ///
  /// Gives true if the blocks are shared.
  @discardableResult
  public func copy(
    _ path: String, to target: String, keepsAttributes: Bool = true,
    notKept: (String) -> Void = { _ in }
  ) throws(FileError) -> Bool {
    let status = try FileStatus(of: path, followsLinks: true)
    let source = unsafe open(path.onDisk, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard source >= 0 else { throw .system(path: path, operation: "open", errno: errno) }
    defer { close(source) }
    let descriptor = try create(target)
    defer { close(descriptor) }
    try announced(.copy, target)
    let isShared = ioctl(descriptor, UInt(0x4004_9409), source) == 0
    if !isShared { try copyBytes(source, descriptor, target) }
    try sync(descriptor, target)
    try setMode(target, status)
    if keepsAttributes {
      for name in try copyAttributes(of: path, to: target) { notKept(name) }
    }
    try setTimes(target, status)
    return isShared
  }

  /// Holes stay holes: a file of a few kilobytes may say that it has terabytes.
  private func copyBytes(
    _ source: Int32, _ descriptor: Int32, _ target: String
  ) throws(FileError) {
    var status = stat()
    guard unsafe fstat(source, &status) == 0 else {
      throw .system(path: target, operation: "copy", errno: errno)
    }
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    var end = 0
    while let data = Self.data(in: source, from: end) {
      guard lseek(source, data.lowerBound, SEEK_SET) >= 0,
        lseek(descriptor, data.lowerBound, SEEK_SET) >= 0
      else { throw .system(path: target, operation: "copy", errno: errno) }
      end = data.lowerBound
      while end < data.upperBound {
        let got = unsafe read(source, &buffer, min(buffer.count, data.upperBound - end))
        if got < 0 && errno == EINTR { continue }
        guard got >= 0 else { throw .system(path: target, operation: "copy", errno: errno) }
        // Nothing comes behind the end of a file.
        if got == 0 { return }
        try write(buffer.rawBytes.extracting(0..<got), to: descriptor, target)
        end += got
      }
    }
    guard end < Int(status.st_size) else { return }
    guard ftruncate(descriptor, status.st_size) == 0 else {
      throw .system(path: target, operation: "copy", errno: errno)
    }
  }

  /// Bytes that a copy of the file `path` takes: those of it that are no holes.
  static func copiedBytes(of path: String) throws(FileError) -> Int {
    var status = stat()
    guard unsafe stat(path.onDisk, &status) == 0 else {
      throw .system(path: path, operation: "look at", errno: errno)
    }
    let size = Int(status.st_size)
    // A file system that packs files also has fewer blocks than bytes; a copy may not be packed.
    guard Int(status.st_blocks) < size / 512 else { return size }
    let file = unsafe open(path.onDisk, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { return size }
    defer { _ = Glibc.close(file) }
    var (bytes, end) = (0, 0)
    while end < size, let data = Self.data(in: file, from: end) {
      bytes += min(data.upperBound, size) - data.lowerBound
      end = data.upperBound
    }
    return bytes
  }

  /// The next stretch of a file at or behind `offset` that is no hole; nil where there is none. The numbers
  /// are Linux' `SEEK_DATA` and `SEEK_HOLE`, which Swift does not see; a file system that does not know holes
  /// has none.
  private static func data(in file: Int32, from offset: Int) -> Range<Int>? {
    let start = lseek(file, offset, 3)
    if start < 0 { return errno == ENXIO ? nil : offset..<Int.max }
    let end = lseek(file, start, 4)
    return end > start ? start..<end : start..<Int.max
  }
}
