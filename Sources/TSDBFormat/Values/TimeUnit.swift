/// Times that were written in another unit than milliseconds, or by a machine without a clock.
public enum TimeUnit: String, Sendable, CaseIterable {
  /// Billionths of a second: a thousand thousand times too far from 1970.
  case nanoseconds
  /// Millionths.
  case microseconds
  /// Seconds: January 1970.
  case seconds

  /// The first release of Prometheus, in milliseconds since 1970 (2012-11-24); samples that were written by it are
  /// later.
  static let firstServer: Int64 = 1_353_715_200_000

  /// `time` as milliseconds, if it is in this unit.
  func milliseconds(_ time: Int64) -> Int64? {
    switch self {
    case .nanoseconds: return time / 1_000_000
    case .microseconds: return time / 1000
    case .seconds:
      let (milliseconds, isTooLarge) = time.multipliedReportingOverflow(by: 1000)
      return isTooLarge ? nil : milliseconds
    }
  }

  /// The unit in which `time` would be a time at which Prometheus was there and that is not after `now`; nil if
  /// it is one in milliseconds, or in no unit.
  public static func guess(of time: Int64, now: Int64) -> (unit: TimeUnit, time: Int64)? {
    func isPlausible(_ time: Int64) -> Bool { time >= firstServer && time <= now }
    guard !isPlausible(time) else { return nil }
    for unit in allCases {
      if let found = unit.milliseconds(time), isPlausible(found) { return (unit, found) }
    }
    return nil
  }
}
