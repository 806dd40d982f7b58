/// A bit reader that knows at which bit of the file it stands, for the leaves of an annotation.
struct BitFields: ~Escapable {
  /// The reader.
  var cursor: BitCursor
  /// The bit behind the last one of the data.
  private let end: Int

  /// Reads `data`, which stand at byte `origin`.
  @_lifetime(copy data)
  init(_ data: RawSpan, at origin: Int) {
    cursor = BitCursor(data, at: origin, in: .chunkData)
    end = (origin &+ data.byteCount) &* 8
  }

  /// The bit that is read next.
  var position: Int { end &- cursor.remainingBits }

  /// A run of ones, `limit` at most, and the zero behind a shorter one.
  mutating func ones(upTo limit: Int) throws(DecodeError) -> Int {
    var ones = 0
    while ones < limit, try cursor.bit() { ones &+= 1 }
    return ones
  }
}

extension Annotation {
  /// A new window (5 bits of leading zeros, 6 of length) and the bits in it.
  mutating func newWindow(
    _ reader: inout BitFields, _ value: inout XORValue
  ) throws(DecodeError) {
    let start = reader.position
    value.significant = try SignificantBits(from: &reader.cursor)
    let (count, trailing) = (value.significant.count, value.significant.trailing)
    leaf(
      "leading zeros", upToBit: start &+ 5, .unsigned(UInt64(max(64 &- count &- trailing, 0))))
    leaf("significant bits", upToBit: reader.position, .unsigned(UInt64(max(count, 0))))
    try window(&reader, &value)
  }

  /// The bits in the window.
  mutating func window(
    _ reader: inout BitFields, _ value: inout XORValue
  ) throws(DecodeError) {
    value.bits ^= try value.significant.difference(&reader.cursor)
    leaf("differing bits", upToBit: reader.position, .float(value.bits))
  }

  /// A value as the difference to the one before (tsdb/chunkenc/xor.go, `xorRead`).
  mutating func xorValue(
    _ name: String, _ reader: inout BitFields, _ value: inout XORValue
  ) throws(DecodeError) {
    begin(name)
    switch try reader.ones(upTo: 2) {
    case 0: leaf("same as before", upToBit: reader.position)
    case 1:
      leaf("window as before", upToBit: reader.position)
      try window(&reader, &value)
    default:
      leaf("new window", upToBit: reader.position)
      try newWindow(&reader, &value)
    }
    end(.float(value.bits))
  }
}
