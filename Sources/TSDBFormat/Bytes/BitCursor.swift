/// A forward reader of single bits, most significant first, as chunk bodies are written
/// (Prometheus: tsdb/chunkenc/bstream.go).
///
/// It keeps nothing but the position: each read loads the eight bytes around it anew, which costs
/// less than keeping a window of bits full, and one comparison keeps it inside.
public struct BitCursor: ~Escapable {
  private let bytes: RawSpan
  /// File offset of `bytes[0]`.
  private let origin: Int
  private let section: Section
  /// Bits read so far.
  private var position = 0
  /// Bits there are.
  private let bitCount: Int
  /// The last byte from which eight can be loaded; negative if there are fewer in all.
  private let lastWord: Int

  /// Reads `bytes`, which stand at file offset `origin`.
  @_lifetime(copy bytes)
  public init(_ bytes: RawSpan, at origin: Int, in section: Section) {
    self.bytes = bytes
    self.origin = origin
    self.section = section
    bitCount = bytes.byteCount &* 8
    lastWord = bytes.byteCount &- 8
  }

  /// How many of the bits of `window` are sure to be there, if so many are left.
  static let windowWidth = 57

  /// Absolute file offset of the byte that holds the next bit.
  public var offset: Int { origin + position / 8 }

  /// Bits not read yet.
  public var remainingBits: Int { bitCount &- position }

  /// A failure at the byte that holds the next bit, or at `offset`.
  public func failure(_ problem: DecodeError.Problem, at offset: Int? = nil) -> DecodeError {
    DecodeError(section: section, offset: offset ?? self.offset, problem: problem)
  }

  /// The next bits, left aligned: `windowWidth` of them at least, or what is left and zeros.
  var window: UInt64 {
    let byte = position &>> 3
    guard byte <= lastWord else { return windowAtEnd }
    let word = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: byte, as: UInt64.self)
    return UInt64(bigEndian: word) &<< UInt64(position & 7)
  }

  private var windowAtEnd: UInt64 {
    var word: UInt64 = 0
    var byte = position &>> 3
    var shift: UInt64 = 56
    while byte < bytes.byteCount {
      let next = unsafe bytes.unsafeLoad(fromUncheckedByteOffset: byte, as: UInt8.self)
      word |= UInt64(next) &<< shift
      shift &-= 8
      byte &+= 1
    }
    return word &<< UInt64(position & 7)
  }

  /// Steps over `count` bits, which are 0 or more.
  mutating func skip(_ count: Int) throws(DecodeError) {
    guard count <= remainingBits else { throw truncated(count) }
    position &+= count
  }

  private func truncated(_ count: Int) -> DecodeError {
    failure(.truncated(needed: (count + 7) / 8, available: remainingBits / 8))
  }

  /// The next `count` bits (0 to 64) as the low bits of a number.
  public mutating func bits(_ count: Int) throws(DecodeError) -> UInt64 {
    precondition(count >= 0 && count <= 64)
    guard count <= remainingBits else { throw truncated(count) }
    if count > BitCursor.windowWidth {
      let high = window &>> 32
      position &+= 32
      let rest = count &- 32
      let low = window &>> UInt64(64 &- rest)
      position &+= rest
      return high &<< UInt64(rest) | low
    }
    // Not masked: of no bits, it shifts by 64.
    let value = window >> UInt64(64 &- count)
    position &+= count
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
