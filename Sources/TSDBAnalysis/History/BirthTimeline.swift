public import TSDBFormat

/// How many series were born when: counts in bins of equal width over the whole history.
///
/// Bins are a second wide, or as wide as it takes to cover the history with a million of them.
public struct BirthTimeline: Sendable {
  private static let mostBins = 1_000_000

  /// The bins.
  let grid: TimeGrid
  /// Series born in each bin.
  public private(set) var births: [Int]

  /// An empty timeline over `range`.
  public init(over range: TimeRange) {
    grid = TimeGrid(over: range, width: 1000, most: Self.mostBins)
    births = [Int](repeating: 0, count: grid.count)
    end = range.maxTime
  }

  /// The first millisecond of the first bin.
  public var start: Int64 { grid.start }

  /// The last millisecond of what it is over.
  public let end: Int64

  /// Milliseconds in a bin.
  public var step: Int64 { grid.step }

  /// The bin of `time`; one past the last for times behind the range, and the first for times before.
  public func bin(of time: Int64) -> Int { grid.index(of: time) }

  /// The first millisecond of a bin.
  public func time(ofBin bin: Int) -> Int64 { grid.time(of: bin) }

  /// The last time that was counted and its bin: series of one scrape are born together.
  private var last: (time: Int64, bin: Int)?

  /// Counts a series born at `time`.
  public mutating func add(_ time: Int64) {
    if let last, last.time == time {
      births[last.bin] += 1
      return
    }
    let bin = bin(of: time)
    guard time >= start, births.indices.contains(bin) else { return }
    births[bin] += 1
    last = (time, bin)
  }

  /// Series born in all bins.
  public var total: Int { births.reduce(0, +) }

  /// The counts in `count` bins of equal width, for drawing.
  public func resampled(to count: Int) -> [Int] {
    guard count > 0, !births.isEmpty else { return [] }
    var result = [Int](repeating: 0, count: min(count, births.count))
    for (bin, number) in births.enumerated() {
      result[bin * result.count / births.count] += number
    }
    return result
  }

  /// The most births in any stretch of `length` milliseconds.
  public func most(within length: Int64) -> Int {
    let width = max(1, grid.steps(in: length))
    var sum = 0
    var most = 0
    for (bin, number) in births.enumerated() {
      sum += number
      if bin >= width { sum -= births[bin - width] }
      most = max(most, sum)
    }
    return most
  }

  /// The bin in which births set in: where the running total lies furthest below the straight line
  /// from nothing at the start to everything at the last birth. That is the knee of a curve that is
  /// flat and then climbs. Nil where births come evenly from the start, so that there is no knee.
  ///
  /// The line begins at the bin `first`, before which births are not told from those that were
  /// there; `share` is how far below, as a share of all births, counts as a knee.
  public func onset(from first: Int = 0, atLeast share: Double = 0.05) -> Int? {
    guard let last = births.lastIndex(where: { $0 > 0 }), first >= 0, first <= last else {
      return nil
    }
    let total = Double(self.total)
    var before = 0.0
    var deepest = total * share
    var onset: Int?
    for bin in first...last {
      let line = total * Double(bin - first) / Double(last - first + 1)
      if births[bin] > 0, line - before > deepest {
        deepest = line - before
        onset = bin
      }
      before += Double(births[bin])
    }
    return onset
  }
}

extension BirthTimeline: Equatable {
  /// Equal counts over the same time.
  public static func == (left: BirthTimeline, right: BirthTimeline) -> Bool {
    left.grid == right.grid && left.births == right.births
  }
}
