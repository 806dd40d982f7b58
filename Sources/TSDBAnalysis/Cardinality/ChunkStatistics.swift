/// How full and how large chunks are: what `promtool tsdb analyze --extended` shows.
public struct ChunkStatistics: Equatable, Sendable {
  /// All chunks, those of unknown encodings included.
  public internal(set) var chunks: UInt64 = 0
  /// Samples of each chunk of floats.
  public internal(set) var floatSamples = Distribution()
  /// Bytes of the data of each chunk of floats.
  public internal(set) var floatBytes = Distribution()
  /// Samples of each chunk of native histograms.
  public internal(set) var histogramSamples = Distribution()
  /// Bytes of the data of each chunk of native histograms.
  public internal(set) var histogramBytes = Distribution()
  /// Buckets of all histograms of each chunk of native histograms.
  public internal(set) var histogramBuckets = Distribution()

  /// No chunks.
  public init() {}
}

/// How often each value occurs.
public struct Distribution: Equatable, Sendable {
  /// Counts of the small values, by value.
  private var small: [UInt64] = []
  private var large: [Int: UInt64] = [:]
  /// How many values there are.
  public private(set) var count: UInt64 = 0
  /// All of them added up.
  public private(set) var sum: UInt64 = 0

  private static let smallLimit = 1 << 16

  /// Nothing yet.
  public init() {}

  /// Takes `value` in, which is not negative.
  public mutating func add(_ value: Int) {
    count &+= 1
    sum &+= UInt64(value)
    if value < Self.smallLimit {
      if value >= small.count {
        small.append(contentsOf: repeatElement(0, count: value &+ 1 &- small.count))
      }
      small[value] &+= 1
    } else {
      large[value, default: 0] &+= 1
    }
  }

  /// Each value with its count, the values ascending.
  public var values: [(value: Int, count: UInt64)] {
    let few = small.indices.filter { small[$0] > 0 }.map { (value: $0, count: small[$0]) }
    let many = large.sorted { $0.key < $1.key }.map { (value: $0.key, count: $0.value) }
    return few + many
  }
}

/// A distribution in steps of a power of ten, the way promtool draws it (cmd/promtool/tsdb.go,
/// `displayHistogram` and `generateBucket`).
public struct SteppedDistribution: Equatable, Sendable {
  /// One step.
  public struct Bucket: Equatable, Sendable {
    /// What promtool prints as the step's first value.
    public let from: Int
    /// What promtool prints as its last value.
    public let to: Int
    /// How many values fall into it.
    public let count: UInt64
  }

  /// Smallest value.
  public let min: Int
  /// Largest value.
  public let max: Int
  /// The mean, cut to a whole number.
  public let average: UInt64
  /// The steps; the last one holds nothing, as in promtool.
  public let buckets: [Bucket]

  /// The steps of `distribution`; nil if that is empty.
  public init?(_ distribution: Distribution) {
    let values = distribution.values
    guard let first = values.first, let last = values.last else { return nil }
    min = first.value
    max = last.value
    average = distribution.sum.dividedReportingOverflow(by: distribution.count).partialValue
    let width = (last.value &- first.value) / 10
    var step = 10
    while step < width, step <= 10_000 { step *= 10 }
    let start = first.value &- first.value % step
    let end = last.value &- last.value % step &+ step
    var counts = [UInt64](repeating: 0, count: (end &- start) / step &+ 1)
    for (value, count) in values { counts[(value &- start) / step] &+= count }
    buckets = counts.indices.map {
      Bucket(
        from: $0 &* step &+ start &+ 1, to: ($0 &+ 1) &* step &+ start, count: counts[$0])
    }
  }
}
