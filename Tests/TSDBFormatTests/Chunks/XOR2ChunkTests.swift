import TSDBFormat
import TestSupport
import Testing

@Suite struct XOR2ChunkTests {
  private let one = (1.0).bitPattern

  private func decode(_ data: [UInt8]) throws -> SampleBatch {
    var batch = SampleBatch()
    try batch.decode(data.rawBytes, .xor2, at: 0)
    return batch
  }

  /// A sample at 5000 of `value`, then one 1000 ms later of the same value.
  private func begin(
    count: UInt16, starts: UInt8 = 0, _ value: UInt64? = nil
  ) -> BitWriter {
    var bits = BitWriter(bigEndianBytes(count) + [starts])
    bits.putVarint(5000)
    bits.put(value ?? one, 64)
    if starts & 0x80 != 0 { bits.putVarint(4000) }
    bits.putUvarint(1000)
    bits.put("0")
    return bits
  }

  private static let changes: [(String, Int64)] = [
    ("0", 0), ("110 0000000000001 0", 1), ("110 1111111111111 0", -1),
    ("110 1000000000000 0", -4096), ("110 0111111111111 0", 4095),
    ("1110 10000000000000000000 0", -524_288), ("1110 01111111111111111111 0", 524_287),
    ("11110 " + String(repeating: "1", count: 64) + " 0", -1),
    ("11110 0" + String(repeating: "1", count: 63) + " 0", .max),
  ]

  @Test(arguments: changes) func `a change of the time is two's complement in each width`(
    bits: String, change: Int64
  ) throws {
    var writer = begin(count: 4)
    writer.put(bits + bits)
    let batch = try decode(writer.bytes)
    let third = 7000 &+ change
    #expect(batch.times == [5000, 6000, third, third &+ 1000 &+ change &+ change])
    #expect(Set(batch.values) == [one])
    #expect(batch.startTimes.isEmpty)
  }

  @Test func `a stale marker is not what later values differ from`() throws {
    var bits = begin(count: 6)
    bits.put("11111")
    bits.put("0")
    bits.put("110 0000000000000 111")
    bits.put("10 1 00100 001000 10000001")
    let batch = try decode(bits.bytes)
    #expect(
      batch.values == [
        one, one, StaleMarker.bits, one, StaleMarker.bits, one ^ (0b1000_0001 << 52),
      ])
    #expect(batch.times == [5000, 6000, 7000, 8000, 9000, 10_000])
  }

  @Test func `behind a first stale marker, values differ from 0`() throws {
    var bits = begin(count: 3, StaleMarker.bits)
    bits.put("10 0")
    bits.put(one, 64)
    #expect(try decode(bits.bytes).values == [StaleMarker.bits, 0, one])
  }

  @Test func `a window is used again by either kind of value`() throws {
    var bits = begin(count: 5)
    bits.put("10 1 00100 001000 10000001")
    bits.put("10 0 00000001")
    bits.put("110 0000000000001 10 10000000")
    let first = one ^ (0b1000_0001 << 52)
    let second = first ^ (1 << 52)
    let batch = try decode(bits.bytes)
    #expect(batch.values == [one, one, first, second, second ^ (0b1000_0000 << 52)])
    #expect(batch.times == [5000, 6000, 7000, 8000, 9001])
  }

  @Test func `a first start timestamp is that of all until another comes`() throws {
    var bits = begin(count: 4, starts: 0x83)
    bits.put("0 0")
    // Index 3: what the start lies before the sample at 7000.
    bits.put("10 100")
    let batch = try decode(bits.bytes)
    #expect(batch.startTimes == [1000, 1000, 1000, 6996])
  }

  @Test func `the first start timestamp may come with the second sample`() throws {
    var bits = begin(count: 3, starts: 1)
    bits.putVarbit(500)
    bits.put("0")
    bits.putVarbit(-600)
    let batch = try decode(bits.bytes)
    #expect(batch.startTimes == [0, 4500, 6000 - (500 - 600)])
    #expect(batch.startTime(at: 0) == 0)
  }

  /// A writer cannot name an index beyond 127, so it stores start timestamps from there on.
  @Test func `more than 127 samples carry start timestamps, even of 0`() throws {
    var bits = begin(count: 130, starts: 0x7f)
    for _ in 2..<127 { bits.put("0") }
    // Sample n is at 5000 + 1000 n; its start is told from the one before.
    bits.put("0")
    bits.putVarbit(5000 + 126 * 1000)
    bits.put("0")
    bits.putVarbit(1000)
    bits.put("0")
    bits.putVarbit(1000 - 7)
    let batch = try decode(bits.bytes)
    #expect(batch.count == 130)
    #expect(batch.times == (0..<130).map { Int64(5000 + 1000 * $0) })
    #expect(batch.startTimes == [Int64](repeating: 0, count: 129) + [7])
  }

  @Test func `start timestamps wrap as the server's do`() throws {
    var bits = begin(count: 3, starts: 1)
    bits.putVarbit(.min)
    bits.put("0")
    bits.putVarbit(.min)
    #expect(try decode(bits.bytes).startTimes == [0, 5000 &- .min, 6000])
  }

  @Test func `a claim of more samples than bits takes no memory`() {
    var data = begin(count: 0xffff).bytes
    data.append(0)
    var batch = SampleBatch()
    #expect(throws: DecodeError.self) { try batch.decode(data.rawBytes, .xor2, at: 0) }
    #expect(batch.times.capacity < 100)
  }
}
