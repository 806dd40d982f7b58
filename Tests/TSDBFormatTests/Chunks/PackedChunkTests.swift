import TestSupport
import Testing

@testable import TSDBFormat

@Suite struct PackedChunkTests {
  /// Chunks that Prometheus packed are unpacked and packed again: they give the same samples, and
  /// floats the same bytes too. Histograms differ in what the header says of a reset before them.
  @Test func `chunks of real servers are packed again`() throws {
    var same: Set<UInt8> = []
    for truth in ChunkTruth.examples {
      var samples = SampleBatch()
      try samples.decode(
        truth.data.rawBytes, ChunkEncoding(code: truth.encoding), at: 0)
      guard samples.count <= PackedChunk.sampleLimit else { continue }
      let encoding = ChunkEncoding(code: truth.encoding)
      let keeps = encoding == .xor2 || encoding.isHistogramST
      let (chunks, leftOut) = PackedChunk.pack(samples, keepsStartTimes: keeps)
      #expect(leftOut == 0)
      var again = SampleBatch()
      for chunk in chunks {
        #expect(chunk.range.minTime == samples.times[again.count])
        try again.decode(chunk.data.bytes, chunk.encoding, at: 0)
        #expect(chunk.range.maxTime == again.times.last)
      }
      expectSame(again, samples)
      let bytes = chunks.map { [UInt8]($0.data.bytes) }
      if bytes == [truth.data] { same.insert(truth.encoding) }
    }
    #expect(same.isSuperset(of: [1, 2, 3, 4, 5, 6]))
  }

  /// The hint of a histogram follows from its place in a chunk, and packing may cut anew.
  private func expectSame(_ found: SampleBatch, _ wanted: SampleBatch) {
    #expect(found.times == wanted.times)
    for index in wanted.times.indices where index < found.count {
      #expect(found.startTime(at: index) == wanted.startTime(at: index))
      switch (found.value(at: index), wanted.value(at: index)) {
      case (.histogram(var mine), .histogram(var theirs)):
        mine.counterReset = .unknown
        theirs.counterReset = .unknown
        #expect(mine == theirs)
      case (let mine, let theirs): #expect(mine == theirs)
      }
    }
  }

  @Test func `floats of every kind of difference come back`() throws {
    var samples = SampleBatch()
    var random = SeededRandom(seed: 11)
    var time: Int64 = -5
    for index in 0..<5000 {
      let step = [1, 15_000, 15_001, 8191, 8193, 70_000, 600_000, 1 << 40][index % 8]
      time += Int64(step)
      let bits = [0, 1.5, 1.5, -1e300, .infinity][index % 5].bitPattern
      let value = index % 7 == 0 ? random.next() : index % 11 == 0 ? StaleMarker.bits : bits
      let start = index % 3 == 0 ? 0 : time - Int64(index % 200) * 1000
      samples.append(time: time, startTime: start, bits: value)
    }
    for keeps in [false, true] {
      let (chunks, _) = PackedChunk.pack(samples, keepsStartTimes: keeps)
      #expect(chunks.map(\.sampleCount).reduce(0, +) == 5000)
      #expect(Set(chunks.map(\.encoding)) == [keeps ? .xor2 : .xor])
      var again = SampleBatch()
      for chunk in chunks {
        try again.decode(chunk.data.bytes, chunk.encoding, at: 0)
      }
      #expect(again.times == samples.times)
      #expect(again.values == samples.values)
      #expect(again.startTimes == (keeps ? samples.startTimes : []))
    }
  }

  private func histogram(_ buckets: [Int64], count: UInt64 = 9) -> Histogram {
    Histogram(
      schema: 0, counterReset: .unknown, zeroThreshold: 0, sum: 1,
      positiveSpans: [.init(offset: 0, length: UInt32(buckets.count))], negativeSpans: [],
      customBounds: [],
      counts: .integer(count: count, zeroCount: 0, positive: buckets, negative: []))
  }

  @Test func `a chunk of histograms ends where a counter was reset or buckets are new`() throws {
    var samples = SampleBatch()
    let all = [
      histogram([1, 1]), histogram([2, 1]), histogram([1, 2]), histogram([1, 2, 0]),
      histogram([5, 2, 0], count: 3),
    ]
    for (index, one) in all.enumerated() {
      samples.append(time: Int64(index), histogram: one)
    }
    let (chunks, _) = PackedChunk.pack(samples, keepsStartTimes: false)
    #expect(chunks.map(\.sampleCount) == [2, 1, 1, 1])
    var resets: [Histogram.CounterReset?] = []
    for chunk in chunks {
      resets.append(try ChunkHeader(chunk.data.bytes, chunk.encoding, at: 0).counterReset)
    }
    #expect(resets == [.unknown, .reset, .unknown, .reset])
  }

  @Test func `histograms whose buckets do not fit their spans are left out and counted`() {
    var samples = SampleBatch()
    var bad = histogram([1])
    bad.positiveSpans = [.init(offset: 0, length: .max)]
    samples.append(time: 1, bits: 7)
    samples.append(time: 2, histogram: bad)
    samples.append(time: 3, histogram: histogram([1]))
    let (chunks, leftOut) = PackedChunk.pack(samples, keepsStartTimes: false)
    #expect(leftOut == 1)
    #expect(chunks.map(\.range.minTime) == [1, 3])
  }
}
