public import TSDBFormat

/// Series born, died and alive by the time: buckets of equal width, aligned to multiples of it.
public struct ChurnBuckets: Equatable, Sendable {
  /// The most buckets there can be.
  public static let most = 1_000_000

  /// The buckets.
  private let grid: TimeGrid
  /// Series whose first sample lies in the bucket.
  public private(set) var born: [Int]
  /// How many of `born` may be older than the data: they were there when it begins, or are known from
  /// a checkpoint, which tells of a series but not since when.
  public private(set) var notLaterThan: [Int]
  /// Series whose last sample lies in the bucket, and that were gone before the data ends.
  public private(set) var died: [Int]
  /// Series whose first and last sample enclose a part of the bucket.
  public private(set) var alive: [Int]

  /// Series whose last sample lies in the bucket, whether they died or the data ended.
  private var ended: [Int]

  /// Empty buckets over `range`; nil where there would be more than `most`, or none.
  public init?(over range: TimeRange, step: Int64) {
    guard let grid = TimeGrid(over: range, alignedTo: step, most: Self.most) else { return nil }
    self.grid = grid
    born = [Int](repeating: 0, count: grid.count)
    (notLaterThan, died, alive, ended) = (born, born, born, born)
  }

  /// The widths that a person would choose, in milliseconds.
  private static let widths: [Int64] = [
    1000, 5000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000,
    7_200_000, 21_600_000, 43_200_000, 86_400_000, 604_800_000,
  ]

  /// The least such width that covers `range` with `count` buckets at most.
  public static func automaticStep(over range: TimeRange, buckets count: Int = 240) -> Int64 {
    guard !range.isEmpty else { return widths[0] }
    let least = TimeGrid(over: range, width: 1, most: count).step
    return widths.first { $0 >= least } ?? least
  }

  /// How many buckets there are.
  public var count: Int { born.count }

  /// First millisecond of a bucket.
  public func time(of bucket: Int) -> Int64 { grid.time(of: bucket) }

  /// First millisecond of the first bucket.
  public var start: Int64 { grid.start }

  /// Milliseconds in a bucket.
  public var step: Int64 { grid.step }

  /// The bucket of `time`; the first or the last for times that lie outside.
  func bucket(of time: Int64) -> Int {
    min(grid.index(of: time), born.count &- 1)
  }

  /// Counts a series. `isInside` says for its birth and its end whether they lie in the buckets' time.
  mutating func add(
    _ times: TimeRange, within range: TimeRange, isUncertain: Bool, hasDied: Bool
  ) {
    let first = bucket(of: times.minTime)
    let last = bucket(of: times.maxTime)
    alive[first] &+= 1
    ended[last] &+= 1
    if times.minTime >= range.minTime {
      born[first] &+= 1
      if isUncertain { notLaterThan[first] &+= 1 }
    }
    if hasDied, times.maxTime <= range.maxTime { died[last] &+= 1 }
  }

  /// Turns the counts of first buckets into those of all that are alive.
  mutating func finish() {
    var sum = 0
    for bucket in alive.indices {
      sum &+= alive[bucket]
      alive[bucket] = sum
      sum &-= ended[bucket]
    }
  }
}
