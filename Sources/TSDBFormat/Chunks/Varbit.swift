/// The variable-length numbers of histogram chunks: a run of ones and a zero says how many bits
/// follow (Prometheus: tsdb/chunkenc/varbit.go).
///
///     0: the number 0 | 10: 3 bits | 110: 6 | 1110: 9 | 11110: 12 | 111110: 18 | 1111110: 25
///     | 11111110: 56 | 11111111: 64
extension BitCursor {
  /// Reads the prefix: how many bits follow it.
  private mutating func width() throws(DecodeError) -> Int {
    let ones = min((~window).leadingZeroBitCount, 8)
    // The longest prefix needs no zero at its end.
    try skip(min(ones &+ 1, 8))
    switch ones {
    case 0: return 0
    case 1: return 3
    case 2: return 6
    case 3: return 9
    case 4: return 12
    case 5: return 18
    case 6: return 25
    case 7: return 56
    default: return 64
    }
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

  /// A count of things that take `width` bits each, at least.
  mutating func varbitCount(ofAtLeast width: Int) throws(DecodeError) -> Int {
    let start = offset
    let found = try varbitUInt()
    let limit = remainingBits / width
    guard found <= UInt64(limit) else {
      throw failure(
        .outOfRange(found: Int64(clamping: found), allowed: 0...Int64(limit)), at: start)
    }
    return Int(truncatingIfNeeded: found)
  }
}
