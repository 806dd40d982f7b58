internal import PrometheusConfig
internal import TSDBFormat

extension WhatIf {
  /// What `changes` would have made of the series that were read: of blocks and head together where both
  /// were read, and of a head alone, of those that replay keeps.
  public init(of read: DirectoryHistory, parts: DirectoryHistory.Parts, _ changes: SeriesChanges) {
    var census = WhatIfCensus(read, changes)
    let oldest = parts == .head ? read.head.census.minValidTime : .min
    census.countAll(from: oldest)
    self = census.finished()
  }
}

/// One pass over the series of a history, each changed by itself; what comes out is counted.
private struct WhatIfCensus {
  typealias PairID = LabelPairTable.PairID
  typealias SeriesID = SeriesTable.SeriesID

  private let read: DirectoryHistory
  private let baseline: Baseline
  private var result = WhatIf()
  private var pairs: LabelPairTable
  private var jobs: JobRules
  private var limits: LimitCheck
  private var dropped: HistoryFilter
  private var kept: HistoryFilter
  private let hasDropped: Bool
  private var isLabelDropped: [Bool]
  private let metricName: LabelPairTable.NameID
  /// The series after the change; their pairs in ascending order.
  private var after = SeriesTable()
  /// By series after the change: how many it comes from.
  private var sources: [UInt32] = []
  /// The same: whether replay keeps it in the head.
  private var isLive: [Bool] = []
  private var sideBefore: SideCensus
  private var sideAfter: SideCensus
  private var row = PairRow()

  init(_ read: DirectoryHistory, _ changes: SeriesChanges) {
    self.read = read
    let history = read.history
    result.range = history.series.timeRange
    baseline = Baseline(of: history.series, range: result.range)
    var pairs = history.pairs
    metricName = pairs.intern(name: Array("__name__".utf8).rawBytes)
    jobs = JobRules(changes, history, &pairs)
    limits = LimitCheck(jobs.jobs.map(\.configuration), pairs)
    dropped = HistoryFilter(changes.dropped, history)
    kept = HistoryFilter(changes.kept, history)
    hasDropped = !changes.dropped.isEmpty
    isLabelDropped = [Bool](repeating: false, count: pairs.nameCount)
    for name in changes.droppedLabels {
      if let id = pairs.nameID(of: name) { isLabelDropped[Int(id)] = true }
    }
    self.pairs = pairs
    sideBefore = SideCensus(metricName: metricName)
    sideAfter = sideBefore
  }

  mutating func countAll(from oldest: Int64) {
    let history = read.history
    history.series.forEachWithSamples { series, times in
      guard times.maxTime >= oldest else { return }
      count(series, times, history)
    }
    let after = self.after
    for series in 0..<SeriesID(after.count) {
      let times = after.times[Int(series)]
      sideAfter.add(
        after.pairs(of: series), pairs, times, isLive: isLive[Int(series)],
        isBorn: !baseline.contains(times.minTime))
    }
  }

  private mutating func count(_ series: SeriesID, _ times: TimeRange, _ history: SeriesHistory) {
    let labels = history.series.pairs(of: series)
    let isLive =
      Int(series) < read.headSeries && times.maxTime >= read.head.census.minValidTime
    sideBefore.add(
      labels, pairs, times, isLive: isLive, isBorn: !baseline.contains(times.minTime))
    if hasDropped, dropped.selects(series) { return result.droppedSeries += 1 }
    guard kept.selects(series) else { return result.droppedSeries += 1 }
    row.fill(labels, pairs)
    if let job = jobs.job(of: row, pairs) {
      result.seriesByJob[jobs.jobs[job].configuration.jobName, default: 0] += 1
      guard jobs.apply(job, to: &row, &pairs), row.count > 0 else {
        return result.droppedSeries += 1
      }
      limits.add(row, times, job: job, pairs)
    }
    if !isLabelDropped.isEmpty { row.remove(isLabelDropped, in: pairs) }
    guard row.count > 0 else { return result.droppedSeries += 1 }
    if row.pair(named: metricName, in: pairs) == nil { result.unnamedSeries += 1 }
    let changed = after.intern(row.all.sorted().span)
    after.include(times, of: changed)
    if Int(changed) == sources.count {
      sources.append(0)
      self.isLive.append(false)
    }
    sources[Int(changed)] += 1
    if isLive { self.isLive[Int(changed)] = true }
  }

  mutating func finished() -> WhatIf {
    countCollisions()
    result.before = sideBefore.side(pairs)
    result.after = sideAfter.side(pairs)
    // Pairs and samples that no live series has, or whose number is known, as the head has them.
    result.before.headPairs = read.headPairs
    result.after.headPairs = max(0, read.headPairs - sideBefore.headPairs + sideAfter.headPairs)
    let samples = read.head.census.samples
    result.before.headSamples = samples
    let series = result.before.headSeries
    let interval = max(1, sideBefore.headSpan / Double(max(1, samples - series)))
    let share = { (side: SideCensus, series: Int) in side.headSpan / interval + Double(series) }
    let whole = share(sideBefore, series)
    result.after.headSamples =
      whole > 0 ? Int(Double(samples) * share(sideAfter, result.after.headSeries) / whole) : 0
    let (end, start) = (Double(result.range.maxTime), Double(baseline.end))
    if end > start, !result.range.isEmpty { result.birthSeconds = (end - start) / 1000 }
    result.metrics = SideCensus.changes(sideBefore, sideAfter, pairs)
    result.limits = limits.exceeded(pairs)
    return result
  }

  private mutating func countCollisions() {
    var top = TopList(limit: 10)
    for (series, count) in sources.enumerated() where count > 1 {
      result.collisions += 1
      result.mergedSeries += Int(count) - 1
      top.insert(count: UInt64(count), number: series) { $0 < $1 }
    }
    result.largestCollisions = top.sorted { $0 < $1 }.map { entry in
      let own = after.pairs(of: SeriesID(entry.number))
      let labels = own.indices.map { pairs.label(ofPair: own[$0]) }
      return WhatIf.Collision(
        labels: labels.sorted { $0.name.lexicographicallyPrecedes($1.name) },
        series: Int(clamping: entry.count))
    }
  }
}
