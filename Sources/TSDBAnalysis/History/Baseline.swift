public import TSDBFormat

/// Which births tell nothing: series that are there when the history begins, or when it goes on
/// after a stretch without any data, were not born then.
public struct Baseline: Sendable {
  /// The shortest stretch without data that counts as a break in the history.
  private static let shortestBreak: Int64 = 600_000
  /// The longest time that targets take to show up again after a start: five scrapes of a minute.
  private static let longestGrace: Int64 = 300_000

  /// First milliseconds of the stretches of history, ascending.
  public let starts: [Int64]
  /// How long after a start a series still counts as having been there.
  public let grace: Int64

  /// Finds the stretches of the history of `series`, whose samples lie in `range`.
  ///
  /// Where it is known that there was no sample at all in `gaps`, the history goes on behind them, although
  /// series were there before and after.
  public init(of series: SeriesTable, range: TimeRange, gaps: [TimeRange] = []) {
    guard !range.isEmpty else {
      starts = []
      grace = 0
      return
    }
    // Only the bins' arithmetic is needed here: +1 where a series begins, -1 behind its end.
    let bins = BirthTimeline(over: range)
    var change = [Int](repeating: 0, count: bins.births.count + 1)
    series.forEachWithSamples { _, times in
      change[bins.bin(of: times.minTime)] += 1
      change[bins.bin(of: times.maxTime) + 1] -= 1
    }
    var starts = [range.minTime]
    var alive = 0
    var emptySince = 0
    for bin in 0..<bins.births.count {
      let before = alive
      alive += change[bin]
      if before > 0 && alive == 0 { emptySince = bin }
      if before == 0 && alive > 0 && bin > 0 {
        let length = bins.grid.length(of: bin - emptySince)
        if length >= Self.shortestBreak { starts.append(bins.time(ofBin: bin)) }
      }
    }
    starts += gaps.map(\.maxTime).filter { $0 > range.minTime && $0 <= range.maxTime }
    self.starts = starts.sorted()
    grace = min(Self.longestGrace, range.duration / 8)
  }

  /// From here on births of the first stretch count, in milliseconds.
  public var end: Int64 {
    (Timestamp(starts.first ?? 0) + grace).milliseconds
  }

  /// True for a series whose first sample at `time` does not say that it was born then.
  public func contains(_ time: Int64) -> Bool {
    var low = 0
    var high = starts.count
    while low < high {
      let middle = (low + high) / 2
      if starts[middle] <= time { low = middle + 1 } else { high = middle }
    }
    guard low > 0 else { return true }
    return Timestamp(time) - Timestamp(starts[low - 1]) <= grace
  }
}
