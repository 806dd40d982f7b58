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

  /// By the value of `__name__`, empty where a series has none: what a query over all time counts of
  /// what is served.
  public private(set) var served: [[UInt8]: Count] = [:]
  /// The same of all that can be read.
  public private(set) var everything: [[UInt8]: Count] = [:]
  /// By metric: samples that are not served, and series of which none is.
  public private(set) var lost: [[UInt8]: Count] = [:]
  /// Samples whose series record is gone, in the log and in `chunks_head`, and how many refs those in
  /// chunks have: they are on disk, and nothing tells their labels.
  public private(set) var unlabelled = Count()
  /// Samples in served chunks that are older than all samples their series has in the log, and how many
  /// series that concerns. Where the log was never cut, such chunks are of other series, which had the
  /// refs before.
  public private(set) var foreign = Count()
  /// Metrics with a damaged chunk in a block: a query over all their time fails.
  public private(set) var failing: Set<[UInt8]> = []
  /// What was wrong with what is served.
  public private(set) var problems: [FileError] = []

  /// Compares what `everything` gives with what `served` gives. Throws `FileError.system` if a temporary
  /// file cannot be used.
  public init(
    everything: ReplayPlan, served: ReplayPlan, jobs: Int, temporaryFolder: String = "/tmp",
    maxMemory: Int = 1 << 29
  ) async throws(FileError) {
    let options = HeadReplay.Options(
      selectors: [], memory: maxMemory, folder: temporaryFolder, jobs: jobs, usesSnapshot: false)
    let replay = try await HeadReplay(served, options)
    let source = try await HeadReplay(everything, options)
    unlabelled.samples = source.strays.samplesOutsideChunks
    countOrphans(source, everything)
    var mine = try SeriesSource(served, replay)
    var all = try SeriesSource(everything, source)
    var left = try mine.nextSeries()
    var right = try all.nextSeries()
    while left != nil || right != nil {
      if let work = left, right.map({ work.labels.isOrdered(before: $0.labels) }) ?? true {
        compare(nil, work)
        left = try mine.nextSeries()
      } else if let work = right, left.map({ work.labels.isOrdered(before: $0.labels) }) ?? true {
        compare(work, nil)
        right = try all.nextSeries()
      } else {
        compare(right, left)
        left = try mine.nextSeries()
        right = try all.nextSeries()
      }
    }
    for name in failing {
      self.served[name] = nil
      lost[name] = self.everything[name]
    }
    problems = Array((mine.problems + problems).prefix(1000))
  }

  /// Two series of equal labels, or one that the other plan does not have.
  private mutating func compare(_ everything: SeriesWork?, _ served: SeriesWork?) {
    let name =
      (everything ?? served)?.labels.first { $0.name == Array("__name__".utf8) }?.value ?? []
    let before = problems.count
    let known = served.map { times(of: $0, isServed: true) } ?? []
    if problems.count > before { failing.insert(name) }
    var count = Count(of: known)
    if count.samples > 0 { self.served[name, default: Count()].add(count) }
    guard let everything else { return }
    let all = times(of: everything, isServed: false)
    if !all.isEmpty { self.everything[name, default: Count()].add(Count(of: all)) }
    var missing: [Int64] = []
    var next = 0
    for time in all {
      while next < known.count, known[next] < time { next += 1 }
      if next >= known.count || known[next] != time { missing.append(time) }
    }
    guard !missing.isEmpty else { return }
    count = Count(of: missing)
    if !known.isEmpty { count.series = 0 }
    lost[name, default: Count()].add(count)
  }

  /// The times of the samples of a series, in order.
  private mutating func times(of work: SeriesWork, isServed: Bool) -> [Int64] {
    let head = work.head?.replayed
    let runs = (head?.runs(work.head?.chunks ?? HeadChunkIndex()) ?? []) + work.blockRuns
    if isServed, let head, let chunks = work.head?.chunks { noteForeign(head, chunks) }
    var merge = SampleMerge(range: TimeRange(minTime: .min, maxTime: .max))
    var times: [Int64] = []
    merge.merge(runs) { samples in
      for index in 0..<samples.count where !samples.isStale(at: index) {
        times.append(samples.times[index])
      }
    }
    // A server passes over a chunk of the head that it cannot unpack.
    let ofBlocks = isServed ? Set(work.blockRuns.flatMap(\.blockPaths)) : []
    if isServed { problems += merge.problems.filter { ofBlocks.contains($0.path) }.prefix(1) }
    return times
  }

  private mutating func noteForeign(_ head: HeadSeries, _ chunks: HeadChunkIndex) {
    guard let first = head.firstOfLog else { return }
    let strange = head.chunks.filter { $0.range.maxTime < first }
    guard !strange.isEmpty else { return }
    foreign.series += 1
    for chunk in strange {
      foreign.add(SampleRun(of: chunk, in: chunks), series: 0)
    }
  }

  private mutating func countOrphans(_ replay: HeadReplay, _ plan: ReplayPlan) {
    var refs = replay.refs
    var last: UInt64?
    for chunk in replay.chunks.all where chunk.range.maxTime >= plan.minValidTime {
      guard refs.series(of: chunk.ref) < 0 else { continue }
      unlabelled.add(SampleRun(of: chunk, in: replay.chunks), series: last == chunk.ref ? 0 : 1)
      last = chunk.ref
    }
  }
}

extension ReplayComparison.Count {
  /// One series with samples at these times, in order.
  fileprivate init(of times: [Int64]) {
    guard let first = times.first, let last = times.last else { return }
    series = 1
    samples = times.count
    timeRange = TimeRange(minTime: first, maxTime: last)
  }

  /// Adds the samples of a chunk, and so many series.
  fileprivate mutating func add(_ run: SampleRun, series count: Int) {
    var batch = SampleBatch()
    _ = run.unpack(into: &batch)
    series += count
    for index in 0..<batch.count where !batch.isStale(at: index) {
      samples += 1
      timeRange.include(TimeRange(minTime: batch.times[index], maxTime: batch.times[index]))
    }
  }

  /// Adds the series and samples of `other`.
  public mutating func add(_ other: ReplayComparison.Count) {
    series += other.series
    samples += other.samples
    if !other.timeRange.isEmpty { timeRange.include(other.timeRange) }
  }
}

extension SampleBatch {
  /// True for the marker of the end of a series.
  fileprivate func isStale(at index: Int) -> Bool {
    switch value(at: index) {
    case .float(let bits): bits == StaleMarker.bits
    case .histogram(let histogram): histogram.isStale
    }
  }
}
