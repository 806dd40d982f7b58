/// Bits that are appended one behind the other, most significant first: the other direction of
/// `BitCursor` (Prometheus: tsdb/chunkenc/bstream.go).
struct BitBuffer: Sendable {
  private var whole = ByteBuffer()
  /// Bits that do not fill a byte yet, left aligned.
  private var rest: UInt64 = 0
  private var restCount = 0

  /// Forgets all bits and keeps the memory.
  mutating func removeAll() {
    whole.truncate(to: 0)
    rest = 0
    restCount = 0
  }

  /// Appends the low `count` bits of `value`, 0 to 64.
  mutating func put(_ value: UInt64, _ count: Int) {
    if count > 32 {
      put32(value &>> 32, count &- 32)
      put32(value, 32)
    } else {
      put32(value, count)
    }
  }

  /// The same for up to 32 bits, which fit beside those that are left.
  private mutating func put32(_ value: UInt64, _ count: Int) {
    let bits = value & (1 &<< UInt64(count) &- 1)
    rest |= bits &<< UInt64(64 &- restCount &- count & 63)
    restCount &+= count
    while restCount >= 8 {
      whole.append(UInt8(truncatingIfNeeded: rest &>> 56))
      rest = rest &<< 8
      restCount &-= 8
    }
  }

  /// Appends one bit.
  mutating func put(_ bit: Bool) { put(bit ? 1 : 0, 1) }

  /// Appends unsigned LEB128.
  mutating func put(uvarint value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      put(rest & 0x7f | 0x80, 8)
      rest &>>= 7
    }
    put(rest, 8)
  }

  /// Appends zigzag signed LEB128.
  mutating func put(varint value: Int64) {
    put(uvarint: UInt64(bitPattern: value &<< 1 ^ value &>> 63))
  }

  /// Appends all bits to `output`, the last byte filled up with zeros.
  func write(to output: inout ByteBuffer) {
    output.append(whole.bytes)
    if restCount > 0 { output.append(UInt8(truncatingIfNeeded: rest &>> 56)) }
  }
}
