import TSDBFormat
import TestSupport
import Testing

@Suite struct XORChunkTests {
  private func decode(_ data: [UInt8]) throws -> SampleBatch {
    var batch = SampleBatch()
    try batch.decode(data.rawBytes, .xor, at: 0)
    return batch
  }

  /// Two samples 1000 ms apart of value 1, then what `rest` says.
  private func chunk(_ count: UInt8, _ rest: String) -> [UInt8] {
    var bits = BitWriter([0, count])
    bits.putVarint(5000)
    bits.put(1.0)
    bits.putUvarint(1000)
    bits.put("0")
    bits.put(rest)
    return bits.bytes
  }

  /// The first chunk of Docs/formats/chunks.md.
  @Test func `the worked example is decoded as the documentation says`() throws {
    let segment = try ExampleBlock.chunks()
    let chunk = try Chunk(of: segment.rawBytes, at: 8)
    var batch = SampleBatch()
    try batch.decode(chunk.data, chunk.encoding, at: chunk.offset)
    #expect(batch.times == (0..<24).map { Int64(1_794_873_600_000 + $0 * 30_000) })
    #expect(batch.values.prefix(3).map { Double(bitPattern: $0) } == [5.5158, 5.4402, 5.3451])
  }

  @Test func `the worked example of head chunks is decoded as the documentation says`() throws {
    let bytes = try readFile(Fixture("damaged-base/main").data + "/chunks_head/000001")
    var file = try HeadChunkFile(bytes.rawBytes)
    guard case .chunk(let chunk)? = file.next() else {
      Issue.record("no chunk")
      return
    }
    var batch = SampleBatch()
    let data = bytes.rawBytes.extracting(chunk.dataOffset..<chunk.dataOffset + chunk.dataSize)
    try batch.decode(data, chunk.encoding, at: chunk.dataOffset)
    #expect(chunk.dataOffset == 0x22)
    #expect(batch.times == (0..<120).map { Int64(1_794_895_200_000 + $0 * 15_000) })
    #expect(batch.times.last == chunk.maxTime)
    #expect(batch.values == [UInt64](repeating: (1.0).bitPattern, count: 120))
  }

  private static let changes: [(String, Int64)] = [
    ("0", 0), ("10 00000000000001", 1), ("10 11111111111111", -1),
    ("10 10000000000000", 8192), ("10 10000000000001", -8191),
    ("110 10000000000000000", 65536), ("110 10000000000000001", -65535),
    ("1110 10000000000000000000", 524_288), ("1110 10000000000000000001", -524_287),
    ("1111 " + String(repeating: "1", count: 64), -1),
  ]

  @Test(arguments: changes) func `a change of the time is read in each of its widths`(
    bits: String, change: Int64
  ) throws {
    // The same change twice, to see that it stays.
    let batch = try decode(chunk(4, bits + " 0" + bits + " 0"))
    #expect(batch.times == [5000, 6000, 7000 + change, 8000 + 3 * change])
    #expect(Set(batch.values) == [(1.0).bitPattern])
  }

  @Test func `a window is used again until another comes`() throws {
    let one = (1.0).bitPattern
    // Leading 4, 8 significant bits, 52 behind them; then two in the same window; then all 64.
    let rest = "0 11 00100 001000 10000001 0 10 00000001 0 0 0 10 10000000 0 11 00000 000000 "
    let batch = try decode(chunk(7, rest + String(repeating: "1", count: 64)))
    let first = one ^ (0b1000_0001 << 52)
    let second = first ^ (1 << 52)
    let third = second ^ (0b1000_0000 << 52)
    #expect(batch.values == [one, one, first, second, second, third, ~third])
  }

  @Test func `without a window all 64 bits are significant`() throws {
    let batch = try decode(chunk(3, "0 10 " + String(repeating: "1", count: 64)))
    #expect(batch.values[2] == ~(1.0).bitPattern)
  }

  @Test func `a window that does not fit into a float is refused where it stands`() {
    let data = chunk(3, "0 11 11111 100010 " + String(repeating: "1", count: 40))
    #expect(
      throws: DecodeError(
        section: .chunkData, offset: data.count - 7,
        problem: .outOfRange(found: 34, allowed: 1...33))
    ) { try decode(data) }
  }

  @Test func `times wrap as the server's do`() throws {
    var bits = BitWriter([0, 3])
    bits.putVarint(.max)
    bits.put(1.0)
    bits.putUvarint(.max)
    bits.put("0")
    bits.put("1111 0" + String(repeating: "1", count: 63) + "0")
    let batch = try decode(bits.bytes)
    #expect(batch.times == [.max, .max - 1, -4])
  }

  @Test func `a claim of more samples than bits takes no memory`() {
    let data: [UInt8] = [0xff, 0xff] + Array(chunk(2, "0000").dropFirst(2))
    var batch = SampleBatch()
    #expect(throws: DecodeError.self) { try batch.decode(data.rawBytes, .xor, at: 0) }
    #expect(batch.count == 5)
    #expect(batch.times.capacity < 100)
  }
}
