/// What Thanos keeps of the samples of a stretch of time when it downsamples a block, in the order of a chunk
/// (thanos-io/thanos: pkg/compact/downsample/aggr.go, `AggrType`).
public enum Aggregate: String, CaseIterable, Sendable {
  /// How many samples there were.
  case count
  /// Their sum.
  case sum
  /// The smallest.
  case min
  /// The largest.
  case max
  /// The counter, as it grew over all resets; behind its last sample stands the last one that was scraped.
  case counter
}

/// A chunk of a downsampled block: up to five chunks in one (thanos-io/thanos: pkg/compact/downsample/aggr.go,
/// `AggrChunk`).
///
///     five times, by the order of `Aggregate`:
///       length uvarint | encoding u8 | data          (a length of 0 alone: there is none)
///
/// The length is that of the data alone.
public enum AggregateChunk {
  /// The encoding of such a chunk (`ChunkEncAggr`).
  public static let encoding: UInt8 = 0xff

  /// How many samples the first aggregate has that is there.
  static func sampleCount(of data: RawSpan, at offset: Int) throws(DecodeError) -> Int {
    var cursor = ByteCursor(data, at: offset, in: .chunkData)
    for _ in Aggregate.allCases where try cursor.count() > 0 {
      try cursor.skip(1)
      return Int(try cursor.uint16())
    }
    return 0
  }
}

extension SampleBatch {
  /// Appends the samples of one aggregate of a chunk; none where the chunk has not this one. `data` stand at file
  /// offset `offset`.
  public mutating func decode(
    _ aggregate: Aggregate, of data: RawSpan, at offset: Int
  ) throws(DecodeError) {
    var cursor = ByteCursor(data, at: offset, in: .chunkData)
    for kind in Aggregate.allCases {
      let length = try cursor.count()
      guard length > 0 else {
        if kind == aggregate { return }
        continue
      }
      let encoding = ChunkEncoding(code: try cursor.uint8())
      let start = cursor.offset
      let bytes = try cursor.take(length)
      if kind == aggregate { return try decode(bytes, encoding, at: start) }
    }
  }
}
