public import TSDBFormat

/// When samples came at all, by the minute: what a log shows of a server that was down, although most
/// series were there before and after.
public struct SampleActivity: Sendable {
  private static let minute: Int64 = 60_000
  /// The shortest stretch without samples that counts as one: no scrape is as rare.
  static let shortestGap: Int64 = 10 * 60_000

  /// By minute: first to last sample in it.
  private var minutes: [Int64: TimeRange] = [:]
  private var last: (minute: Int64, range: TimeRange)?

  /// No samples yet.
  public init() {}

  /// Takes in that there is a sample at `time`.
  mutating func note(_ time: Int64) {
    let minute = time / Self.minute
    if last?.minute == minute {
      last?.range.include(time)
      return
    }
    flush()
    last = (minute, TimeRange(minTime: time, maxTime: time))
  }

  private mutating func flush() {
    guard let last else { return }
    minutes[last.minute, default: TimeRange()].include(last.range)
  }

  /// The stretches without samples between the first and the last, ascending: from the last sample before
  /// to the first one after.
  public var gaps: [TimeRange] {
    var all = self
    all.flush()
    var gaps: [TimeRange] = []
    var before: Int64?
    for range in all.minutes.values.sorted(by: { $0.minTime < $1.minTime }) {
      if let before, Time.span(from: before, to: range.minTime) >= Self.shortestGap {
        gaps.append(TimeRange(minTime: before, maxTime: range.minTime))
      }
      before = max(before ?? range.maxTime, range.maxTime)
    }
    return gaps
  }
}

/// Arithmetic on times from disk, which may lie anywhere: what leaves the numbers stops at their ends.
enum Time {
  /// Milliseconds from one time to a later one; 0 where it is not later.
  static func span(from first: Int64, to last: Int64) -> Int64 {
    guard last > first else { return 0 }
    return Int64(clamping: UInt64(bitPattern: last &- first))
  }

  /// The time `milliseconds` after another, or before it.
  static func moved(_ time: Int64, by milliseconds: Int64) -> Int64 {
    let (sum, overflow) = time.addingReportingOverflow(milliseconds)
    guard overflow else { return sum }
    return milliseconds > 0 ? .max : .min
  }
}
