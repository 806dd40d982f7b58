public import TSDBFormat

/// Series born, died and alive by the time: buckets of equal width, aligned to multiples of it.
public struct ChurnBuckets: Equatable, Sendable {
  /// The most buckets there can be.
  public static let most = 200_000

  /// The buckets.
  private let grid: TimeGrid
  /// Series whose first sample lies in the bucket.
  public private(set) var born: [Int]
  /// How many of `born` may be older than the data: they were there when it begins, or are known from
  /// a checkpoint, which tells of a series but not since when.
  public private(set) var notLaterThan: [Int]
  /// Series that a query does not find any more since some time in the bucket, for good.
  public private(set) var died: [Int]
  /// Series that a query finds at the end of the bucket: at its last millisecond, or where the time looked
  /// at ends before.
  public private(set) var alive: [Int]
  /// Series that a query does not find then, but did before, and does later. What was there before the first
  /// bucket and was born, less what died, is `alive` and `away`, at the end of every bucket.
  public private(set) var away: [Int]
  /// Series that were born before the first bucket and were not gone then.
  public private(set) var earlier = 0
  /// When those are counted that are alive.
  let instants: InstantGrid

  /// Empty buckets over `range`; nil where there would be more than `most`, or none.
  public init?(over range: TimeRange, step: Int64) {
    guard let grid = TimeGrid(over: range, alignedTo: step, most: Self.most) else { return nil }
    self.grid = grid
    instants = InstantGrid(grid, last: range.maxTime)
    born = [Int](repeating: 0, count: grid.count)
    (notLaterThan, died, alive, away) = (born, born, born, born)
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

  /// Counts a series that was there at some time in `range`.
  mutating func add(_ life: Life, within range: TimeRange) {
    if life.isEarlier(than: range) { earlier &+= 1 }
    if life.isBorn(in: range) {
      let first = bucket(of: life.times.minTime)
      born[first] &+= 1
      if life.isUncertain { notLaterThan[first] &+= 1 }
    }
    if life.hasDied(in: range) { died[bucket(of: life.end)] &+= 1 }
  }

  /// Counts who is alive: all that are there, less those that are away. `found` is how many are found at each
  /// of the instants; without it nobody is away.
  mutating func finish(found: [Int]?) {
    var there = earlier
    for bucket in alive.indices {
      there &+= born[bucket] &- died[bucket]
      alive[bucket] = found?[bucket] ?? there
      away[bucket] = there &- alive[bucket]
    }
  }
}
