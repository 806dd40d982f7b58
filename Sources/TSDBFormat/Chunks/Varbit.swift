/// The variable-length numbers of histogram chunks: a run of ones and a zero says how many bits
/// follow (Prometheus: tsdb/chunkenc/varbit.go).
///
///     0: the number 0 | 10: 3 bits | 110: 6 | 1110: 9 | 11110: 12 | 111110: 18 | 1111110: 25
///     | 11111110: 56 | 11111111: 64
extension BitCursor {
  /// Bits that follow a prefix of so many ones.
  private static let widths = [0, 3, 6, 9, 12, 18, 25, 56, 64]

  private mutating func width() throws(DecodeError) -> Int {
    var ones = 0
    while ones < 8, try bit() { ones &+= 1 }
    return Self.widths[ones]
  }

  /// An unsigned number (`readVarbitUint`).
  mutating func varbitUInt() throws(DecodeError) -> UInt64 {
    try bits(try width())
  }

  /// A signed number (`readVarbitInt`); of each width, the upper half less one is negative.
  mutating func varbitInt() throws(DecodeError) -> Int64 {
    let width = try width()
    let found = try bits(width)
    guard width > 0, width < 64 else { return Int64(bitPattern: found) }
    let isNegative = found > 1 &<< UInt64(width &- 1)
    return Int64(bitPattern: isNegative ? found &- (1 &<< UInt64(width)) : found)
  }
}

/// A float that is stored as the bits in which it differs from the one before
/// (`xorRead` in tsdb/chunkenc/xor.go).
struct XORValue: Sendable {
  /// The bits of the value last read.
  var bits: UInt64 = 0
  private var leading = 0
  private var trailing = 0

  /// Reads the next value.
  mutating func next(_ cursor: inout BitCursor) throws(DecodeError) {
    guard try cursor.bit() else { return }
    if try cursor.bit() {
      let newLeading = Int(try cursor.bits(5))
      let stored = Int(try cursor.bits(6))
      // 64 significant bits do not fit into 6; a 0 stands for them.
      let significant = stored == 0 ? 64 : stored
      guard newLeading &+ significant <= 64 else {
        throw cursor.failure(
          .outOfRange(found: Int64(significant), allowed: 0...Int64(64 &- newLeading)))
      }
      leading = newLeading
      trailing = 64 &- newLeading &- significant
    }
    let difference = try cursor.bits(64 &- leading &- trailing)
    bits ^= difference &<< UInt64(trailing)
  }

  /// True for the mark of a series that ended (`value.StaleNaN`).
  var isStale: Bool { bits == 0x7ff0_0000_0000_0002 }
}
