/// A forward reader of single bits, most significant first, as chunk bodies are written
/// (Prometheus: tsdb/chunkenc/bstream.go).
///
/// Keeps up to 64 bits in a window; refills by whole bytes.
public struct BitCursor: ~Escapable {
  private let bytes: RawSpan
  /// File offset of `bytes[0]`.
  private let origin: Int
  private let section: Section
  /// Next byte to load into the window.
  private var position = 0
  /// Bits not read yet, left aligned.
  private var window: UInt64 = 0
  /// How many bits of the window are valid.
  private var valid = 0

  /// Reads `bytes`, which stand at file offset `origin`.
  @_lifetime(copy bytes)
  public init(_ bytes: RawSpan, at origin: Int, in section: Section) {
    self.bytes = bytes
    self.origin = origin
    self.section = section
  }

  /// Absolute file offset of the byte that holds the next bit.
  public var offset: Int { origin + position - (valid + 7) / 8 }

  /// Bits not read yet.
  public var remainingBits: Int { valid + (bytes.byteCount - position) * 8 }

  /// A failure at the byte that holds the next bit.
  public func failure(_ problem: DecodeError.Problem) -> DecodeError {
    DecodeError(section: section, offset: offset, problem: problem)
  }

  private mutating func refill() {
    while valid <= 56 && position < bytes.byteCount {
      let byte = unsafe bytes.unsafeLoad(fromUncheckedByteOffset: position, as: UInt8.self)
      window |= UInt64(byte) &<< UInt64(56 &- valid)
      valid &+= 8
      position &+= 1
    }
  }

  /// The next `count` bits (0 to 64) as the low bits of a number.
  public mutating func bits(_ count: Int) throws(DecodeError) -> UInt64 {
    precondition(count >= 0 && count <= 64)
    if count == 0 { return 0 }
    if count > 56 {
      let high = try bits(count - 32)
      return high << 32 | (try bits(32))
    }
    if valid < count {
      refill()
      guard valid >= count else {
        throw failure(.truncated(needed: (count + 7) / 8, available: valid / 8))
      }
    }
    let value = window &>> UInt64(64 &- count)
    window = window &<< UInt64(count)
    valid &-= count
    return value
  }

  /// The next bit.
  public mutating func bit() throws(DecodeError) -> Bool {
    try bits(1) == 1
  }

  /// Unsigned LEB128 at the current bit position.
  public mutating func uvarint() throws(DecodeError) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let byte = try bits(8)
      value |= (byte & 0x7f) &<< shift
      if byte < 0x80 {
        if shift == 63 && byte > 1 { throw failure(.overlongVarint) }
        return value
      }
      shift &+= 7
      if shift > 63 { throw failure(.overlongVarint) }
    }
  }

  /// Zigzag signed LEB128 at the current bit position.
  public mutating func varint() throws(DecodeError) -> Int64 {
    let raw = try uvarint()
    return Int64(bitPattern: (raw &>> 1) ^ (0 &- (raw & 1)))
  }
}
