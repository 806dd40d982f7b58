/// Reads the numbers of a chunk bit by bit and makes each a leaf.
///
/// A bit reader of its own kind: it knows at which bit it stands, which `BitCursor` does not say.
struct BitFields: ~Escapable {
  private(set) var cursor: BitCursor
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

  /// Runs one read.
  mutating func bits(_ count: Int) throws(DecodeError) -> UInt64 { try cursor.bits(count) }
  mutating func uvarint() throws(DecodeError) -> UInt64 { try cursor.uvarint() }
  mutating func varint() throws(DecodeError) -> Int64 { try cursor.varint() }
  mutating func varbitUInt() throws(DecodeError) -> UInt64 { try cursor.varbitUInt() }
  mutating func varbitInt() throws(DecodeError) -> Int64 { try cursor.varbitInt() }

  /// A run of ones, `limit` at most, and the zero behind it.
  mutating func ones(upTo limit: Int) throws(DecodeError) -> Int {
    var ones = 0
    while ones < limit, try cursor.bit() { ones &+= 1 }
    return ones
  }
}

/// How far apart a value's differing bits are from both ends: what XOR encodings carry from value to
/// value.
struct XORWindow {
  /// The bits of the value last read.
  var bits: UInt64 = 0
  /// Zeros before the bits that differ.
  var leading = 0
  /// Zeros behind them.
  var trailing = 0
}

extension Annotation {
  /// A new window (5 bits of leading zeros, 6 of length) and the bits in it.
  mutating func newWindow(
    _ reader: inout BitFields, _ value: inout XORWindow
  ) throws(DecodeError) {
    let leading = Int(try reader.bits(5))
    leaf("leading zeros", upToBit: reader.position, .unsigned(UInt64(leading)))
    let stored = Int(try reader.bits(6))
    // 64 do not fit into 6 bits; a 0 stands for them.
    let significant = stored == 0 ? 64 : stored
    leaf("significant bits", upToBit: reader.position, .unsigned(UInt64(significant)))
    guard leading &+ significant <= 64 else {
      throw reader.cursor.failure(
        .outOfRange(found: Int64(significant), allowed: 0...Int64(64 &- leading)))
    }
    value.leading = leading
    value.trailing = 64 &- leading &- significant
    try window(&reader, &value)
  }

  /// The bits in the window.
  mutating func window(
    _ reader: inout BitFields, _ value: inout XORWindow
  ) throws(DecodeError) {
    let difference = try reader.bits(64 &- value.leading &- value.trailing)
    value.bits ^= difference &<< UInt64(value.trailing)
    leaf("differing bits", upToBit: reader.position, .float(value.bits))
  }

  /// A value as the difference to the one before (tsdb/chunkenc/xor.go, `xorRead`).
  mutating func xorValue(
    _ name: String, _ reader: inout BitFields, _ value: inout XORWindow
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
