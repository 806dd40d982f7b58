import TSDBFormat
import TestSupport
import Testing

/// Chunks of blocks that Thanos downsampled.
@Suite struct AggregateChunkTests {
  private let truths = ChunkTruth.examples.filter { $0.encoding == 1 && $0.length < 128 }

  /// A chunk of these aggregates; the others are not in it.
  private func chunk(_ parts: [Aggregate: ChunkTruth]) -> [UInt8] {
    Aggregate.allCases.flatMap { aggregate -> [UInt8] in
      guard let part = parts[aggregate] else { return [0] }
      return [UInt8(part.data.count), part.encoding] + part.data
    }
  }

  private func times(
    _ aggregate: Aggregate, _ data: [UInt8]
  ) throws(DecodeError) -> [Int64] {
    var batch = SampleBatch()
    try batch.decode(aggregate, of: data.rawBytes, at: 100)
    return batch.times
  }

  @Test func `each aggregate is where its number says, and one may be missing`() throws {
    let (one, other) = (try #require(truths.first), try #require(truths.last))
    let data = chunk([.sum: one, .counter: other])
    #expect(try times(.sum, data) == one.samples.times)
    #expect(try times(.counter, data) == other.samples.times)
    for aggregate in [Aggregate.count, .min, .max] { #expect(try times(aggregate, data) == []) }
  }

  @Test func `every shorter chunk is an error or has nothing of the last`() throws {
    let one = try #require(truths.first)
    let data = chunk([.count: one, .counter: one])
    for length in data.indices {
      #expect(throws: DecodeError.self, "\(length)") {
        try times(.counter, Array(data[..<length]))
      }
    }
  }

  @Test func `a flipped bit is no crash`() throws {
    let one = try #require(truths.first)
    let data = chunk([.count: one, .max: one])
    for bit in 0..<data.count * 8 {
      var spoilt = data
      spoilt[bit / 8] ^= 1 << UInt8(bit % 8)
      for aggregate in Aggregate.allCases { _ = try? times(aggregate, spoilt) }
    }
  }
}
