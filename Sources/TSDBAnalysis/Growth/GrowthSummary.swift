internal import TSDBFormat

/// Counts all that is told of causes, in one pass over the births of each.
struct GrowthSummary {
  typealias PairID = LabelPairTable.PairID
  typealias NameID = LabelPairTable.NameID
  typealias SeriesID = SeriesTable.SeriesID

  /// What makes an incident of growth.
  private enum Limit {
    /// Fewer births are none.
    static let births = 1000
    /// Growth that ended is large from this share of what was there before, in series or in label bytes …
    static let share = 0.2
    /// … and from so many series in any case.
    static let many = 100_000
    /// More targets of a job are worth a word from this share on, though they still come.
    static let shareOfTargets = 0.05
    /// A pause of so many scrapes ends growth.
    static let pause: Int64 = 5
    /// How far back a series counts as there: a scrape is never as rare.
    static let recent: Int64 = 15 * 60_000
  }

  private let growth: GrowthHistory
  private let source: GrowthSource
  /// By pair: bytes of name and value.
  private let bytes: [Int]

  init(_ growth: GrowthHistory) {
    self.growth = growth
    let pairs = growth.history.pairs
    let names = (0..<NameID(pairs.nameCount)).map { pairs.name($0).byteCount }
    bytes = (0..<PairID(pairs.count)).map {
      names[Int(pairs.nameID(ofPair: $0))] &+ pairs.valueLength(ofPair: $0)
    }
    source = GrowthSource(growth)
  }

  /// The causes, most series first.
  func causes(_ drafts: [GrowthDraft]) -> [GrowthCause] {
    var causes = drafts.map { cause($0) }
    for index in causes.indices {
      causes[index].follows = drafts[index].follows
      causes[index].followsCut = drafts[index].followsCut
      judge(&causes[index])
    }
    let order = causes.indices.sorted {
      (causes[$1].series, causes[$0].firstBirth, $0) < (
        causes[$0].series, causes[$1].firstBirth, $1
      )
    }
    var place = [Int](repeating: 0, count: order.count)
    for (new, old) in order.enumerated() { place[old] = new }
    return order.map { old in
      var cause = causes[old]
      cause.follows = cause.follows.map { place[$0] }
      return cause
    }
  }

  private func cause(_ draft: GrowthDraft) -> GrowthCause {
    let pairs = growth.history.pairs
    var cause = GrowthCause(kind: draft.kind)
    cause.label = draft.label.map { [UInt8](pairs.name($0)) }
    cause.alsoLabels = draft.alsoLabels.map { [UInt8](pairs.name($0)) }
    cause.members = draft.members
    cause.series = draft.members.count
    count(draft, into: &cause)
    let values = draft.label.flatMap { draft.values[$0] } ?? []
    cause.values = values.count
    cause.valuesBefore = draft.valuesBefore
    cause.examples = values.prefix(3).map { [UInt8](pairs.value(ofPair: $0)) }
    cause.onset = draft.onset == nil ? nil : cause.firstBirth
    if draft.kind == .targets, !values.isEmpty {
      cause.seriesEach = (cause.series + values.count / 2) / values.count
    }
    if draft.kind == .metricNames || draft.kind == .renamed {
      let names = growth.metricName.flatMap { draft.values[$0] } ?? []
      let template = ValueTemplate.common(names.map { [UInt8](pairs.value(ofPair: $0)) })
      cause.template = template?.text
      cause.isRelease = draft.kind == .metricNames && template?.hasIDs != true && isOneScrape(draft)
    }
    let quiet = growth.scrapes(Limit.pause)
    if TimeRange(minTime: cause.lastBirth, maxTime: growth.range.maxTime).duration > quiet {
      cause.endedAt = cause.lastBirth
    }
    before(&cause)
    let selectors = GrowthSelectors(growth)
    cause.selectors = selectors.selectors(draft)
    switch draft.kind {
    case .labelValues, .targets, .metricNames, .product:
      let (label, pattern) = pattern(draft, selectors)
      cause.patternLabel = label.map { [UInt8](pairs.name($0)) }
      cause.valuePattern = pattern
    case .newJob, .renamed, .periodic, .downtime, .rollout: break
    }
    return cause
  }

