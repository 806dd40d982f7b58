import TSDBFormat
import TestSupport
import Testing

@Suite struct TombstonesFileTests {
  /// The worked example of Docs/formats/tombstones.md, written by Prometheus 2.53.3.
  private func example() throws -> [UInt8] {
    try readFile(
      Fixture("damaged-base/main").data + "/01M7XPVH3PN49ESJ7YTJHY4RM5/tombstones")
  }

  private func decode(_ bytes: [UInt8]) throws(DecodeError) -> [Tombstone] {
    try TombstonesFile(of: bytes.rawBytes).tombstones
  }

  @Test func `the worked example is read as a server wrote it`() throws {
    let bytes = try example()
    #expect(bytes.count == 22)
    #expect(
      try decode(bytes) == [
        Tombstone(series: 85, minTime: 1_794_876_600_000, maxTime: 1_794_879_600_000)
      ])
  }

  @Test func `a file without tombstones is nine bytes`() throws {
    let bytes = try readFile(ExampleBlock.path + "/tombstones")
    #expect(bytes.count == 9)
    #expect(try decode(bytes) == [])
  }

  @Test func `every shorter file is refused`() throws {
    let bytes = try example()
    for length in bytes.indices {
      #expect(throws: DecodeError.self, "at \(length)") {
        _ = try decode(Array(bytes[..<length]))
      }
    }
  }

  @Test func `every flipped bit is found`() throws {
    let bytes = try example()
    for offset in bytes.indices {
      for bit in 0..<8 {
        var flipped = bytes
        flipped.flip(at: offset, bit: bit)
        #expect(throws: DecodeError.self, "byte \(offset), bit \(bit)") {
          _ = try decode(flipped)
        }
      }
    }
  }

  @Test func `times at the ends of what fits are read`() throws {
    let body: [UInt8] =
      [1] + [UInt8](repeating: 0xff, count: 9) + [1] + [0xfe]
      + [UInt8](repeating: 0xff, count: 8) + [1]
    let file =
      [0x01, 0x30, 0xba, 0x30, 1] + body + bigEndianBytes(crc32c(body.rawBytes))
    #expect(try decode(file) == [Tombstone(series: 1, minTime: .min, maxTime: .max)])
  }
}
