public import TSDBFormat

/// How many series were born when: counts in bins of equal width over the whole history.
///
/// Bins are a second wide, or as wide as it takes to cover the history with a million of them.
public struct BirthTimeline: Sendable {
  private static let mostBins: Int64 = 1_000_000

  /// The first millisecond of the first bin.
  public let start: Int64
  /// Milliseconds in a bin.
  public let step: Int64
  /// Series born in each bin.
  public private(set) var births: [Int]

  /// An empty timeline over `range`.
  public init(over range: TimeRange) {
    guard !range.isEmpty else {
      start = 0
      step = 1000
      births = []
      return
    }
    let span = UInt64(bitPattern: range.maxTime &- range.minTime)
    let step = max(1000, Int64(clamping: span / UInt64(Self.mostBins) + 1))
    self.step = step
    start = range.minTime
    births = [Int](repeating: 0, count: Int(span / UInt64(step)) + 1)
  }

  /// The bin of `time`, which must lie in the range.
  public func bin(of time: Int64) -> Int {
    Int(UInt64(bitPattern: time &- start) / UInt64(step))
  }

  /// The first millisecond of a bin.
  public func time(ofBin bin: Int) -> Int64 { start &+ Int64(bin) &* step }

  /// The last time that was counted and its bin: series of one scrape are born together.
  private var last: (time: Int64, bin: Int)?

  /// Counts a series born at `time`.
  public mutating func add(_ time: Int64) {
    if let last, last.time == time {
      births[last.bin] += 1
      return
    }
    let bin = bin(of: time)
    guard births.indices.contains(bin) else { return }
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
    let width = max(1, Int(clamping: length / step))
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
    left.start == right.start && left.step == right.step && left.births == right.births
  }
}
