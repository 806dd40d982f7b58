public import TSDBFormat
public import TSDBStore

/// What is missing, series by series and sample by sample, of what could be read before. Markers of the
/// end of a series are not samples. Counts that are compared by metric would not do: what comes back would
/// hide what goes.
public struct SampleLoss: Sendable {
  /// By the value of `__name__`, empty where a series has none: samples that are missing, and series of
  /// which nothing is left.
  public private(set) var lost: [[UInt8]: ReplayComparison.Count] = [:]
  /// Samples that could be read before.
  public private(set) var samples = 0
  /// By metric: what is left.
  public private(set) var left: [[UInt8]: ReplayComparison.Count] = [:]

  /// What `before` gives and `after` does not. What was counted of `before` is taken out of `known`, where `after` is
  /// a part of it. Throws `FileError.system` if a temporary file cannot be used.
  public init(
    from before: ReplayPlan, to after: ReplayPlan, jobs: Int, temporaryFolder: String = "/tmp",
    maxMemory: Int = 1 << 29, known: CountedSeries? = nil
  ) async throws(FileError) {
    try await self.init(
      from: before, to: after, jobs: jobs, temporaryFolder: temporaryFolder, maxMemory: maxMemory,
      settled: await SettledSeries.settle(before, after, jobs: jobs, known: known))
  }

  /// The same where some series are `settled`; nil to compare all of them sample by sample.
  init(
    from before: ReplayPlan, to after: ReplayPlan, jobs: Int, temporaryFolder: String = "/tmp",
    maxMemory: Int = 1 << 29, settled: SettledSeries?
  ) async throws(FileError) {
    let options = HeadReplay.Options(
      selectors: [], memory: maxMemory, folder: temporaryFolder, jobs: jobs, usesSnapshot: false)
    var (before, after) = (before, after)
    if let settled {
      (lost, left, samples) = (settled.lost, settled.left, settled.samples)
      if settled.isAll { return }
      (before.counted, after.counted) = (settled.before, settled.after)
    }
    var old = try SeriesSource(before, try await HeadReplay(before, options))
    var new = try SeriesSource(after, try await HeadReplay(after, options))
    var mine = try new.nextSeries()
    var theirs = try old.nextSeries()
    while let first = [mine?.labels, theirs?.labels].compactMap(\.self).min(by: {
      $0.isOrdered(before: $1)
    }) {
      var pair: (old: [SampleRun], new: [SampleRun]) = ([], [])
      if let work = theirs, work.labels == first {
        pair.old = work.runs
        theirs = try old.nextSeries()
      }
      if let work = mine, work.labels == first {
        pair.new = work.runs
        mine = try new.nextSeries()
      }
      take(first.metric, pair.old, pair.new)
    }
  }

  /// What leaves with the head of `directory`: samples of the series that `options` select which no block
  /// has besides. `body` gets each series with samples in the head, how many leave, and when. Throws `FileError.system` if a temporary file
  /// cannot be used.
  public static func ofHead(
    _ directory: DataDirectory, _ options: SampleView.Options,
    _ body: ([Label], ReplayComparison.Count) -> Void
  ) async throws(FileError) {
    var options = options
    (options.readsHead, options.readsBlocks) = (true, true)
    var source = try await SeriesSource(directory, options)
    while let work = try source.nextSeries() {
      guard let head = work.head else { continue }
      let own = samples(of: head.replayed.runs(head.chunks))
      guard !own.isEmpty else { continue }
      body(work.labels, .init(of: own.less(samples(of: work.blockRuns)), series: 1))
    }
  }

  private mutating func take(_ metric: [UInt8], _ old: [SampleRun], _ new: [SampleRun]) {
    let after = Self.samples(of: new)
    if !after.isEmpty { left[metric, default: .init()].add(.init(of: after, series: 1)) }
    guard !old.isEmpty else { return }
    let before = Self.samples(of: old)
    samples += before.count
    let missing = before.less(after)
    guard !missing.isEmpty else { return }
    lost[metric, default: .init()].add(.init(of: missing, series: after.isEmpty ? 1 : 0))
  }

  /// The samples of `runs` in order, each once; those of one time differ in their values.
  private static func samples(of runs: [SampleRun]) -> SampleBatch {
    var samples = SampleBatch()
    guard !runs.isEmpty else { return samples }
    var merge = SampleMerge(range: TimeRange(minTime: .min, maxTime: .max), asQueried: true)
    merge.merge(runs) { samples.append(contentsOf: $0) }
    return samples.withoutMarkers.distinct
  }
}
