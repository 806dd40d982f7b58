public import TSDBFormat
public import TSDBStore

/// What one plan gives and another does not, sample by sample: what is on disk against what a server
/// serves. Markers of the end of a series are not samples.
public struct ReplayComparison: Sendable {
  /// Series and samples, and when.
  public struct Count: Equatable, Sendable {
    /// Series.
    public var series = 0
    /// Samples.
    public var samples = 0
    /// When they are, in milliseconds since 1970.
    public var timeRange = TimeRange()

    /// Nothing.
    public init() {}
  }

  /// By the value of `__name__`, empty where a series has none: what a query for the name, over all the
  /// time that chunks and log say they have, counts of what is served. Metrics are missing of which such
  /// a query fails.
  public private(set) var served: [[UInt8]: Count] = [:]
  /// Of `served`, what such a query finds under a metric that is not its own, because its ref was another's
  /// before. It is counted under its own besides.
  public private(set) var borrowed: [[UInt8]: Count] = [:]
  /// The same of all that can be read.
  public private(set) var everything: [[UInt8]: Count] = [:]
  /// By metric: samples that are not served, and series of which none is.
  public private(set) var lost: [[UInt8]: Count] = [:]
  /// Samples whose series record is gone, in the log and in `chunks_head`, and how many refs those in
  /// chunks have: they are on disk, and nothing tells their labels. Those are left out that the log has
  /// under another ref besides.
  public private(set) var unlabelled = Count()
  /// Samples in served chunks that are older than all samples their series has in the log, and how many
  /// series that concerns. Where the log was never cut, such chunks are of other series, which had the
  /// refs before.
  public private(set) var foreign = Count()
  /// Samples of `chunks_head` that are not served now, but will be under new series, which get their refs.
  public private(set) var waiting = Count()
  /// Samples of the log that are not served because a chunk of their series is newer; those before it are
  /// in no chunk.
  public private(set) var hidden = Count()
  /// Metrics of which a query over all their time fails, because of damage in a block.
  public private(set) var failing: Set<[UInt8]> = []
  /// By metric: samples of `served` that a query gets once more, of the same time and value.
  public private(set) var repeated: [[UInt8]: Int] = [:]
  /// Metrics of which a query that goes through time misses samples, because the chunks of a series in a block are
  /// not in the order of time. One that asks for all of it at once gets them.
  public private(set) var missed: Set<[UInt8]> = []
  /// Of `failing`, metrics of which a query finds a series twice.
  public private(set) var doubled: Set<[UInt8]> = []
  /// Other labels by which a block cannot be asked, because their list of series is damaged.
  public private(set) var failingLabels: [Label] = []
  /// What was wrong with what is served.
  public private(set) var problems: [FileError] = []
  private var reused: ReusedRefs
  /// Replay takes nothing from before this, in milliseconds since 1970.
  private let minValidTime: Int64
  private var orphans: OrphanChunks
  private var twice = SeriesTwice()

  /// Compares what `everything` gives with what `served` gives. What was counted of a log of which this one is a part
  /// is taken out of `known`. Throws `FileError.system` if a temporary file cannot be used.
  public init(
    everything: ReplayPlan, served: ReplayPlan, jobs: Int, temporaryFolder: String = "/tmp",
    maxMemory: Int = 1 << 29, known: CountedSeries? = nil
  ) async throws(FileError) {
    try await self.init(
      everything: everything, served: served, jobs: jobs, temporaryFolder: temporaryFolder,
      maxMemory: maxMemory,
      plain: await PlainSeries.count(
        everything: everything, served: served, jobs: jobs, known: known))
  }

  /// The same where `plain` series were counted before; nil to compare all of them sample by sample.
  init(
    everything: ReplayPlan, served: ReplayPlan, jobs: Int, temporaryFolder: String = "/tmp",
    maxMemory: Int = 1 << 29, plain: PlainSeries?
  ) async throws(FileError) {
    var (everything, served) = (everything, served)
    if let plain {
      if plain.isAll { (everything.segments, served.segments) = ([], []) }
      everything.counted = plain.refs
      served.counted = plain.refs
    }
    let options = HeadReplay.Options(
      selectors: [], memory: maxMemory, folder: temporaryFolder, jobs: jobs, usesSnapshot: false)
    let replay = try await HeadReplay(served, options)
    let source = try await HeadReplay(everything, options)
    // What a block had that goes was not in a chunk of the head.
    minValidTime = everything.blocks.compactMap(\.headBegin).reduce(served.minValidTime, max)
    orphans = OrphanChunks(source, minValidTime: everything.minValidTime)
    reused = ReusedRefs(replay)
    waiting = OrphanChunks.waiting(in: replay, minValidTime: served.minValidTime)
    twice = SeriesTwice(served.blocks)
    if let plain {
      (self.served, self.everything, lost) = (plain.served, plain.everything, plain.lost)
    }
    try compareAll(try SeriesSource(everything, source), try SeriesSource(served, replay))
    unlabelled = orphans.count
    unlabelled.samples += source.strays.samplesOutsideChunks + (plain?.strays ?? 0)
    for folder in served.blocks {
      let failures = QueryFailures(folder)
      failing.formUnion(failures.metrics)
      failingLabels += failures.labels
    }
    doubled = twice.metrics
    failing.formUnion(doubled)
    for name in failing {
      self.served[name] = nil
      borrowed[name] = nil
      repeated[name] = nil
      missed.remove(name)
      lost[name] = self.everything[name]
    }
  }

