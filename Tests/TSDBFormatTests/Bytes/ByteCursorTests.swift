import TSDBFormat
import TestSupport
import Testing

@Suite struct ByteCursorTests {
  private func truncated(_ needed: Int, _ available: Int, at offset: Int = 100) -> DecodeError {
    DecodeError(
      section: .walPage, offset: offset, problem: .truncated(needed: needed, available: available))
  }

  @Test func `fixed integers are big-endian and move the cursor`() throws {
    let bytes: [UInt8] = [
      0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe,
      0x3f, 0xf8, 0, 0, 0, 0, 0, 0,
    ]
    var cursor = ByteCursor(bytes.rawBytes, at: 100, in: .walPage)
    #expect(try cursor.uint8() == 1)
    #expect(try cursor.uint16() == 0x0203)
    #expect(try cursor.uint32() == 0x0405_0607)
    #expect(try cursor.int64() == -2)
    #expect(try cursor.float64() == 1.5)
    #expect(cursor.isAtEnd == true)
    #expect(cursor.offset == 123)
  }

  @Test(arguments: 0..<8) func `a truncated integer is refused where it begins`(count: Int) {
    let bytes = [UInt8](repeating: 1, count: count)
    #expect(throws: truncated(8, count)) {
      var cursor = ByteCursor(bytes.rawBytes, at: 100, in: .walPage)
      _ = try cursor.uint64()
    }
    if count < 4 {
      #expect(throws: truncated(4, count)) {
        var cursor = ByteCursor(bytes.rawBytes, at: 100, in: .walPage)
        _ = try cursor.uint32()
      }
    }
    if count < 2 {
      #expect(throws: truncated(2, count)) {
        var cursor = ByteCursor(bytes.rawBytes, at: 100, in: .walPage)
        _ = try cursor.uint16()
      }
    }
    if count < 1 {
      #expect(throws: truncated(1, count)) {
        var cursor = ByteCursor(bytes.rawBytes, at: 100, in: .walPage)
        _ = try cursor.uint8()
      }
    }
  }

  @Test func `a refused read moves nothing`() {
    let bytes: [UInt8] = [1, 2, 3]
    var cursor = ByteCursor(bytes.rawBytes, at: 0, in: .walPage)
    do { _ = try cursor.uint32() } catch {}
    #expect(cursor.position == 0)
    #expect(cursor.remaining == 3)
  }

  @Test(
    arguments: [
      ([0x00], 0), ([0x7f], 127), ([0x80, 0x01], 128), ([0xac, 0x02], 300), ([0x80, 0x00], 0),
      ([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], UInt64.max),
    ] as [([UInt8], UInt64)])
  func `an unsigned varint is read as Go reads it`(bytes: [UInt8], value: UInt64) throws {
    var cursor = ByteCursor(bytes.rawBytes, at: 0, in: .walPage)
    #expect(try cursor.uvarint() == value)
    #expect(cursor.isAtEnd == true)
  }

  @Test(
    arguments: [
      ([0x00], 0), ([0x01], -1), ([0x02], 1), ([0x03], -2),
      ([0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], Int64.max),
      ([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], Int64.min),
    ] as [([UInt8], Int64)])
  func `a signed varint is zigzag`(bytes: [UInt8], value: Int64) throws {
    var cursor = ByteCursor(bytes.rawBytes, at: 0, in: .walPage)
    #expect(try cursor.varint() == value)
  }

  @Test(
    arguments: [
      [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02],
      [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
      Array(repeating: 0x80, count: 50),
    ] as [[UInt8]])
  func `a varint of more than 64 bits is refused`(bytes: [UInt8]) {
    #expect(throws: DecodeError(section: .walPage, offset: 7, problem: .overlongVarint)) {
      var cursor = ByteCursor(bytes.rawBytes, at: 7, in: .walPage)
      _ = try cursor.uvarint()
    }
  }

  @Test(arguments: 0..<10) func `an unfinished varint is refused at its end`(count: Int) {
    let bytes = [UInt8](repeating: 0x80, count: count)
    #expect(throws: truncated(1, 0, at: 100 + count)) {
      var cursor = ByteCursor(bytes.rawBytes, at: 100, in: .walPage)
      _ = try cursor.uvarint()
    }
  }

  @Test func `a count larger than what is left is refused before anything is taken`() {
    let bytes: [UInt8] = [0x04, 1, 2, 3]
    #expect(
      throws: DecodeError(
        section: .walPage, offset: 100, problem: .outOfRange(found: 4, allowed: 0...3))
    ) {
      var cursor = ByteCursor(bytes.rawBytes, at: 100, in: .walPage)
      _ = try cursor.lengthPrefixed()
    }
    #expect(
      throws: DecodeError(
        section: .walPage, offset: 100, problem: .outOfRange(found: 4, allowed: 0...1))
    ) {
      var cursor = ByteCursor(bytes.rawBytes, at: 100, in: .walPage)
      _ = try cursor.count(ofAtLeast: 2)
    }
  }

  @Test func `the largest count does not trap`() {
    let bytes: [UInt8] = Array(repeating: 0xff, count: 9) + [0x01]
    #expect(
      throws: DecodeError(
        section: .walPage, offset: 0, problem: .outOfRange(found: .max, allowed: 0...0))
    ) {
      var cursor = ByteCursor(bytes.rawBytes, at: 0, in: .walPage)
      _ = try cursor.count()
    }
  }

  @Test func `bytes are borrowed in order and never beyond the end`() throws {
    let bytes: [UInt8] = [2, 10, 11, 12, 13, 14]
    var cursor = ByteCursor(bytes.rawBytes, at: 0, in: .walPage)
    #expect([UInt8](try cursor.lengthPrefixed()) == [10, 11])
    #expect([UInt8](try cursor.take(1)) == [12])
    try cursor.skip(1)
    #expect([UInt8](cursor.takeRest()) == [14])
    #expect(cursor.takeRest().byteCount == 0)
    #expect(throws: truncated(-1, 0, at: 6)) { try cursor.skip(-1) }
    #expect(throws: truncated(.max, 0, at: 6)) { try cursor.skip(.max) }
  }

  @Test func `a wrong magic number is refused where it stands`() {
    let bytes: [UInt8] = [0xba, 0xaa, 0xd7, 0x01]
    #expect(
      throws: DecodeError(
        section: .indexHeader, offset: 0,
        problem: .badMagic(expected: 0xbaaa_d700, found: 0xbaaa_d701))
    ) {
      var cursor = ByteCursor(bytes.rawBytes, at: 0, in: .indexHeader)
      try cursor.magic(0xbaaa_d700)
    }
  }

  @Test func `a stored checksum is compared with that of the covered bytes`() throws {
    let covered = Array("123456789".utf8)
    let good: [UInt8] = [0xe3, 0x06, 0x92, 0x83]
    var cursor = ByteCursor(good.rawBytes, at: 0, in: .walFragment)
    try cursor.checksum(of: covered.rawBytes)
    let bad: [UInt8] = [0xe3, 0x06, 0x92, 0x84]
    #expect(
      throws: DecodeError(
        section: .walFragment, offset: 9,
        problem: .badChecksum(stored: 0xe306_9284, computed: 0xe306_9283))
    ) {
      var cursor = ByteCursor(bad.rawBytes, at: 9, in: .walFragment)
      try cursor.checksum(of: covered.rawBytes)
    }
  }

  @Test func `a failure in a decompressed record names the record and the place in it`() {
    let bytes: [UInt8] = [1, 2]
    #expect(
      throws: DecodeError(
        section: .seriesRecord, offset: 4096, inner: 1,
        problem: .truncated(needed: 4, available: 1))
    ) {
      var cursor = ByteCursor(bytes.rawBytes, ofRecordAt: 4096, in: .seriesRecord)
      try cursor.skip(1)
      _ = try cursor.uint32()
    }
  }

  /// The uvarint of Go's `binary.Uvarint`, byte by byte; nil where it is refused.
  private func bytewise(_ bytes: ArraySlice<UInt8>) -> (value: UInt64, length: Int)? {
    var value: UInt64 = 0
    for (index, byte) in bytes.enumerated() {
      if index == 9 && byte > 1 { return nil }
      value |= UInt64(byte & 0x7f) << UInt64(7 * index)
      if byte < 0x80 { return (value, index + 1) }
    }
    return nil
  }

  @Test(arguments: 1...11)
  func `a varint of any length at any distance from the end is the bytewise one`(
    length: Int
  ) {
    var random = SeededRandom(seed: 3)
    for distance in 0...12 {
      for round in 0..<50 {
        var bytes = (0..<length + distance).map { _ in UInt8.random(in: 0...255, using: &random) }
        for index in 0..<length - 1 { bytes[index] |= 0x80 }
        bytes[length - 1] &= 0x7f
        if length == 10 && round % 2 == 0 { bytes[9] &= 1 }
        var cursor = ByteCursor(bytes.rawBytes, at: 0, in: .walPage)
        let found = try? cursor.uvarint()
        let expected = bytewise(bytes[...])
        #expect(found == expected?.value, "seed \(random.seed): \(bytes)")
        #expect(cursor.position == expected?.length ?? 0, "seed \(random.seed): \(bytes)")
      }
    }
  }
}
