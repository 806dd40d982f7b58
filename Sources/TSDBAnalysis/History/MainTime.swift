public import TSDBFormat

/// When most series of a history lived, without those that a gap of years keeps apart from them: samples of a machine
/// without a clock, or with a wrong one. Pictures over all of the time would show nothing of the rest.
public struct MainTime: Equatable, Sendable {
  /// The stretch with the most series.
  public private(set) var range: TimeRange
  /// Series that have all of their samples elsewhere.
  public private(set) var seriesElsewhere = 0

  /// Nothing is kept apart by less than a year.
  static let gap: Int64 = 365 * 86_400_000
  /// Stretches that are looked at, in which series begin and end.
  private static let width = TimeBins.width

  /// The main stretch of `series`; all of their time where no gap divides it. Where samples are known to be between
  /// the first and the last of a series, `samples` tells.
  public init(of series: SeriesTable, samples: TimeBins = TimeBins()) {
    let whole = series.timeRange
    range = whole
    guard !whole.isEmpty, Timestamp(whole.maxTime) - Timestamp(whole.minTime) > Self.gap else {
      return
    }
    // Where series begin and end, by stretches: a sample of another age lies at an end of its series.
    var ends = TimeBins()
    series.forEachWithSamples { _, times in
      ends.add(times.minTime)
      ends.add(times.maxTime)
    }
    for bin in samples.bins { ends.add(bin.times, count: 0) }
    guard ends.isComplete else { return }
    var groups: [(times: TimeRange, count: Int)] = []
    for bin in ends.bins {
      if let last = groups.last,
        Timestamp(bin.times.minTime) - Timestamp(last.times.maxTime) <= Self.gap
      {
        groups[groups.count - 1].times.include(bin.times)
        groups[groups.count - 1].count &+= bin.count
      } else {
        groups.append((bin.times, bin.count))
      }
    }
    guard groups.count > 1,
      let main = groups.max(by: { ($0.count, $0.times.maxTime) < ($1.count, $1.times.maxTime) })
    else { return }
    // Series that live from one group to the next fill the gap, unless each of them does so with its ends alone.
    range = main.times
    var elsewhere = 0
    series.forEachWithSamples { _, times in
      if times.maxTime < range.minTime || times.minTime > range.maxTime { elsewhere &+= 1 }
    }
    seriesElsewhere = elsewhere
  }
}