  /// The label by whose values the births can be told, and how.
  private func pattern(
    _ draft: GrowthDraft, _ selectors: GrowthSelectors
  ) -> (label: NameID?, pattern: String?) {
    let labels = [draft.label].compactMap { $0 } + draft.alsoLabels
    if draft.kind == .product {
      // Of two that multiply, the one that names no target is what can be told by its values.
      let label = labels.first { !InstanceLabel.names(growth.history.pairs.name($0)) }
      return (label, label.flatMap { selectors.pattern(draft, of: $0) })
    }
    // Of labels that move as one, an index may look as it always did where the name beside it does not.
    for label in labels {
      if let pattern = selectors.pattern(draft, of: label, ofAll: label != draft.label) {
        return (label, pattern)
      }
    }
    return (draft.label, nil)
  }

  /// True where all that each target brings came at once, as a new release of it brings more metrics: what
  /// multiplies goes on.
  private func isOneScrape(_ draft: GrowthDraft) -> Bool {
    let history = growth.history
    var instances = LabelFinder("instance", in: history)
    var births: [PairID: TimeRange] = [:]
    for series in draft.members {
      let instance = instances?.pair(of: series, in: history) ?? GrowthHistory.noPair
      births[instance, default: TimeRange()].include(
        history.series.times[Int(series)].minTime)
    }
    return births.values.allSatisfy { $0.duration <= growth.scrapes(2) }
  }

  /// One pass over the births.
  private func count(_ draft: GrowthDraft, into cause: inout GrowthCause) {
    let history = growth.history
    let times = history.series.times
    var jobFinder = LabelFinder("job", in: history)
    var metricFinder = growth.metricName.map { LabelFinder($0) }
    var jobs = PairCounter()
    var metrics = PairCounter()
    var common: [PairID] = []
    if let first = draft.members.first {
      let own = history.series.pairs(of: first)
      for index in own.indices { common.append(own[index]) }
    }
    var births = TimeRange()
    for series in draft.members {
      let range = times[Int(series)]
      births.include(range.minTime)
      if growth.isAlive(range) { cause.aliveSeries += 1 }
      jobs.count(jobFinder?.pair(of: series, in: history) ?? .max, 0)
      metrics.count(metricFinder?.pair(of: series, in: history) ?? .max, 0)
      let own = history.series.pairs(of: series)
      var kept = 0
      for index in own.indices {
        let pair = own[index]
        cause.labelBytes &+= bytes[Int(pair)]
        if kept < common.count, common[kept] == pair { kept += 1 }
      }
      if kept < common.count {
        common.removeAll { pair in
          for index in own.indices where own[index] == pair { return false }
          return true
        }
      }
    }
    cause.firstBirth = births.isEmpty ? 0 : births.minTime
    cause.lastBirth = births.isEmpty ? 0 : births.maxTime
    cause.jobs = parts(jobs)
    cause.metrics = parts(metrics)
    cause.commonLabels = common.map(history.pairs.label(ofPair:))
    cause.source = source.source(of: draft.members)
  }

  private func parts(_ counter: PairCounter) -> [GrowthCause.Part] {
    var parts: [GrowthCause.Part] = []
    counter.forEach { pair, _, count in
      let name = pair == .max ? nil : [UInt8](growth.history.pairs.value(ofPair: pair))
      parts.append(GrowthCause.Part(name: name, series: Int(clamping: count)))
    }
    return parts.sorted {
      $0.series == $1.series
        ? ($0.name ?? []).lexicographicallyPrecedes($1.name ?? []) : $0.series > $1.series
    }
  }

  // MARK: Before

