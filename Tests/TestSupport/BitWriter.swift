/// Builds chunk data bit by bit, most significant first, as Prometheus' bstream does.
public struct BitWriter {
  /// What was written, filled up with zeros to whole bytes.
  public private(set) var bytes: [UInt8]
  private var free = 0

  /// Begins behind `bytes`, such as a chunk's header.
  public init(_ bytes: [UInt8] = []) {
    self.bytes = bytes
  }

  /// Appends the low `count` bits of `value`.
  public mutating func put(_ value: UInt64, _ count: Int) {
    for bit in (0..<count).reversed() {
      if free == 0 {
        bytes.append(0)
        free = 8
      }
      free -= 1
      bytes[bytes.count - 1] |= UInt8(value >> UInt64(bit) & 1) << UInt8(free)
    }
  }

  /// Appends bits that are spelled out; blanks are for the eye.
  public mutating func put(_ bits: String) {
    for bit in bits where bit != " " { put(bit == "1" ? 1 : 0, 1) }
  }

  /// Appends a float.
  public mutating func put(_ value: Double) { put(value.bitPattern, 64) }

  /// Appends unsigned LEB128.
  public mutating func putUvarint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      put(rest & 0x7f | 0x80, 8)
      rest >>= 7
    }
    put(rest, 8)
  }

  /// Appends zigzag LEB128.
  public mutating func putVarint(_ value: Int64) {
    putUvarint(UInt64(bitPattern: value << 1 ^ value >> 63))
  }

  /// Appends a varbit of the widest kind, which can hold any number.
  public mutating func putVarbit(_ value: Int64) {
    put(0xff, 8)
    put(UInt64(bitPattern: value), 64)
  }
}
