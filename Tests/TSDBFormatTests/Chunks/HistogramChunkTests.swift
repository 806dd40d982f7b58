import TSDBFormat
import TestSupport
import Testing

@Suite struct HistogramChunkTests {
  /// A chunk of `count` histograms of schema 0 with these spans, up to where the samples begin.
  private func begin(
    count: UInt16, flags: UInt8 = 0, schema: Int64 = 0, spans: [(UInt64, Int64)] = []
  ) -> BitWriter {
    var bits = BitWriter(bigEndianBytes(count) + [flags])
    bits.put(0, 8)
    bits.putVarbit(schema)
    bits.putVarbit(Int64(spans.count))
    for (length, offset) in spans {
      bits.putVarbit(Int64(bitPattern: length))
      bits.putVarbit(offset)
    }
    bits.put("0")
    return bits
  }

  private func decode(
    _ data: [UInt8], _ encoding: ChunkEncoding = .histogram
  ) throws -> SampleBatch {
    var batch = SampleBatch()
    try batch.decode(data.rawBytes, encoding, at: 0)
    return batch
  }

  private func failure(_ data: [UInt8], _ encoding: ChunkEncoding = .histogram) -> DecodeError? {
    var batch = SampleBatch()
    do throws(DecodeError) {
      try batch.decode(data.rawBytes, encoding, at: 0)
      return nil
    } catch {
      return error
    }
  }

  /// Time, count, zero count and sum of a first integer histogram.
  private func putFirst(_ bits: inout BitWriter, count: Int64, sum: Double) {
    bits.putVarbit(1000)
    bits.putVarbit(count)
    bits.putVarbit(2)
    bits.put(sum)
  }

