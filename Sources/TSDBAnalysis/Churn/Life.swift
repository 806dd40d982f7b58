internal import TSDBFormat

/// From when to when something is there: a series, or all that have a label in common.
struct Life: Sendable {
  /// First and last sample.
  private(set) var times = TimeRange()
  /// The first millisecond at which an instant query does not find it any more, for good.
  private(set) var end = Int64.min
  /// True where the first sample does not say when it was born.
  private(set) var isUncertain = false
  /// True if a query finds it at the beginning of the time looked at.
  private(set) var isFoundAtStart = false
  /// True if a query finds it at the end of that time.
  private(set) var isFoundAtEnd = false

  /// Nothing was there.
  init() {}

  init(
    _ times: TimeRange, end: Int64, isUncertain: Bool, isFoundAtStart: Bool, isFoundAtEnd: Bool
  ) {
    self.times = times
    self.end = end
    self.isUncertain = isUncertain
    self.isFoundAtStart = isFoundAtStart
    self.isFoundAtEnd = isFoundAtEnd
  }

  /// True if nothing was there.
  var isEmpty: Bool { times.isEmpty }

  /// Takes in another that has the same label.
  mutating func include(_ other: Life) {
    times.include(other.times)
    end = max(end, other.end)
    isUncertain = isUncertain || other.isUncertain
    isFoundAtStart = isFoundAtStart || other.isFoundAtStart
    isFoundAtEnd = isFoundAtEnd || other.isFoundAtEnd
  }

  /// True if it was born in `range`.
  func isBorn(in range: TimeRange) -> Bool {
    times.minTime >= range.minTime && times.minTime <= range.maxTime
  }

  /// True if it is gone in `range` for the first time.
  func hasDied(in range: TimeRange) -> Bool { end >= range.minTime && end <= range.maxTime }

  /// True if it was there before `range`, and not gone when that begins.
  func isEarlier(than range: TimeRange) -> Bool {
    times.minTime < range.minTime && end >= range.minTime
  }

  /// True if it is there at the end of `range`, found by a query or away for a while.
  func isThere(atEndOf range: TimeRange) -> Bool {
    times.minTime <= range.maxTime && end > range.maxTime
  }
}
