/// A native histogram: a distribution in buckets whose bounds follow from a schema, or are listed.
///
/// Integer and float histograms differ only in their counts (Prometheus: model/histogram).
public struct Histogram: Sendable {
  /// What is known about a reset of the counter between the sample before and this one.
  public enum CounterReset: UInt8, Sendable {
    /// Nothing; a query has to find out.
    case unknown = 0
    /// The counter was reset.
    case reset = 1
    /// It was not.
    case notReset = 2
    /// It is a gauge, which has no resets.
    case gauge = 3
  }

  /// A run of buckets that lie side by side.
  public struct Span: Equatable, Hashable, Sendable {
    /// Buckets that are left out before it; of the first span, the index of its first bucket.
    public var offset: Int32
    /// How many buckets there are in it.
    public var length: UInt32

    /// A run of `length` buckets behind a gap of `offset`.
    public init(offset: Int32, length: UInt32) {
      self.offset = offset
      self.length = length
    }
  }

  /// How many observations there are, in all and by bucket.
  public enum Counts: Sendable {
    /// Whole numbers; each bucket as the difference to the one before.
    case integer(count: UInt64, zeroCount: UInt64, positive: [Int64], negative: [Int64])
    /// Floats; each bucket for itself.
    case float(count: Double, zeroCount: Double, positive: [Double], negative: [Double])
  }

  /// Resolution: bounds grow by 2^(2^-schema); -53 for bounds that are listed in `customBounds`.
  public var schema: Int32
  /// See `CounterReset`.
  public var counterReset: CounterReset
  /// Half the width of the bucket around zero.
  public var zeroThreshold: Double
  /// Sum of all observations; the stale marker (a NaN of its own) ends a series.
  public var sum: Double
  /// Where the positive buckets are.
  public var positiveSpans: [Span]
  /// Where the negative buckets are.
  public var negativeSpans: [Span]
  /// Upper bounds of the buckets of schema -53; empty for all others.
  public var customBounds: [Double]
  /// The counts.
  public var counts: Counts

  /// The schema of histograms with custom bounds (`CustomBucketsSchema`).
  public static let customBucketsSchema: Int32 = -53

  /// More buckets than one sign of a histogram can have. Floats span 2098 powers of two, and the finest
  /// schema that is written, 8, has 256 buckets for each: 537,088 (model/histogram/generic.go).
  static let mostBuckets = 1 << 20

  /// A histogram of these parts.
  public init(
    schema: Int32, counterReset: CounterReset, zeroThreshold: Double, sum: Double,
    positiveSpans: [Span], negativeSpans: [Span], customBounds: [Double], counts: Counts
  ) {
    self.schema = schema
    self.counterReset = counterReset
    self.zeroThreshold = zeroThreshold
    self.sum = sum
    self.positiveSpans = positiveSpans
    self.negativeSpans = negativeSpans
    self.customBounds = customBounds
    self.counts = counts
  }

  /// True where the counts are floats.
  public var isFloat: Bool {
    if case .float = counts { return true }
    return false
  }

  /// True for the marker of the end of a series: its sum is the stale NaN.
  public var isStale: Bool { sum.bitPattern == StaleMarker.bits }
}

/// The NaN that says that a series ended (Prometheus: model/value/value.go).
public enum StaleMarker {
  /// Its bits.
  public static let bits: UInt64 = 0x7ff0_0000_0000_0002
}

extension Histogram: Equatable {
  /// Equal to the bit: NaNs of equal bits are equal, 0 and -0 are not.
  public static func == (left: Histogram, right: Histogram) -> Bool {
    left.schema == right.schema && left.counterReset == right.counterReset
      && left.zeroThreshold.bitPattern == right.zeroThreshold.bitPattern
      && left.sum.bitPattern == right.sum.bitPattern
      && left.positiveSpans == right.positiveSpans && left.negativeSpans == right.negativeSpans
      && left.customBounds.bits == right.customBounds.bits && left.counts == right.counts
  }
}

extension Histogram.Counts: Equatable {
  /// Equal to the bit.
  public static func == (left: Self, right: Self) -> Bool {
    switch (left, right) {
    case (.integer(let a, let b, let c, let d), .integer(let e, let f, let g, let h)):
      a == e && b == f && c == g && d == h
    case (.float(let a, let b, let c, let d), .float(let e, let f, let g, let h)):
      a.bitPattern == e.bitPattern && b.bitPattern == f.bitPattern && c.bits == g.bits
        && d.bits == h.bits
    default: false
    }
  }
}

extension [Double] {
  fileprivate var bits: [UInt64] { map(\.bitPattern) }
}