  /// Goes through the series of both in label order.
  private mutating func compareAll(
    _ everything: consuming SeriesSource, _ served: consuming SeriesSource
  ) throws(FileError) {
    var (all, mine) = (everything, served)
    var left = try mine.nextSeries()
    var right = try all.nextSeries()
    while left != nil || right != nil {
      if let work = left, right.map({ work.labels.isOrdered(before: $0.labels) }) ?? true {
        meet(nil, work)
        left = try mine.nextSeries()
      } else if let work = right, left.map({ work.labels.isOrdered(before: $0.labels) }) ?? true {
        meet(work, nil)
        right = try all.nextSeries()
      } else {
        meet(right, left)
        left = try mine.nextSeries()
        right = try all.nextSeries()
      }
    }
    for (everything, served) in reused.postponed { compare(everything, reused.withoutLost(served)) }
    problems = Array((mine.problems + problems).prefix(1000))
  }

  /// Two series of equal labels, or one that the other plan does not have.
  private mutating func meet(_ everything: SeriesWork?, _ served: SeriesWork?) {
    if let served, reused.postpones(served, against: everything) { return }
    compare(everything, served)
  }

  private mutating func compare(_ everything: SeriesWork?, _ served: SeriesWork?) {
    let name = (everything ?? served)?.labels.metric ?? []
    let found = served.map { samplesServed(of: $0) } ?? SampleBatch()
    if let served, served.head != nil { twice.meetInHead(served.labels) }
    if !found.isEmpty { self.served[name, default: Count()].add(Count(of: found, series: 1)) }
    let known = found.distinct
    if known.count < found.count { repeated[name, default: 0] += found.count - known.count }
    if found.hasLateSamples { missed.insert(name) }
    guard let everything else { return }
    let all = Self.samples(of: everything.runs).samples.distinct
    if !all.isEmpty { self.everything[name, default: Count()].add(Count(of: all, series: 1)) }
    let missing = all.less(known)
    guard !missing.isEmpty else { return }
    if let first = served?.head?.replayed.chunks.first?.range.minTime, everything.head != nil {
      var before = SampleBatch()
      for index in 0..<missing.count
      where missing.times[index] < first && missing.times[index] >= minValidTime {
        before.append(missing, at: index)
      }
      hidden.add(Count(of: before, series: before.isEmpty ? 0 : 1))
    }
    lost[name, default: Count()].add(Count(of: missing, series: known.isEmpty ? 1 : 0))
    orphans.recognize(in: missing)
  }

  /// The samples that are served of a series under its own name; takes in where else they come up.
  private mutating func samplesServed(of work: SeriesWork) -> SampleBatch {
    let head = work.head.flatMap { reused.note($0.replayed, at: $0.rank) }
    let headRuns = head?.runs(work.head?.chunks ?? HeadChunkIndex()) ?? []
    if let head, let chunks = work.head?.chunks { noteForeign(head, chunks) }
    if let rank = work.head?.rank { addUnderOtherNames(headRuns, of: work.labels.metric, rank) }
    let found = Self.samples(of: headRuns + work.blockRuns)
    if !found.problems.isEmpty,
      QueryFailures.areMet(in: work.blockRuns)
        || head.map({ QueryFailures.areMet(in: $0, headRuns) }) ?? false
    {
      failing.insert(work.labels.metric)
      problems += found.problems.prefix(1)
    }
    return found.samples
  }

