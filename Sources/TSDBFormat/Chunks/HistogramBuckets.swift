/// Reads the histograms of a chunk far enough to count their buckets; the counts themselves are
/// passed over (Prometheus: tsdb/chunkenc/histogram.go, float_histogram.go and their `_st` kin).
///
/// A stale histogram ends at its sum and has no buckets, so every sum must be known, and for that
/// every number before it must be read.
public struct HistogramBuckets: Equatable, Sendable {
  /// Buckets of all histograms of the chunk.
  public private(set) var bucketCount = 0
  /// Histograms that mark the end of their series.
  public private(set) var staleCount = 0

  /// Reads the histogram chunk `chunk`; one without samples has no buckets.
  public init(of chunk: borrowing Chunk) throws(DecodeError) {
    guard chunk.sampleCount > 0 else { return }
    let data = chunk.data
    guard data.byteCount >= Self.headerByteCount else {
      throw DecodeError(
        section: .chunkData, offset: chunk.offset,
        problem: .truncated(needed: Self.headerByteCount, available: data.byteCount))
    }
    var cursor = BitCursor(
      data.extracting(Self.headerByteCount..<data.byteCount),
      at: chunk.offset &+ Self.headerByteCount, in: .chunkData)
    // In chunks with start timestamps the third byte is their header, in others flags.
    let header = chunk.encoding.isHistogramST ? data.byte(at: 2) : 0
    let startTimes = StartTimestamps(rawValue: header)
    let layout = try HistogramLayout(from: &cursor)
    switch chunk.encoding.kind {
    case .histogram: try readIntegers(&cursor, chunk.sampleCount, layout, startTimes)
    case .floatHistogram: try readFloats(&cursor, chunk.sampleCount, layout, startTimes)
    case .float, .unknown:
      throw DecodeError(
        section: .chunkData, offset: chunk.offset,
        problem: .unknownCode(found: chunk.encoding.code))
    }
  }

  /// Sample count and flags, or sample count and start timestamp header.
  private static let headerByteCount = 3

  private mutating func readIntegers(
    _ cursor: inout BitCursor, _ samples: Int, _ layout: HistogramLayout,
    _ startTimes: StartTimestamps
  ) throws(DecodeError) {
    var sum = XORValue()
    for index in 0..<samples {
      _ = try cursor.varbitInt()  // Time.
      if index == 0 {
        _ = try cursor.varbitUInt()  // Count.
        _ = try cursor.varbitUInt()  // Zero count.
        sum.bits = try cursor.bits(64)
      } else {
        _ = try cursor.varbitInt()
        _ = try cursor.varbitInt()
        try sum.next(&cursor)
      }
      // The first histogram has buckets on disk even if it is stale.
      if index == 0 || !sum.isStale {
        for _ in 0..<layout.bucketCount { _ = try cursor.varbitInt() }
      }
      count(sum, layout)
      try startTimes.skip(&cursor, sample: index)
    }
  }

  private mutating func readFloats(
    _ cursor: inout BitCursor, _ samples: Int, _ layout: HistogramLayout,
    _ startTimes: StartTimestamps
  ) throws(DecodeError) {
    var (count, zeroCount, sum) = (XORValue(), XORValue(), XORValue())
    var buckets: [XORValue] = []
    for index in 0..<samples {
      _ = try cursor.varbitInt()  // Time.
      if index == 0 {
        for _ in 0..<2 { _ = try cursor.bits(64) }
        sum.bits = try cursor.bits(64)
        guard layout.bucketCount <= cursor.remainingBits / 64 else {
          throw cursor.failure(
            .truncated(needed: layout.bucketCount &* 8, available: cursor.remainingBits / 8))
        }
        buckets = [XORValue](repeating: XORValue(), count: layout.bucketCount)
        for _ in buckets { _ = try cursor.bits(64) }
      } else {
        try count.next(&cursor)
        try zeroCount.next(&cursor)
        try sum.next(&cursor)
        if !sum.isStale {
          for bucket in buckets.indices { try buckets[bucket].next(&cursor) }
        }
      }
      self.count(sum, layout)
      try startTimes.skip(&cursor, sample: index)
    }
  }

  private mutating func count(_ sum: XORValue, _ layout: HistogramLayout) {
    if sum.isStale { staleCount &+= 1 } else { bucketCount &+= layout.bucketCount }
  }
}
