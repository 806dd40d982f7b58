public import TSDBFormat
public import TSDBStore

/// A new file that is being written, front to back. What is written is collected, and goes to the
/// disk in large pieces.
public final class FileSink {
  /// Bytes written so far.
  public private(set) var count = 0
  /// The file, for messages.
  public let path: String
  private let operations: FileOperations
  private let descriptor: Int32
  private var pending = ByteBuffer()
  private static let most = 1 << 20

  /// Makes the file, which must not exist; a secret can be read by its owner alone.
  public init(
    _ path: String, _ operations: FileOperations, isSecret: Bool = false
  ) throws(FileError) {
    self.path = path
    self.operations = operations
    descriptor = try operations.create(path, isSecret: isSecret)
  }

  deinit { operations.close(descriptor) }

  /// Appends bytes.
  public func write(_ bytes: RawSpan) throws(FileError) {
    count += bytes.byteCount
    if bytes.byteCount >= Self.most {
      try flush()
      try operations.write(bytes, to: descriptor, path)
      return
    }
    pending.append(bytes)
    if pending.count >= Self.most { try flush() }
  }

  /// Appends what is in a buffer.
  public func write(_ buffer: borrowing ByteBuffer) throws(FileError) {
    try write(buffer.bytes)
  }

  private func flush() throws(FileError) {
    guard pending.count > 0 else { return }
    var taken = ByteBuffer()
    swap(&taken, &pending)
    try operations.write(taken.bytes, to: descriptor, path)
    taken.truncate(to: 0)
    swap(&taken, &pending)
  }

  /// Sends everything to the disk.
  public func finish() throws(FileError) {
    try flush()
    try operations.sync(descriptor, path)
  }
}
