import TSDBFormat
import Testing

@Suite struct ChunkHeaderTests {
  private func header(_ bytes: [UInt8], _ code: UInt8) throws -> ChunkHeader {
    try ChunkHeader(bytes.rawBytes, ChunkEncoding(code: code), at: 20)
  }

  @Test func `each encoding has its own header`() throws {
    let bytes: [UInt8] = [0xc1, 0x02, 0x85, 0]
    let counts = try (1...7).map { try header(bytes, $0).sampleCount }
    #expect(counts == [0xc102, 0xc102, 0xc102, 0xc102, 0x102, 0x102, 0xc102])
    let resets = try (1...7).map { try header(bytes, $0).counterReset }
    #expect(resets == [nil, .reset, .reset, nil, .gauge, .gauge, nil])
    let starts = try (1...7).map { try header(bytes, $0).startTimestamps?.rawValue }
    #expect(starts == [nil, nil, nil, 0x85, 0x85, 0x85, nil])
    #expect(try (1...7).map { try header(bytes, $0).byteCount } == [2, 3, 3, 3, 3, 3, 2])
  }

  @Test(arguments: [
    (UInt8(0x00), Histogram.CounterReset.unknown), (0x40, .notReset), (0x80, .reset),
    (0xc0, .gauge), (0x3f, .unknown),
  ])
  func `the upper two bits of the flags are the counter reset`(
    flags: UInt8, expected: Histogram.CounterReset
  ) throws {
    #expect(try header([0, 1, flags], 2).counterReset == expected)
    #expect(try header([flags, 1, 0], 6).counterReset == expected)
  }

  @Test func `the header of start timestamps is a bit and an index`() throws {
    let starts = try #require(try header([0, 1, 0x85], 4).startTimestamps)
    #expect(starts.firstIsKnown)
    #expect(starts.firstChange == 5)
    let none = try #require(try header([0, 1, 0x7f], 4).startTimestamps)
    #expect(!none.firstIsKnown)
    #expect(none.firstChange == 127)
  }

  @Test(arguments: 1...6) func `a header cut short is refused`(code: Int) {
    let encoding = ChunkEncoding(code: UInt8(code))
    for length in 0..<(encoding == .xor ? 2 : 3) {
      let bytes = [UInt8](repeating: 0, count: length)
      let (needed, available) = length < 2 ? (2, length) : (1, 0)
      #expect(
        throws: DecodeError(
          section: .chunkData, offset: length < 2 ? 20 : 22,
          problem: .truncated(needed: needed, available: available))
      ) { try ChunkHeader(bytes.rawBytes, encoding, at: 20) }
    }
  }
}
