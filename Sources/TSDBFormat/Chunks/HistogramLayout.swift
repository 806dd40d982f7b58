/// What all histograms of a chunk share: schema, zero threshold and where their buckets are
/// (Prometheus: tsdb/chunkenc/histogram_meta.go).
///
///     zero threshold u8 (0: none; 255: f64 follows; else 2^(it - 244)) | schema varbit
///     | positive spans | negative spans | for schema -53: bounds
///     spans:   count varbit × (length varbit, offset varbit)
///     bounds:  count varbit × (varbit, 0: f64 follows; else a thousandth of it less 1)
public struct HistogramLayout: Equatable, Sendable {
  /// Half the width of the bucket around zero.
  public let zeroThreshold: Double
  /// Resolution of the buckets; -53 for custom bounds. 9 to 52 are of a resolution that servers reduce
  /// to 8 when they read.
  public let schema: Int32
  /// Where the buckets of positive values are.
  public let positiveSpans: [Histogram.Span]
  /// Where the buckets of negative values are.
  public let negativeSpans: [Histogram.Span]
  /// Upper bounds of the custom buckets.
  public let customBounds: [Double]
  /// Buckets of positive values in every histogram that is not stale.
  public let positiveBuckets: Int
  /// Buckets of negative values.
  public let negativeBuckets: Int

  /// Schemas of exponential buckets that Prometheus knows (model/histogram/generic.go).
  static let exponentialSchemas: ClosedRange<Int64> = -9...52

  init(from cursor: inout BitCursor) throws(DecodeError) {
    zeroThreshold = try Self.readZeroThreshold(&cursor)
    let place = cursor.offset
    let found = try cursor.varbitInt()
    guard
      found == Int64(Histogram.customBucketsSchema) || Self.exponentialSchemas.contains(found)
    else {
      throw cursor.failure(
        .outOfRange(found: found, allowed: Self.exponentialSchemas), at: place)
    }
    schema = Int32(truncatingIfNeeded: found)
    (positiveSpans, positiveBuckets) = try Self.readSpans(&cursor)
    (negativeSpans, negativeBuckets) = try Self.readSpans(&cursor)
    customBounds =
      schema == Histogram.customBucketsSchema ? try Self.readBounds(&cursor) : []
  }

  /// Buckets of one histogram.
  public var bucketCount: Int { positiveBuckets &+ negativeBuckets }

  /// Small powers of two have a byte of their own (`readZeroThreshold`).
  private static func readZeroThreshold(_ cursor: inout BitCursor) throws(DecodeError) -> Double {
    switch try cursor.bits(8) {
    case 0: 0
    case 255: Double(bitPattern: try cursor.bits(64))
    case let power:
      Double(sign: .plus, exponent: Int(truncatingIfNeeded: power) &- 244, significand: 1)
    }
  }

  /// Spans, and how many buckets there are in them.
  private static func readSpans(
    _ cursor: inout BitCursor
  ) throws(DecodeError) -> ([Histogram.Span], Int) {
    // A length and an offset take a bit each, at least.
    let count = try cursor.varbitCount(ofAtLeast: 2)
    var spans: [Histogram.Span] = []
    spans.reserveCapacity(count)
    var buckets = 0
    for _ in 0..<count {
      let start = cursor.offset
      // Each bucket of the first histogram takes a bit at least, so more cannot be true.
      let length = try cursor.varbitUInt()
      let offset = try cursor.varbitInt()
      let limit = max(min(cursor.remainingBits &- buckets, Int(UInt32.max)), 0)
      guard length <= UInt64(limit) else {
        throw cursor.failure(
          .outOfRange(found: Int64(clamping: length), allowed: 0...Int64(limit)), at: start)
      }
      let found = Int(truncatingIfNeeded: length) &+ buckets
      guard found <= Histogram.mostBuckets else {
        throw cursor.failure(
          .tooLarge(
            found: found, limit: Histogram.mostBuckets, unit: "buckets"), at: start
        )
      }
      guard let offset32 = Int32(exactly: offset) else {
        throw cursor.failure(
          .outOfRange(found: offset, allowed: Int64(Int32.min)...Int64(Int32.max)), at: start)
      }
      spans.append(Histogram.Span(offset: offset32, length: UInt32(truncatingIfNeeded: length)))
      buckets &+= Int(truncatingIfNeeded: length)
    }
    return (spans, buckets)
  }

  /// Bounds with few decimals are stored as thousandths (`readCustomBound`).
  private static func readBounds(_ cursor: inout BitCursor) throws(DecodeError) -> [Double] {
    // Thousandths take five bits at least, other bounds 65.
    let count = try cursor.varbitCount(ofAtLeast: 5)
    var bounds: [Double] = []
    bounds.reserveCapacity(count)
    for _ in 0..<count {
      let stored = try cursor.varbitUInt()
      if stored == 0 {
        bounds.append(Double(bitPattern: try cursor.bits(64)))
      } else {
        bounds.append(Double(stored &- 1) / 1000)
      }
    }
    return bounds
  }
}

extension HistogramLayout {
  /// A histogram of a chunk with this layout.
  func histogram(
    _ counterReset: Histogram.CounterReset, sum: XORValue, _ counts: Histogram.Counts
  ) -> Histogram {
    Histogram(
      schema: schema, counterReset: counterReset, zeroThreshold: zeroThreshold,
      sum: Double(bitPattern: sum.bits), positiveSpans: positiveSpans,
      negativeSpans: negativeSpans, customBounds: customBounds, counts: counts)
  }

  /// The marker of the end of a series, of which a server gives nothing but the sum
  /// (`AtHistogram` in tsdb/chunkenc/histogram.go).
  static func stale(_ sum: XORValue, _ counts: Histogram.Counts) -> Histogram {
    Histogram(
      schema: 0, counterReset: .unknown, zeroThreshold: 0, sum: Double(bitPattern: sum.bits),
      positiveSpans: [], negativeSpans: [], customBounds: [], counts: counts)
  }

  /// What a server says of the histogram with this index in a chunk (`counterResetHint` in
  /// tsdb/chunkenc/histogram.go): what the header says of the chunk's begin is not given on, because
  /// the chunk before may not be there.
  static func counterReset(
    _ header: ChunkHeader, sample index: Int
  ) -> Histogram.CounterReset {
    if header.counterReset == .gauge { return .gauge }
    return index == 0 ? .unknown : .notReset
  }
}
