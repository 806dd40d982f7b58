package import TSDBFormat

/// What was deleted of a series: stretches of time in order, none of which meets another, as a server keeps
/// them (Prometheus: tsdb/tombstones/tombstones.go, `Intervals`). Asking costs the logarithm of how many
/// there are: a client can delete one sample at a time.
package struct DeletedTimes: Equatable, Sendable {
  private var ranges: [TimeRange] = []

  /// Nothing.
  package init() {}

  /// All of `stretches`, which come in any order; empty ones delete nothing.
  package init(_ stretches: [TimeRange]) {
    for stretch in stretches.sorted(by: { $0.minTime < $1.minTime }) where !stretch.isEmpty {
      if let last = ranges.last,
        last.maxTime == .max || stretch.minTime <= last.maxTime &+ 1
      {
        ranges[ranges.count - 1].include(stretch.maxTime)
      } else {
        ranges.append(stretch)
      }
    }
  }

  /// The first stretch that does not end before `time`.
  private func first(notBefore time: Int64) -> TimeRange? {
    var (low, high) = (0, ranges.count)
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].maxTime < time { low = middle + 1 } else { high = middle }
    }
    return low < ranges.count ? ranges[low] : nil
  }

  /// True where the sample at `time` is deleted.
  package func contains(_ time: Int64) -> Bool {
    first(notBefore: time).map { $0.minTime <= time } ?? false
  }

  /// True where something in `range` may be deleted.
  func overlaps(_ range: TimeRange) -> Bool {
    first(notBefore: range.minTime).map { $0.minTime <= range.maxTime } ?? false
  }

  /// True where all of `range` is deleted.
  func covers(_ range: TimeRange) -> Bool {
    first(notBefore: range.minTime).map {
      $0.minTime <= range.minTime && range.maxTime <= $0.maxTime
    } ?? false
  }
}
