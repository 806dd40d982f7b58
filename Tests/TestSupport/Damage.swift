import TSDBFormat

/// The ways in which tests spoil bytes, in the words of people who find them spoilt.
extension [UInt8] {
  /// Inverts one bit of the byte at `offset`.
  public mutating func flip(at offset: Int, bit: Int = 0) {
    self[offset] ^= 1 << UInt8(bit)
  }

  /// Keeps the first `count` bytes.
  public mutating func cut(to count: Int) {
    self = Array(self[..<count])
  }

  /// Overwrites `range` with `byte`.
  public mutating func fill(_ range: Range<Int>, with byte: UInt8 = 0) {
    for index in range { self[index] = byte }
  }

  /// Overwrites the bytes from `offset` on.
  public mutating func put(_ bytes: [UInt8], at offset: Int) {
    replaceSubrange(offset..<offset + bytes.count, with: bytes)
  }

  /// Overwrites the four bytes at `offset` with the CRC-32C of `range`, so that only a reader who
  /// understands the content sees the damage.
  public mutating func fixChecksum(of range: Range<Int>, at offset: Int) {
    put(bigEndianBytes(crc32c(Array(self[range]).rawBytes)), at: offset)
  }
}

/// The bytes of a number, most significant first.
public func bigEndianBytes(_ value: some FixedWidthInteger) -> [UInt8] {
  withUnsafeBytes(of: value.bigEndian) { Array($0) }
}

/// Spoils the file at `path`, which must be in a copy.
public func damage(_ path: String, _ spoil: (inout [UInt8]) -> Void) throws {
  var bytes = try readFile(path)
  spoil(&bytes)
  try writeFile(path, bytes)
}
