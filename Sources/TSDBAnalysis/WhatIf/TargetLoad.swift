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

  /// How many series begin, or end, at a time: series that come one behind the other mostly do so with
  /// the same scrape, and count as one entry.
  private struct Counts {
    private(set) var entries: [(time: Int64, count: Int)] = []

    mutating func add(_ time: Int64) {
      if let last = entries.indices.last, entries[last].time == time {
        entries[last].count += 1
      } else {
        entries.append((time, 1))
      }
    }

    /// All entries by time.
    var sorted: [(time: Int64, count: Int)] { entries.sorted { $0.time < $1.time } }
  }

  private struct Times {
    var starts = Counts()
    var ends = Counts()
    var series = 0
  }

  /// By index, the targets in the order in which they were met.
  private var times: [Times] = []
  private var indices: [Target: Int] = [:]
  private var last: (target: Target, index: Int)?

  init() {}

  /// The targets of all series of a history with one of these jobs.
  public init(of history: SeriesHistory, jobs: Set<[UInt8]>) {
    guard let jobName = history.pairs.nameID(of: Array("job".utf8)) else { return }
    var jobFinder = LabelFinder(jobName)
    var instanceFinder = LabelFinder("instance", in: history)
    let wanted = Set(jobs.compactMap { history.pairs.pairID(name: jobName, value: $0.rawBytes) })
    history.series.forEachWithSamples { series, times in
      guard let job = jobFinder.pair(of: series, in: history), wanted.contains(job) else { return }
      let instance = instanceFinder?.pair(of: series, in: history)
      add(times, of: Target(job: job, instance: instance))
    }
  }

  /// Takes a series in.
  mutating func add(_ range: TimeRange, of target: Target) {
    let index = index(of: target)
    times[index].starts.add(range.minTime)
    times[index].ends.add(range.maxTime)
    times[index].series += 1
  }

  private mutating func index(of target: Target) -> Int {
    if let last, last.target == target { return last.index }
    let index = indices[target] ?? times.count
    if index == times.count {
      indices[target] = index
      times.append(Times())
    }
    last = (target, index)
    return index
  }

  /// The most series that any target exposed at a time before `end`.
  public func most(before end: Int64) -> Int {
    var most = 0
    for times in times {
      Self.sweep(times) { if $0 < end { most = max(most, $1) } }
    }
    return most
  }

  /// All targets that exposed more than `limit` series at a time, those that did first before others,
  /// and of equals those of the pair that was met first.
  public func exceeding(_ limit: Int) -> [Excess] {
    var found: [Excess] = []
    for (target, index) in indices where times[index].series > limit {
      var most = 0
      var since: Int64?
      Self.sweep(times[index]) { time, count in
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

  /// The stretches of time in which targets exposed more than `limit` series.
  func stretches(above limit: Int) -> [(target: Target, range: TimeRange)] {
    var found: [(target: Target, range: TimeRange)] = []
    for (target, index) in indices where times[index].series > limit {
      var start: Int64?
      Self.sweepAll(times[index]) { time, count in
        if count > limit {
          start = start ?? time
        } else if let begin = start {
          // A series counts at its last sample too, so the stretch ends there.
          found.append((target, TimeRange(minTime: begin, maxTime: time)))
          start = nil
        }
      }
    }
    return found
  }

  /// Calls `body` with each time at which series begin, or have ended, and the number then.
  private static func sweepAll(_ times: Times, _ body: (Int64, Int) -> Void) {
    let (starts, ends) = (times.starts.sorted, times.ends.sorted)
    var (count, begin, end) = (0, 0, 0)
    while end < ends.count {
      if begin < starts.count, starts[begin].time <= ends[end].time {
        count += starts[begin].count
        begin += 1
        if begin < starts.count, starts[begin].time == starts[begin - 1].time { continue }
        body(starts[begin - 1].time, count)
      } else {
        count -= ends[end].count
        end += 1
        if end < ends.count, ends[end].time == ends[end - 1].time { continue }
        body(ends[end - 1].time, count)
      }
    }
  }

  /// Calls `body` with each time at which series begin, and the number from there on.
  private static func sweep(_ times: Times, _ body: (Int64, Int) -> Void) {
    let (starts, ends) = (times.starts.sorted, times.ends.sorted)
    var (begun, ended, nextEnd) = (0, 0, 0)
    for (index, start) in starts.enumerated() {
      begun += start.count
      guard index + 1 == starts.count || starts[index + 1].time != start.time else { continue }
      while nextEnd < ends.count, ends[nextEnd].time < start.time {
        ended += ends[nextEnd].count
        nextEnd += 1
      }
      body(start.time, begun - ended)
    }
  }
}
