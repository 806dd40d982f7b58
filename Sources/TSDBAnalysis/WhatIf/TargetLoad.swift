internal import TSDBFormat

/// How many series targets exposed at a time: what `sample_limit` is held against.
///
/// A series counts from its first to its last sample, which for series that come and go is what the
/// scrapes had.
public struct TargetLoad: Sendable {
  /// A target, by its pairs of `job` and `instance`; nil where it has none.
  public struct Target: Hashable, Sendable {
    /// The pair of `job`.
    public let job: LabelPairTable.PairID?
    /// The pair of `instance`.
    public let instance: LabelPairTable.PairID?
  }

  /// A target that exceeded a limit.
  public struct Excess: Sendable {
    /// The target.
    public let target: Target
    /// The most series at a time.
    public let most: Int
    /// When the limit was exceeded first, in milliseconds.
    public let since: Int64
  }

  private struct Times {
    var starts: [Int64] = []
    var ends: [Int64] = []
  }

  private var times: [Target: Times] = [:]

  init() {}

  /// The targets of all series of a history with one of these jobs.
  public init(of history: SeriesHistory, jobs: Set<[UInt8]>) {
    guard let jobName = history.pairs.nameID(of: Array("job".utf8)) else { return }
    let instanceName = history.pairs.nameID(of: Array("instance".utf8))
    let wanted = Set(jobs.compactMap { history.pairs.pairID(name: jobName, value: $0.rawBytes) })
    history.series.forEachWithSamples { series, times in
      guard let job = history.pair(of: series, named: jobName), wanted.contains(job) else { return }
      let instance = instanceName.flatMap { history.pair(of: series, named: $0) }
      add(times, of: Target(job: job, instance: instance))
    }
  }

  /// Takes a series in.
  mutating func add(_ range: TimeRange, of target: Target) {
    times[target, default: Times()].starts.append(range.minTime)
    times[target, default: Times()].ends.append(range.maxTime)
  }

  /// The most series that any target exposed at a time before `end`.
  public func most(before end: Int64) -> Int {
    var most = 0
    for times in times.values {
      Self.sweep(times) { if $0 < end { most = max(most, $1) } }
    }
    return most
  }

  /// All targets that exposed more than `limit` series at a time, those that did first before others,
  /// and of equals those of the pair that was met first.
  public func exceeding(_ limit: Int) -> [Excess] {
    var found: [Excess] = []
    for (target, times) in times where times.starts.count > limit {
      var most = 0
      var since: Int64?
      Self.sweep(times) { time, count in
        most = max(most, count)
        if count > limit, since == nil { since = time }
      }
      if let since { found.append(Excess(target: target, most: most, since: since)) }
    }
    return found.sorted {
      ($0.since, $0.target.instance ?? .max, $0.target.job ?? .max)
        < ($1.since, $1.target.instance ?? .max, $1.target.job ?? .max)
    }
  }

  /// Calls `body` with each time at which series begin, and the number from there on.
  private static func sweep(_ times: Times, _ body: (Int64, Int) -> Void) {
    let (starts, ends) = (times.starts.sorted(), times.ends.sorted())
    var ended = 0
    for (index, time) in starts.enumerated() {
      guard index + 1 == starts.count || starts[index + 1] != time else { continue }
      while ended < ends.count, ends[ended] < time { ended += 1 }
      body(time, index + 1 - ended)
    }
  }
}
