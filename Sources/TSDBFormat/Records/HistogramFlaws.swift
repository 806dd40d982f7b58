/// What is wrong with a native histogram whose bytes can be decoded: its buckets are not those that its spans
/// speak of. A decoder does not look at that, and a server believes the spans.
public enum HistogramFlaw: String, Sendable, CaseIterable {
  /// The spans speak of more buckets than a histogram can have: a server makes room for all of them
  /// (Prometheus: tsdb/chunkenc/histogram.go, `appendHistogram`).
  case tooManyBuckets = "too-many-buckets"
  /// There are more buckets than the spans speak of.
  case moreBuckets = "more-buckets"
  /// There are fewer buckets than the spans speak of.
  case fewerBuckets = "fewer-buckets"
}

/// A native histogram of a record without its values: what decides whether its buckets fit its spans, and
/// whether a server appends it to the chunk of the one before.
public struct HistogramShape: Sendable {
  /// True where the counts are floats.
  public let isFloat: Bool
  /// True where the counter was reset, as its hint says: it begins a chunk.
  public let isReset: Bool
  /// True where the hint says that it is a gauge.
  public let isGauge: Bool
  /// The resolution.
  public let schema: Int32
  /// The bits of half the width of the bucket around zero.
  public let zeroThreshold: UInt64
  /// Observations around zero.
  public let zeroCount: Double
  /// All observations.
  public let count: Double
  /// True for the end of a series, of which nobody looks at buckets.
  public let isStale: Bool
  /// Buckets that the spans speak of, positive and negative.
  private var wanted: [UInt64] = []
  /// Buckets that there are.
  private var found: [UInt64] = []

  /// The histogram with this body; nil where it cannot be decoded, which is another finding.
  public init?(of body: RawSpan, isFloat: Bool) {
    let section: Section = isFloat ? .floatHistogramSamplesRecord : .histogramSamplesRecord
    var cursor = ByteCursor(body, ofRecordAt: 0, in: section)
    do throws(DecodeError) {
      try self.init(decoding: &cursor, isFloat: isFloat)
    } catch {
      return nil
    }
  }

  private init(decoding cursor: inout ByteCursor, isFloat: Bool) throws(DecodeError) {
    self.isFloat = isFloat
    let hint = try cursor.uint8()
    isReset = hint == Histogram.CounterReset.reset.rawValue
    isGauge = hint == Histogram.CounterReset.gauge.rawValue
    schema = Int32(truncatingIfNeeded: try cursor.varint())
    zeroThreshold = try cursor.uint64()
    if isFloat {
      zeroCount = try cursor.float64()
      count = try cursor.float64()
    } else {
      zeroCount = Double(try cursor.uvarint())
      count = Double(try cursor.uvarint())
    }
    isStale = try cursor.uint64() == StaleMarker.bits
    for _ in 0..<2 {
      var buckets: UInt64 = 0
      for _ in 0..<(try cursor.count(ofAtLeast: 2)) {
        _ = try cursor.varint()
        // A server cuts the length to 32 bits; so many spans that the sum wraps around fit into no record.
        buckets &+= UInt64(UInt32(truncatingIfNeeded: try cursor.uvarint()))
      }
      wanted.append(buckets)
    }
    for _ in 0..<2 {
      let buckets = try cursor.count(ofAtLeast: isFloat ? 8 : 1)
      if isFloat {
        try cursor.skip(buckets &* 8)
      } else {
        for _ in 0..<buckets { _ = try cursor.varint() }
      }
      found.append(UInt64(buckets))
    }
  }

  /// The most buckets of one sign that the spans speak of.
  public var mostBuckets: UInt64 { wanted.max() ?? 0 }

  /// What is wrong with it; nil where all fits.
  public var flaw: HistogramFlaw? {
    if isStale { return nil }
    if mostBuckets > UInt64(Histogram.mostBuckets) { return .tooManyBuckets }
    for (wanted, found) in zip(wanted, found) where wanted != found {
      return found > wanted ? .moreBuckets : .fewerBuckets
    }
    return nil
  }

  /// The index with which a server is out of range as it compares it with the one before, or appends it behind
  /// that: as many buckets as there are, or as the spans speak of, whichever are fewer. Nil where all fits, and
  /// for a gauge with fewer buckets, which is appended as it is.
  public var index: Int? {
    for (wanted, found) in zip(wanted, found) where wanted != found {
      return isGauge && found < wanted ? nil : Int(clamping: min(wanted, found))
    }
    return nil
  }
}
