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

extension Histogram {
  /// What is wrong with the body of a histogram in a record: how many buckets its spans speak of, and what that
  /// comes to. Nil where all fits, where it is the end of a series, of which nobody reads the buckets, and where
  /// it cannot be decoded, which is another finding.
  public static func flaw(
    of body: RawSpan, isFloat: Bool
  ) -> (flaw: HistogramFlaw, buckets: UInt64)? {
    let section: Section = isFloat ? .floatHistogramSamplesRecord : .histogramSamplesRecord
    var cursor = ByteCursor(body, ofRecordAt: 0, in: section)
    return try? flaw(in: &cursor, isFloat: isFloat)
  }

  private static func flaw(
    in cursor: inout ByteCursor, isFloat: Bool
  ) throws(DecodeError) -> (flaw: HistogramFlaw, buckets: UInt64)? {
    try cursor.skip(1)
    _ = try cursor.varint()
    try cursor.skip(8)
    if isFloat {
      try cursor.skip(16)
    } else {
      _ = try cursor.uvarint()
      _ = try cursor.uvarint()
    }
    if try cursor.uint64() == StaleMarker.bits { return nil }
    var wanted: [UInt64] = []
    for _ in 0..<2 {
      var buckets: UInt64 = 0
      for _ in 0..<(try cursor.count(ofAtLeast: 2)) {
        _ = try cursor.varint()
        // A server cuts the length to 32 bits, and so many spans that this wraps around fit into no record.
        buckets &+= UInt64(UInt32(truncatingIfNeeded: try cursor.uvarint()))
      }
      wanted.append(buckets)
    }
    let limit = UInt64(mostBuckets)
    if let buckets = wanted.first(where: { $0 > limit }) { return (.tooManyBuckets, buckets) }
    for buckets in wanted {
      let count = try cursor.count(ofAtLeast: isFloat ? 8 : 1)
      if isFloat {
        try cursor.skip(count &* 8)
      } else {
        for _ in 0..<count { _ = try cursor.varint() }
      }
      if UInt64(count) > buckets { return (.moreBuckets, buckets) }
      if UInt64(count) < buckets { return (.fewerBuckets, buckets) }
    }
    return nil
  }
}
