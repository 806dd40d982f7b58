internal import PrometheusConfig
internal import TSDBFormat

extension WhatIf {
  /// What `changes` would have made of the series that were read: of blocks and head together where both
  /// were read, and of a head alone, of those that replay keeps.
  public init(of read: DirectoryHistory, parts: DirectoryHistory.Parts, _ changes: SeriesChanges) {
    self.init(of: read, Unchanged(read, parts: parts), changes)
  }

  /// The same, where the series as they are were counted before.
  public init(of read: DirectoryHistory, _ unchanged: Unchanged, _ changes: SeriesChanges) {
    var census = WhatIfCensus(read, unchanged, changes)
    census.countAll()
    var refused = census.refusedScrapes
    if !refused.isEmpty {
      // What else is in those scrapes is not stored either.
      refused.close()
      census = WhatIfCensus(read, unchanged, changes, refused: refused)
      census.countAll()
    }
    self = census.finished()
  }
}

/// One pass over the series of a history, each changed by itself; what comes out is counted.
private struct WhatIfCensus {
  typealias PairID = LabelPairTable.PairID
  typealias SeriesID = SeriesTable.SeriesID

  private let read: DirectoryHistory
  private let before: WhatIf.Unchanged
  private let names: PairRow.Names
  private var result = WhatIf()
  private var pairs: LabelPairTable
  private var jobs: JobRules
  private var limits: LimitCheck
  private var dropped: HistoryFilter
  private var kept: HistoryFilter
  private let hasDropped: Bool
  private let dropsLabels: Bool
  private var isLabelDropped: [Bool]
  private let metricName: LabelPairTable.NameID
  /// The series after the change; their pairs in ascending order.
  private var after = SeriesTable()
  /// By series after the change: how many it comes from.
  private var sources: [UInt32] = []
  /// The same: whether replay keeps it in the head.
  private var isLive: [Bool] = []
  private var sideAfter: SideCensus
  private var row = PairRow()
  private var sorted: [PairID] = []
  /// By job: the series that it scraped.
  private var jobSeries: [Int]
  /// By name: whether the value of a label decides what becomes of a series. Empty where rules do more than
  /// drop series, and labels by their names.
  private let isLookedAt: [Bool]
  /// The last series, where the next may fare as it did: the buckets of a histogram come one behind the
  /// other.
  private var last: Last?
  /// The pairs in which a series differs from the last.
  private var differences: [(old: PairID, new: PairID)] = []

  /// What became of a series. If it was kept, `sorted` has its labels.
  private struct Last {
    var series: SeriesID
    let job: Int
    var isDropped = false
    var isUnnamed = false
  }

  /// Scrapes that are known to be refused; nil where that is still to be found out.
  private let refused: RefusedScrapes?
  private var newlyRefused = RefusedScrapes()
  private var refusals: SeriesRefusal
  /// Scraped series with a label `job` that no job of the file gives.
  private var strangers = 0

  init(
    _ read: DirectoryHistory, _ unchanged: WhatIf.Unchanged, _ changes: SeriesChanges,
    refused: RefusedScrapes? = nil
  ) {
    self.read = read
    self.refused = refused
    before = unchanged
    names = unchanged.names
    let history = read.history
    result.range = unchanged.range
    var pairs = history.pairs
    metricName = pairs.intern(name: Array("__name__".utf8).rawBytes)
    jobs = JobRules(changes, history, &pairs)
    jobSeries = [Int](repeating: 0, count: jobs.jobs.count)
    limits = LimitCheck(jobs.jobs.map(\.configuration), pairs)
    refusals = SeriesRefusal(jobs.jobs.map(\.configuration), metricName: metricName)
    dropped = HistoryFilter(changes.dropped, history)
    kept = HistoryFilter(changes.kept, history)
    hasDropped = !changes.dropped.isEmpty
    dropsLabels = !changes.droppedLabels.isEmpty
    isLabelDropped = [Bool](repeating: false, count: pairs.nameCount)
    for name in changes.droppedLabels {
      if let id = pairs.nameID(of: name) { isLabelDropped[Int(id)] = true }
    }
    let isSimple =
      refused == nil && changes.dropped.isEmpty && changes.kept.isEmpty
      && changes.droppedLabels.isEmpty
    isLookedAt = isSimple ? jobs.namesLookedAt(pairs.nameCount) ?? [] : []
    self.pairs = pairs
    sideAfter = SideCensus(metricName: metricName)
  }

