public import TSDBFormat

/// When samples came at all, by the minute: what a log shows of a server that was down, although most
/// series were there before and after.
public struct SampleActivity: Sendable {
  /// The shortest stretch without samples that counts as one: no scrape is as rare.
  static let shortestGap: Int64 = 10 * 60_000

  /// By minute: first to last sample in it.
  private var minutes: [Int64: TimeRange] = [:]
  private var last: (minute: Int64, range: TimeRange)?

  /// No samples yet.
  public init() {}

  /// Takes in that there is a sample at `time`.
  mutating func note(_ time: Int64) {
    let minute = time / 60_000
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
      if let before, TimeRange(minTime: before, maxTime: range.minTime).duration >= Self.shortestGap
      {
        gaps.append(TimeRange(minTime: before, maxTime: range.minTime))
      }
      before = max(before ?? range.maxTime, range.maxTime)
    }
    return gaps
  }
}
