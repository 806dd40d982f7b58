/// What all histograms of a chunk share: schema, zero threshold and where their buckets are
/// (Prometheus: tsdb/chunkenc/histogram_meta.go).
///
///     zero threshold (u8; 255: f64 follows) | schema varbit | positive spans | negative spans
///     | for schema -53: bounds
///     spans:   count varbit × (length varbit, offset varbit)
///     bounds:  count varbit × (varbit; 0: f64 follows)
public struct HistogramLayout: Equatable, Sendable {
  /// Resolution of the buckets; -53 for custom bounds.
  public let schema: Int64
  /// Buckets of positive values in every histogram that is not stale.
  public let positiveBuckets: Int
  /// Buckets of negative values.
  public let negativeBuckets: Int
  /// Bounds of the custom buckets.
  public let customBounds: Int

  /// Schema of histograms with custom bounds (`CustomBucketsSchema`).
  static let customSchema: Int64 = -53
  /// Schemas of exponential buckets that Prometheus knows (model/histogram/generic.go).
  static let exponentialSchemas: ClosedRange<Int64> = -9...52

  init(from cursor: inout BitCursor) throws(DecodeError) {
    if try cursor.bits(8) == 255 { _ = try cursor.bits(64) }
    schema = try cursor.varbitInt()
    guard schema == Self.customSchema || Self.exponentialSchemas.contains(schema) else {
      throw cursor.failure(.outOfRange(found: schema, allowed: Self.exponentialSchemas))
    }
    positiveBuckets = try Self.readSpans(&cursor)
    negativeBuckets = try Self.readSpans(&cursor)
    customBounds = schema == Self.customSchema ? try Self.readBounds(&cursor) : 0
  }

  /// Buckets of one histogram.
  public var bucketCount: Int { positiveBuckets &+ negativeBuckets }

  private static func readSpans(_ cursor: inout BitCursor) throws(DecodeError) -> Int {
    let count = try number(&cursor)
    var buckets = 0
    for _ in 0..<count {
      // Each bucket of the first histogram takes a bit at least, so more cannot be true.
      let length = try number(&cursor)
      _ = try cursor.varbitInt()
      guard length <= cursor.remainingBits &- buckets else {
        throw cursor.failure(
          .outOfRange(
            found: Int64(length), allowed: 0...Int64(max(cursor.remainingBits &- buckets, 0))))
      }
      buckets &+= length
    }
    return buckets
  }

  private static func readBounds(_ cursor: inout BitCursor) throws(DecodeError) -> Int {
    let count = try number(&cursor)
    for _ in 0..<count where try cursor.varbitUInt() == 0 { _ = try cursor.bits(64) }
    return count
  }

  /// A count of things that take a bit each, at least.
  private static func number(_ cursor: inout BitCursor) throws(DecodeError) -> Int {
    let found = try cursor.varbitUInt()
    guard found <= UInt64(cursor.remainingBits) else {
      throw cursor.failure(
        .outOfRange(found: Int64(clamping: found), allowed: 0...Int64(cursor.remainingBits)))
    }
    return Int(found)
  }
}