  mutating func countAll() {
    let (history, oldest) = (read.history, before.oldest)
    history.series.forEachWithSamples { series, times in
      guard times.maxTime >= oldest else { return }
      count(series, times, history)
    }
    let (after, baseline) = (self.after, before.baseline)
    for series in 0..<SeriesID(after.count) {
      let times = after.times[Int(series)]
      sideAfter.add(
        after.pairs(of: series), pairs, times, isLive: isLive[Int(series)],
        isBorn: !baseline.contains(times.minTime))
    }
  }

  private mutating func count(_ series: SeriesID, _ times: TimeRange, _ history: SeriesHistory) {
    if let last {
      if differsOnlyElsewhere(series, from: last.series, history) {
        return count(series, times, like: last)
      }
      self.last = nil
    }
    if hasDropped, dropped.selects(series) { return result.droppedSeries += 1 }
    guard kept.selects(series) else { return result.droppedSeries += 1 }
    row.fill(history.series.pairs(of: series), names)
    let job = jobs.job(of: row, pairs)
    var isRefused = false
    if let job {
      jobSeries[job] += 1
      let target = limits.target(of: row)
      guard jobs.apply(job, to: &row, &pairs), row.count > 0 else {
        remember(Last(series: series, job: job, isDropped: true))
        return result.droppedSeries += 1
      }
      isRefused = refuses(times, job: job, target)
      if refused?.covers(times, of: target) == true { return result.refusedSeries += 1 }
    } else if jobs.isStranger(row, pairs) {
      strangers += 1
    }
    if dropsLabels {
      row.removeAll { [isLabelDropped] name in
        Int(name) < isLabelDropped.count && isLabelDropped[Int(name)]
      }
    }
    guard row.count > 0 else { return result.droppedSeries += 1 }
    let isUnnamed = row.pair(named: metricName) == nil
    if isUnnamed, !isRefused { result.unnamedSeries += 1 }
    row.sort(into: &sorted)
    addSorted(times, isLive: read.isLive(series, times))
    if let job, !limits.areLimited(job), !isRefused {
      remember(Last(series: series, job: job, isUnnamed: isUnnamed))
    }
  }

  /// Looks for what in `row` a server refuses the scrape for.
  private mutating func refuses(
    _ times: TimeRange, job: Int, _ target: TargetLoad.Target
  ) -> Bool {
    let reason = refusals.reason(row, job: job, pairs)
    if let reason {
      if reason == .noMetricName { result.unnamedSeries += 1 }
      refusals.add(row, times, reason, job: job, target, pairs)
    }
    let isExceeded = limits.add(row, times, job: job, target, pairs)
    guard reason != nil || isExceeded else { return false }
    if refused == nil { newlyRefused.add(times, of: target) }
    return true
  }

  /// The scrapes that are refused for one of their series, or for their number.
  var refusedScrapes: RefusedScrapes {
    var all = newlyRefused
    for (target, range) in limits.stretchesAboveSampleLimit { all.add(range, of: target) }
    return all
  }

  /// Adds the series that `sorted` has the labels of.
  private mutating func addSorted(_ times: TimeRange, isLive isOwnLive: Bool) {
    // The list is lent out, because a part of this value cannot be read while another changes.
    var labels: [PairID] = []
    swap(&labels, &sorted)
    let changed = after.intern(labels.span)
    swap(&labels, &sorted)
    after.include(times, of: changed)
    if Int(changed) == sources.count {
      sources.append(0)
      isLive.append(false)
    }
    sources[Int(changed)] += 1
    if isOwnLive { isLive[Int(changed)] = true }
  }