  /// Counts the series that were there just before the onset.
  private func before(_ cause: inout GrowthCause) {
    let history = growth.history
    let metricID = growth.metricName
    var isMetric = Set<PairID>()
    var isJob = Set<PairID>()
    for part in cause.metrics {
      if let name = part.name, let metricID,
        let pair = history.pairs.pairID(name: metricID, value: name.rawBytes)
      {
        isMetric.insert(pair)
      }
    }
    let jobID = history.pairs.nameID(of: Array("job".utf8))
    for part in cause.jobs {
      if let name = part.name, let jobID,
        let pair = history.pairs.pairID(name: jobID, value: name.rawBytes)
      {
        isJob.insert(pair)
      } else {
        isJob.insert(GrowthHistory.noPair)
      }
    }
    let times = history.series.times
    let onset = cause.onset
    let oldest = (Timestamp(cause.firstBirth) - Limit.recent).milliseconds
    var bytesBefore = 0
    var finder = metricID.map { LabelFinder($0) }
    // What can be no incident is not held against all that was there.
    let isJudged = isJudged(cause.kind)
    for job in growth.jobs {
      let isOwn = isJob.contains(job.pair ?? GrowthHistory.noPair)
      guard isOwn || isJudged else { continue }
      for place in job.series {
        let id = growth.byJob[place]
        let range = times[Int(id)]
        if onset == nil {
          guard growth.births[Int(id)] == .old else { continue }
        } else {
          guard range.minTime < cause.firstBirth, range.maxTime >= oldest else { continue }
        }
        if isJudged {
          cause.allSeriesBefore += 1
          let own = history.series.pairs(of: id)
          for index in own.indices { bytesBefore &+= bytes[Int(own[index])] }
        }
        if isOwn, let metric = finder?.pair(of: id, in: history), isMetric.contains(metric) {
          cause.seriesBefore += 1
        }
      }
    }
    cause.allLabelBytesBefore = bytesBefore
  }

  // MARK: Verdict

  private func isJudged(_ kind: GrowthCause.Kind) -> Bool {
    switch kind {
    case .labelValues, .targets, .product, .metricNames: true
    case .newJob, .renamed, .periodic, .downtime, .rollout: false
    }
  }

  private func judge(_ cause: inout GrowthCause) {
    guard isJudged(cause.kind) else { return }
    if cause.onset == nil, isSteady(cause) {
      cause.isTrend = true
      return
    }
    guard cause.follows == nil, !cause.followsCut, !cause.isRelease else { return }
    // What is in blocks alone fills no head any more.
    let inHead = cause.members.count { Int($0) < growth.headSeries }
    let bytesInHead =
      Double(cause.labelBytes) * Double(inHead) / Double(max(cause.members.count, 1))
    let share = max(
      Double(inHead) / Double(max(cause.allSeriesBefore, 1)),
      bytesInHead / Double(max(cause.allLabelBytesBefore, 1)))
    let isLarge = inHead >= Limit.many || share >= Limit.share
    let isNotable = cause.kind != .targets || share >= Limit.shareOfTargets
    // Values of kilobytes count as the series of usual labels that they are as heavy as.
    let perSeries = max(cause.allLabelBytesBefore / max(cause.allSeriesBefore, 1), 100)
    guard max(Double(inHead), bytesInHead / Double(perSeries)) >= Double(Limit.births) else {
      return
    }
    cause.isIncident = isLarge || (cause.endedAt == nil && isNotable)
  }

  /// True where a day or more shows the same rate: the halves differ by less than a third, and the last
  /// hours bring no more than twice their part.
  private func isSteady(_ cause: GrowthCause) -> Bool {
    let first = cause.firstBirth
    let span = TimeRange(minTime: first, maxTime: growth.range.maxTime).duration
    guard span >= ValueGrowth.Limit.mostOfDay else { return false }
    let times = growth.history.series.times
    var (late, last) = (0, 0)
    for series in cause.members {
      let age = TimeRange(minTime: times[Int(series)].minTime, maxTime: growth.range.maxTime)
        .duration
      if age < span / 2 { late += 1 }
      if age < ValueGrowth.Limit.headSpan { last += 1 }
    }
    let early = cause.members.count - late
    let part = Double(ValueGrowth.Limit.headSpan) / Double(span) * Double(cause.members.count)
    return Double(abs(late - early)) <= Double(cause.members.count) / 6
      && Double(last) <= 2 * part
  }
}
