public import TSDBFormat

/// When samples came at all, by the minute: what a log shows of a server that was down, although most
/// series were there before and after.
public struct SampleActivity: Sendable {
  /// The shortest stretch without samples that counts as one: no scrape is as rare.
  static let shortestGap: Int64 = 10 * 60_000

  /// By minute: first to last sample in it.
  private var minutes: [Int64: TimeRange] = [:]
  private var last: (minute: Int64, range: TimeRange)?
  /// Stretches within which there are samples at times that nobody noted: no gap is in them.
  private var spans: [TimeRange] = []
  private static let mostSpans = 4096

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

  /// Takes in a record whose samples are in this stretch. A longer one, such as a sender that catches up writes,
  /// says of what is between its ends only that there may be samples.
  mutating func note(from first: Int64, to last: Int64) {
    note(first)
    note(last)
    let range = TimeRange(minTime: min(first, last), maxTime: max(first, last))
    guard range.duration > 60_000, range != spans.last else { return }
    spans.append(range)
    // Few records are so long. Where most are, what they leave open is all that is kept.
    guard spans.count >= Self.mostSpans else { return }
    spans = Self.joined(spans)
    guard spans.count * 2 >= Self.mostSpans else { return }
    spans = [spans.reduce(into: TimeRange()) { $0.include($1) }]
  }

  /// Ranges that meet as one, ascending.
  private static func joined(_ ranges: [TimeRange]) -> [TimeRange] {
    var joined: [TimeRange] = []
    for range in ranges.sorted(by: { $0.minTime < $1.minTime }) {
      if let last = joined.last, range.minTime <= last.maxTime {
        joined[joined.count - 1].include(range)
      } else {
        joined.append(range)
      }
    }
    return joined
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
    for range in (all.minutes.values + spans).sorted(by: { $0.minTime < $1.minTime }) {
      if let before, TimeRange(minTime: before, maxTime: range.minTime).duration >= Self.shortestGap
      {
        gaps.append(TimeRange(minTime: before, maxTime: range.minTime))
      }
      before = max(before ?? range.maxTime, range.maxTime)
    }
    return gaps
  }
}