  @Test func `integers are changes of differences, buckets too`() throws {
    var bits = begin(count: 3, flags: 0x40, spans: [(2, -1)])
    putFirst(&bits, count: 10, sum: 5)
    for number: Int64 in [3, 2] { bits.putVarbit(number) }
    for number: Int64 in [15, 4, 1] { bits.putVarbit(number) }
    bits.put("0")
    for number: Int64 in [1, -1] { bits.putVarbit(number) }
    bits.put("0 0 0 0 0 0")
    let batch = try decode(bits.bytes)
    #expect(batch.times == [1000, 1015, 1030])
    #expect(batch.histograms.map(\.counterReset) == [.unknown, .notReset, .notReset])
    #expect(
      batch.histograms.map(\.counts) == [
        .integer(count: 10, zeroCount: 2, positive: [3, 2], negative: []),
        .integer(count: 14, zeroCount: 3, positive: [4, 1], negative: []),
        .integer(count: 18, zeroCount: 4, positive: [5, 0], negative: []),
      ])
    #expect(batch.histograms[2].positiveSpans == [.init(offset: -1, length: 2)])
  }

  @Test func `all histograms of a gauge chunk are gauges`() throws {
    var bits = begin(count: 2, flags: 0xc0)
    putFirst(&bits, count: 1, sum: 1)
    bits.put("0 0 0 0")
    #expect(try decode(bits.bytes).histograms.map(\.counterReset) == [.gauge, .gauge])
  }

  @Test func `numbers wrap as the server's do`() throws {
    var bits = begin(count: 2, spans: [(1, 0)])
    putFirst(&bits, count: -1, sum: 1)
    bits.putVarbit(.max)
    for number: Int64 in [.max, 1, -2] { bits.putVarbit(number) }
    bits.put("0")
    bits.putVarbit(.max)
    let batch = try decode(bits.bytes)
    #expect(batch.times == [1000, 1000 &+ .max])
    #expect(
      batch.histograms[0].counts
        == .integer(count: .max, zeroCount: 2, positive: [.max], negative: []))
    #expect(
      batch.histograms[1].counts == .integer(count: 0, zeroCount: 0, positive: [-2], negative: []))
  }

  @Test func `a stale histogram carries its sum alone, and the next goes on from before it`() throws
  {
    var bits = begin(count: 3, spans: [(1, 0)])
    putFirst(&bits, count: 7, sum: 0)
    bits.putVarbit(7)
    bits.put("0 0 0")
    bits.put("10")
    bits.put(StaleMarker.bits, 64)
    bits.put("0 0 0 0")
    // The sum is the same, and so is stale.
    let batch = try decode(bits.bytes)
    #expect(batch.histograms.map(\.isStale) == [false, true, true])
    let stale = Histogram(
      schema: 0, counterReset: .unknown, zeroThreshold: 0,
      sum: Double(bitPattern: StaleMarker.bits), positiveSpans: [], negativeSpans: [],
      customBounds: [], counts: .integer(count: 0, zeroCount: 0, positive: [], negative: []))
    #expect(batch.histograms[1] == stale)
  }

  @Test func `a resolution that servers reduce is read as it is written`() throws {
    var bits = begin(count: 1, schema: 52, spans: [(1, 0)])
    putFirst(&bits, count: 1, sum: 1)
    bits.putVarbit(1)
    #expect(try decode(bits.bytes).histograms[0].schema == 52)
  }

  @Test(arguments: [Int64(53), -10, -52, -54, 1 << 32])
  func `a schema that nobody knows is refused where it stands`(schema: Int64) {
    for encoding in [ChunkEncoding.histogram, .floatHistogram] {
      #expect(
        failure(begin(count: 1, schema: schema).bytes, encoding)
          == DecodeError(
            section: .chunkData, offset: 4, problem: .outOfRange(found: schema, allowed: -9...52)))
    }
  }

  @Test(arguments: [UInt64(200), 1 << 32, .max])
  func `buckets that the bits cannot hold are refused before memory is taken`(length: UInt64) {
    var bits = begin(count: 1, spans: [(length, 0)])
    bits.put(0, 100)
    // Behind the span: a bit for the negative ones, and 100; its length stands at the 24th byte.
    let allowed = 0...Int64(bits.bytes.count * 8 - (3 * 8 + 8 + 72 * 4))
    #expect(
      failure(bits.bytes)
        == DecodeError(
          section: .chunkData, offset: 22,
          problem: .outOfRange(found: Int64(clamping: length), allowed: allowed)))
  }

  @Test func `a float bucket takes 64 bits in the first histogram`() {
    var bits = begin(count: 1, spans: [(100, 0)])
    bits.putVarbit(1000)
    for _ in 0..<3 { bits.put(1.0) }
    bits.put(0, 640)
    let error = failure(bits.bytes, .floatHistogram)
    #expect(error?.problem == .truncated(needed: 800, available: 80))
  }

  @Test(arguments: [Int64(1) << 31, Int64(Int32.min) - 1])
  func `an offset of a span that is no 32-bit number is refused`(offset: Int64) {
    var bits = begin(count: 1, spans: [(0, offset)])
    bits.put(0, 100)
    #expect(
      failure(bits.bytes)?.problem
        == .outOfRange(found: offset, allowed: Int64(Int32.min)...Int64(Int32.max)))
  }

  @Test(arguments: [
    (UInt64(0), 0.0), (1, 0x1p-243), (116, 0x1p-128), (244, 1), (254, 1024),
  ])
  func `small powers of two stand for zero thresholds`(code: UInt64, expected: Double) throws {
    var bits = BitWriter([0, 1, 0])
    bits.put(code, 8)
    bits.put("0 0 0")
    putFirst(&bits, count: 1, sum: 1)
    #expect(try decode(bits.bytes).histograms[0].zeroThreshold == expected)
  }

  @Test func `custom bounds are thousandths or floats`() throws {
    var bits = BitWriter([0, 1, 0])
    bits.put(255, 8)
    bits.put(0.3)
    bits.putVarbit(-53)
    bits.put("0 0")
    bits.put("10 011")
    bits.putVarbit(6)
    bits.put("0")
    bits.put(-2.5)
    bits.putVarbit(1)
    putFirst(&bits, count: 1, sum: 1)
    let histogram = try decode(bits.bytes).histograms[0]
    #expect(histogram.zeroThreshold == 0.3)
    #expect(histogram.customBounds == [0.005, -2.5, 0])
  }

  @Test func `start timestamps follow each histogram that has one`() throws {
    for encoding in [ChunkEncoding.histogramST, .floatHistogramST] {
      // Two bits of counter reset, fourteen of the count.
      var bits = begin(count: 0x4003, flags: 0x82)
      bits.putVarbit(1000)
      if encoding == .histogramST {
        for number: Int64 in [1, 0] { bits.putVarbit(number) }
        bits.put(1.0)
      } else {
        for number in [1.0, 0, 1] { bits.put(number) }
      }
      bits.putVarint(900)
      bits.putVarbit(10)
      bits.put("0 0 0")
      bits.put("0 0 0 0")
      bits.putVarbit(4)
      let batch = try decode(bits.bytes, encoding)
      #expect(batch.times == [1000, 1010, 1020])
      #expect(batch.startTimes == [100, 100, 1006])
      #expect(batch.histograms.map(\.counterReset) == [.unknown, .notReset, .notReset])
    }
  }

  @Test func `histograms of a chunk share what does not change`() throws {
    var bits = begin(count: 1000, spans: [(20, 0)])
    putFirst(&bits, count: 7, sum: 0)
    for _ in 0..<20 { bits.put("0") }
    for _ in 1..<1000 { bits.put(0, 24) }
    let batch = try decode(bits.bytes)
    #expect(batch.count == 1000)
    guard case .integer(_, _, let first, _) = batch.histograms[0].counts,
      case .integer(_, _, let last, _) = batch.histograms[999].counts
    else {
      Issue.record("no integers")
      return
    }
    let addresses = [first, last].map { $0.withUnsafeBufferPointer(\.baseAddress) }
    #expect(addresses[0] == addresses[1])
  }
}
