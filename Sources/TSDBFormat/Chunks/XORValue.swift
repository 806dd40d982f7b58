/// A float that is stored as the bits in which it differs from the one before
/// (`xorRead` in tsdb/chunkenc/xor.go).
///
///     0: the same | 10: the significant bits of the window before
///     | 11: leading zeros (5 bits), count of significant bits (6 bits; 0 for 64), and those
struct XORValue: Sendable {
  /// The bits of the value last read.
  var bits: UInt64 = 0
  /// Which bits of a difference are stored.
  var significant = SignificantBits()

  /// Reads the next value.
  mutating func next(_ cursor: inout BitCursor) throws(DecodeError) {
    guard try cursor.bit() else { return }
    if try cursor.bit() { significant = try SignificantBits(from: &cursor) }
    bits ^= try significant.difference(&cursor)
  }

  /// True for the mark of a series that ended (`value.StaleNaN`).
  var isStale: Bool { bits == StaleMarker.bits }
}

/// The window of bits in which a value differs from the one before: those behind the leading zeros
/// and before the trailing ones. It stays until a difference needs another.
struct SignificantBits: Sendable {
  /// How many there are, 1 to 64.
  private(set) var count = 64
  /// How many zeros follow them.
  private(set) var trailing = 0

  /// All 64: what a reader starts with.
  init() {}

  /// The leading zeros and the count of a new window.
  init(from cursor: inout BitCursor) throws(DecodeError) {
    let start = cursor.offset
    self.init(packed: try cursor.bits(11))
    guard trailing >= 0 else { throw failure(cursor, at: start) }
  }

  /// From eleven bits that hold leading zeros and count; the trailing zeros are negative if both do
  /// not fit into a float.
  init(packed: UInt64) {
    let leading = Int(truncatingIfNeeded: packed &>> 6)
    let stored = Int(truncatingIfNeeded: packed & 0x3f)
    // 64 significant bits do not fit into 6; a 0 stands for them.
    count = stored == 0 ? 64 : stored
    trailing = 64 &- leading &- count
  }

  /// The failure of a window that does not fit into 64 bits.
  func failure(_ cursor: borrowing BitCursor, at offset: Int) -> DecodeError {
    cursor.failure(
      .outOfRange(found: Int64(count), allowed: 1...Int64(count &+ trailing)), at: offset)
  }

  /// Reads the significant bits, as the difference that they are.
  func difference(_ cursor: inout BitCursor) throws(DecodeError) -> UInt64 {
    try cursor.bits(count) &<< UInt64(trailing)
  }
}