  // MARK: Series like the one before

  private mutating func remember(_ last: Last) {
    if !isLookedAt.isEmpty { self.last = last }
  }

  /// True if the series has other values than `last` only in labels that no rule looks at. Notes them.
  private mutating func differsOnlyElsewhere(
    _ series: SeriesID, from last: SeriesID, _ history: SeriesHistory
  ) -> Bool {
    differences.removeAll(keepingCapacity: true)
    let (own, other) = (history.series.pairs(of: series), history.series.pairs(of: last))
    guard own.count == other.count else { return false }
    for place in own.indices where own[place] != other[place] {
      guard let name = names[own[place]], name == names[other[place]], !isLookedAt[Int(name)]
      else { return false }
      differences.append((other[place], own[place]))
    }
    return true
  }

  /// Counts a series whose labels fare as those of the one before.
  private mutating func count(_ series: SeriesID, _ times: TimeRange, like last: Last) {
    self.last?.series = series
    jobSeries[last.job] += 1
    if last.isDropped { return result.droppedSeries += 1 }
    if last.isUnnamed { result.unnamedSeries += 1 }
    for (old, new) in differences {
      // A label that is not there was removed, and so is this one.
      if let place = sorted.firstIndex(of: old) { sorted[place] = new }
    }
    sorted.sort()
    addSorted(times, isLive: read.isLive(series, times))
  }

  mutating func finished() -> WhatIf {
    countCollisions()
    for (job, series) in zip(jobs.jobs, jobSeries) where series > 0 {
      result.seriesByJob[job.configuration.jobName, default: 0] += series
    }
    result.before = before.side.side(pairs)
    result.after = sideAfter.side(pairs)
    // Samples, whose number is known, as the head has them.
    let samples = read.head.census.samples
    result.before.headSamples = samples
    let series = result.before.headSeries
    let interval = max(1, before.side.headSpan / Double(max(1, samples - series)))
    let share = { (side: SideCensus, series: Int) in side.headSpan / interval + Double(series) }
    let whole = share(before.side, series)
    // Where series have a sample each, nothing tells the interval; no change adds samples.
    result.after.headSamples =
      whole > 0
      ? Int(clamping: Double(samples) * min(1, share(sideAfter, result.after.headSeries) / whole))
      : 0
    let (end, start) = (Double(result.range.maxTime), Double(before.baseline.end))
    if end > start, !result.range.isEmpty { result.birthSeconds = (end - start) / 1000 }
    result.metrics = SideCensus.changes(before.side, sideAfter, pairs)
    result.limits = limits.exceeded(pairs)
    result.refusals = refusals.all
    result.unreached = zip(jobs.jobs, jobSeries).compactMap { job, series in
      unreached(job.configuration, series)
    }
    return result
  }

  /// Why the rules of a job do not reach all of its series by its name; nil where they do.
  private func unreached(_ job: ScrapeConfiguration, _ series: Int) -> WhatIf.Unreached? {
    let isIdle = job.metricRelabelRules.isEmpty && job.limits == ScrapeLimits()
    guard !job.jobName.isEmpty, !isIdle else { return nil }
    let reason: WhatIf.Unreached.Reason
    switch job.jobLabel {
    case .unknown: reason = .unknownLabel
    case .value(let label) where label != Array(job.jobName.utf8): reason = .renamed(to: label)
    case .value:
      if job.honorsLabels, strangers > 0 {
        reason = .honorsLabels(others: strangers)
      } else if series == 0 {
        reason = .noSeries
      } else {
        return nil
      }
    }
    return WhatIf.Unreached(job: job.jobName, reason: reason, series: series)
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
