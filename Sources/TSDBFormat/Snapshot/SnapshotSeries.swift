/// A series of a chunk snapshot.
///
///     type u8 = 1 | ref be64 | labels | chunk range be64 | has a chunk uvarint
///     with a chunk: mint be64 | maxt be64 | encoding u8 | length uvarint | data | last values
///     last values:  4 × (t be64, v f64) of floats, else the body of a histogram
///
/// (Prometheus: tsdb/head_wal.go, `decodeSeriesFromChunkSnapshot`.)
public struct SnapshotSeries: Equatable, Sendable {
  /// The ref that stands for it in the log.
  public var ref: UInt64
  /// Its labels, in the order of the disk.
  public var labels: [Label]
  /// Milliseconds that a chunk covered at most; 0 in what servers write today.
  public var chunkRange: Int64
  /// Its open chunk; the full ones are in `chunks_head`.
  public var chunk: Chunk?

  /// The chunk that samples were being appended to.
  public struct Chunk: Equatable, Sendable {
    /// First sample, in milliseconds since 1970.
    public var minTime: Int64
    /// Last sample.
    public var maxTime: Int64
    /// How the samples are packed.
    public var encoding: ChunkEncoding
    /// Where they are in the payload, the count of samples among them.
    public var data: Range<Int>
    /// What appending goes on from.
    public var last: Last
  }

  /// The last values of a chunk.
  public enum Last: Equatable, Sendable {
    /// The last four samples; servers of today write zeros but for the last value.
    case floats([Sample])
    /// The last histogram.
    case histogram(Histogram)
  }

  /// A float as the last values have it.
  public struct Sample: Equatable, Sendable {
    /// Milliseconds since 1970, or 0.
    public var time: Int64
    /// Bits of the float.
    public var value: UInt64

    /// A float.
    public init(time: Int64, value: UInt64) {
      self.time = time
      self.value = value
    }
  }

  /// A series with these parts.
  public init(ref: UInt64, labels: [Label], chunkRange: Int64 = 0, chunk: Chunk?) {
    self.ref = ref
    self.labels = labels
    self.chunkRange = chunkRange
    self.chunk = chunk
  }

  /// Decodes what stands behind the type byte.
  init(from cursor: inout ByteCursor) throws(DecodeError) {
    ref = try cursor.uint64()
    labels = try cursor.labels()
    chunkRange = try cursor.int64()
    chunk = try cursor.uvarint() == 0 ? nil : try Chunk(from: &cursor)
  }
}

extension SnapshotSeries.Chunk {
  fileprivate init(from cursor: inout ByteCursor) throws(DecodeError) {
    minTime = try cursor.int64()
    maxTime = try cursor.int64()
    let place = cursor.offset
    let code = try cursor.uint8()
    encoding = ChunkEncoding(code: code)
    let length = try cursor.count()
    let start = cursor.position
    try cursor.skip(length)
    data = start..<cursor.position
    switch encoding.kind {
    case .float:
      var samples: [SnapshotSeries.Sample] = []
      for _ in 0..<4 {
        let time = try cursor.int64()
        samples.append(SnapshotSeries.Sample(time: time, value: try cursor.uint64()))
      }
      last = .floats(samples)
    case .histogram: last = .histogram(try Histogram(decoding: &cursor, isFloat: false))
    case .floatHistogram: last = .histogram(try Histogram(decoding: &cursor, isFloat: true))
    // What comes behind the data follows from the encoding, and a server stops here too.
    case .unknown: throw cursor.failure(.unknownCode(found: code), at: place)
    }
  }
}