  /// What a series of the head comes up for besides its own name, because of the refs that it has.
  private mutating func addUnderOtherNames(
    _ runs: [SampleRun], of metric: [UInt8], _ rank: Int
  ) {
    let names = reused.otherNames(of: rank)
    guard !names.isEmpty else { return }
    let count = Count(of: Self.samples(of: runs).samples, series: 1)
    guard count.samples > 0 else { return }
    var all: Set = [metric]
    for name in names {
      served[name, default: Count()].add(count)
      borrowed[name, default: Count()].add(count)
      // The list of a metric that has the ref twice gives the same series twice, which PromQL refuses.
      if !all.insert(name).inserted { failing.insert(name) }
    }
  }

  /// The samples of `runs` as a query finds them that asks for all the time that they claim to have: what a damaged chunk has outside of that stays unseen.
  private static func samples(
    of runs: [SampleRun]
  ) -> (samples: SampleBatch, problems: [FileError]) {
    var span = TimeRange()
    for run in runs where !run.range.isEmpty { span.include(run.range) }
    var merge = SampleMerge(range: TimeRange(minTime: .min, maxTime: .max), asQueried: true)
    var samples = SampleBatch()
    merge.merge(runs) { piece in
      for index in 0..<piece.count where !piece.isMarker(at: index) {
        if span.overlaps(TimeRange(minTime: piece.times[index], maxTime: piece.times[index])) {
          samples.append(piece, at: index)
        }
      }
    }
    return (samples, merge.problems)
  }

  private mutating func noteForeign(_ head: HeadSeries, _ chunks: HeadChunkIndex) {
    guard let first = head.firstOfLog else { return }
    let strange = head.chunks.filter { $0.range.maxTime < first }
    guard !strange.isEmpty else { return }
    foreign.series += 1
    for chunk in strange {
      var batch = SampleBatch()
      _ = SampleRun(of: chunk, in: chunks).unpack(into: &batch)
      foreign.add(Count(of: batch.withoutMarkers, series: 0))
    }
  }
}

extension ReplayComparison.Count {
  /// Samples in order, of so many series.
  init(of samples: SampleBatch, series: Int) {
    guard let first = samples.times.min(), let last = samples.times.max() else { return }
    self.series = series
    self.samples = samples.count
    timeRange = TimeRange(minTime: first, maxTime: last)
  }

  /// Adds the series and samples of `other`.
  public mutating func add(_ other: ReplayComparison.Count) {
    series += other.series
    samples += other.samples
    if !other.timeRange.isEmpty { timeRange.include(other.timeRange) }
  }
}

extension [Label] {
  /// The value of `__name__`; empty where there is none.
  var metric: [UInt8] {
    let name = [UInt8]("__name__".utf8)
    return first { $0.name == name }?.value ?? []
  }
}

extension SampleBatch {
  /// True for the marker of the end of a series.
  fileprivate func isMarker(at index: Int) -> Bool {
    switch value(at: index) {
    case .float(let bits): bits == StaleMarker.bits
    case .histogram(let histogram): histogram.isStale
    }
  }

  /// True where a sample comes behind younger ones, and did not come before them: who goes through time does not
  /// get it.
  fileprivate var hasLateSamples: Bool {
    if zip(times, times.dropFirst()).allSatisfy({ $0 <= $1 }) { return false }
    var inTime: Set<Int64> = []
    var last = Int64.min
    for time in times {
      if time >= last {
        inTime.insert(time)
        last = time
      } else if !inTime.contains(time) {
        return true
      }
    }
    return false
  }

  /// The samples in the order of time, and none of them twice: those of one time differ in their values.
  var distinct: SampleBatch {
    if zip(times, times.dropFirst()).allSatisfy({ $0 < $1 }) { return self }
    let order = times.indices.sorted { (times[$0], $0) < (times[$1], $1) }
    var result = SampleBatch()
    /// Where those of the last time begin.
    var first = 0
    for index in order {
      if result.times.last != times[index] { first = result.count }
      let isKnown = (first..<result.count).suffix(Self.mostOfATime).contains {
        result.value(at: $0) == value(at: index)
      }
      if !isKnown { result.append(self, at: index) }
    }
    return result
  }

  /// A sample is looked for among so many of its time.
  private static let mostOfATime = 64

  /// The samples that `other` has not, of each time as many as it has fewer; both are in order.
  func less(_ other: SampleBatch) -> SampleBatch {
    guard !other.isEmpty else { return self }
    var missing = SampleBatch()
    var next = 0
    for (index, time) in times.enumerated() {
      while next < other.count, other.times[next] < time { next += 1 }
      if next < other.count, other.times[next] == time {
        next += 1
      } else {
        missing.append(self, at: index)
      }
    }
    return missing
  }

  /// The samples less the markers of ends.
  var withoutMarkers: SampleBatch {
    var result = SampleBatch()
    for index in 0..<count where !isMarker(at: index) { result.append(self, at: index) }
    return result
  }
}
