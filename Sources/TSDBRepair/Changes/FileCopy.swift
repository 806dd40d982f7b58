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
    _ path: String, to target: String, notKept: (String) -> Void = { _ in }
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
    for name in try copyAttributes(of: path, to: target) { notKept(name) }
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
}
