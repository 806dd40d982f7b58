/// Bytes that are appended to and thrown away again and again: memory once asked for stays, and is
/// not cleared before something else writes it.
struct ByteBuffer: Sendable {
  private var storage: [UInt8] = []
  /// How many bytes are in.
  private(set) var count = 0

  /// The bytes in `range`, which must lie in the buffer.
  @_lifetime(borrow self)
  func bytes(in range: Range<Int>) -> RawSpan {
    precondition(range.upperBound <= count)
    return storage.rawBytes.extracting(range)
  }

  /// Forgets the bytes from `start` on.
  mutating func truncate(to start: Int) {
    count = min(max(start, 0), count)
  }

  /// Appends borrowed bytes.
  mutating func append(_ bytes: RawSpan) {
    unsafe append(upTo: bytes.byteCount) { target in
      unsafe bytes.withUnsafeBytes { source in
        if let base = source.baseAddress {
          unsafe target.copyMemory(from: base, byteCount: source.count)
        }
      }
      return bytes.byteCount
    }
  }

  /// Lets `write` fill up to `capacity` bytes behind the end; it returns how many it wrote.
  mutating func append(upTo capacity: Int, _ write: (UnsafeMutableRawPointer) -> Int) {
    let missing = count + capacity - storage.count
    if missing > 0 {
      storage.append(contentsOf: repeatElement(0, count: max(missing, storage.count / 2)))
    }
    let start = count
    let written = unsafe storage.withUnsafeMutableBytes { bytes in
      guard let base = bytes.baseAddress else { return 0 }
      return unsafe write(base.advanced(by: start))
    }
    count = start + min(max(written, 0), capacity)
  }
}
