/// How many samples there are in each stretch of two hours, which is how a server cuts its head into blocks
/// (Prometheus: tsdb/db.go, `DefaultBlockDuration`, `rangeForTimestamp`).
///
/// Memory grows with the stretches that have samples, up to a bound: times that damage made may be anywhere.
public struct TimeBins: Equatable, Sendable {
  /// Milliseconds of a stretch.
  public static let width: Int64 = 7_200_000
  /// Stretches that are told apart; 200,000 are 45 years.
  static let most = 200_000

  /// A stretch, and how many samples it has.
  public struct Bin: Equatable, Sendable {
    /// Where it begins, in milliseconds since 1970.
    public let start: Int64
    /// Samples.
    public fileprivate(set) var count: Int
    /// The first and the last of them.
    public fileprivate(set) var times: TimeRange
  }

  private var counts: [Int64: Bin] = [:]
  /// False where there were more stretches than can be told apart.
  public private(set) var isComplete = true

  /// No samples.
  public init() {}

  /// The number of the stretch that `time` is in: that of its start by the width.
  public static func number(of time: Int64) -> Int64 {
    let part = time.quotientAndRemainder(dividingBy: width)
    return part.remainder < 0 ? part.quotient &- 1 : part.quotient
  }

  /// Adds `count` samples of `time`.
  public mutating func add(_ time: Int64, count: Int = 1) {
    add(TimeRange(minTime: time, maxTime: time), count: count)
  }

  /// Adds `count` samples of one stretch, that in which `times` begins.
  public mutating func add(_ times: TimeRange, count: Int) {
    let number = Self.number(of: times.minTime)
    guard counts[number] != nil || counts.count < Self.most else {
      isComplete = false
      return
    }
    // The first stretch that there is begins before the first time that there is.
    let (product, isTooSmall) = number.multipliedReportingOverflow(by: Self.width)
    let start = isTooSmall ? Int64.min : product
    var bin = counts[number] ?? Bin(start: start, count: 0, times: TimeRange())
    bin.count &+= count
    bin.times.include(times)
    counts[number] = bin
  }

  /// Those with samples, the earliest first.
  public var bins: [Bin] { counts.sorted { $0.key < $1.key }.map(\.value) }
}

extension TimeBins.Bin {
  /// Where it ends, exclusive.
  public var end: Int64 {
    let (end, isTooLarge) = start.addingReportingOverflow(TimeBins.width)
    return isTooLarge ? .max : end
  }
}
