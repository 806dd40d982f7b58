internal import TSDBFormat

/// Finds the metric and the label that exploded, in passes over the series of a history:
/// births per metric, then new label values of the metric with the most, then the onset.
struct ExplosionSearch {
  private typealias PairID = LabelPairTable.PairID
  private typealias NameID = LabelPairTable.NameID
  private typealias SeriesID = SeriesTable.SeriesID

  /// Stands for a pair that a series does not have.
  private static let none = PairID.max

  private let history: SeriesHistory
  private let range: TimeRange
  private let baseline: Baseline
  private let metricName: NameID
  /// By series: the pair with its metric name; `none` without one, or without samples.
  private let metrics: [PairID]
  /// By series: whether it was there when the history began, so that its birth tells nothing.
  private var isOld: [Bool]

  /// Nil where there is nothing to search: no samples, or no metric names.
  init?(_ history: SeriesHistory) {
    let range = history.series.timeRange
    guard !range.isEmpty, let metricName = history.pairs.nameID(of: Array("__name__".utf8)) else {
      return nil
    }
    let baseline = Baseline(of: history.series, range: range)
    var metrics = [PairID](repeating: Self.none, count: history.series.count)
    var isOld = [Bool](repeating: false, count: history.series.count)
    var finder = LabelFinder(metricName)
    history.series.forEachWithSamples { series, times in
      metrics[Int(series)] = finder.pair(of: series, in: history) ?? Self.none
      isOld[Int(series)] = baseline.contains(times.minTime)
    }
    self.history = history
    self.range = range
    self.baseline = baseline
    self.metricName = metricName
    self.metrics = metrics
    self.isOld = isOld
  }

  /// The explosion; a rollout that replaces what it brings down is none.
  mutating func find() -> Explosion? {
    guard let found = search() else { return nil }
    guard RolloutSearch.replaces(found.label.rawBytes) else { return found }
    let name = history.pairs.nameID(of: found.label)
    let matches = RolloutSearch(ChurnHistory(history)).matches()
    let replaced = Set(
      matches.map(\.new).filter { [history] in
        history.pairs.nameID(ofPair: $0) == name
      })
    guard replaced.count * 2 >= found.values, let name else { return found }
    for series in isOld.indices {
      guard let pair = history.pair(of: SeriesID(series), named: name) else { continue }
      if replaced.contains(pair) { isOld[series] = true }
    }
    return search()
  }

  private func search() -> Explosion? {
    let counts = countMetrics()
    guard let top = counts.mostBirths else { return nil }
    if counts.namesExplode(top) {
      return assess(
        metric: top, label: metricName,
        members: series { $0 != Self.none && !counts.hasBaseline[Int($0)] })
    }
    let members = series { $0 == top }
    guard let label = growingLabel(of: members) else { return nil }
    return assess(metric: top, label: label, members: members)
  }

  // MARK: Metrics

  private struct MetricCounts {
    /// By pair id: series born, in the history proper.
    var births: [Int]
    /// By pair id: whether the metric had series when the history began.
    var hasBaseline: [Bool]
    var allBirths = 0
    var newNames = 0
    var birthsOfNewNames = 0

    /// The metric with the most births; ties go to the one met first.
    var mostBirths: PairID? {
      guard let most = births.max(), most > 0 else { return nil }
      return births.firstIndex(of: most).map { PairID($0) }
    }

    /// True where new names, each with a few series, make up most of what was born.
    func namesExplode(_ top: PairID) -> Bool {
      newNames >= Explosion.Threshold.births && birthsOfNewNames * 2 > allBirths
        && !hasBaseline[Int(top)] && births[Int(top)] * 10 < birthsOfNewNames
    }
  }

  private func countMetrics() -> MetricCounts {
    var counts = MetricCounts(
      births: [Int](repeating: 0, count: history.pairs.count),
      hasBaseline: [Bool](repeating: false, count: history.pairs.count))
    for (series, metric) in metrics.enumerated() where metric != Self.none {
      if isOld[series] {
        counts.hasBaseline[Int(metric)] = true
      } else {
        counts.births[Int(metric)] += 1
        counts.allBirths += 1
      }
    }
    for (births, isOld) in zip(counts.births, counts.hasBaseline) where births > 0 && !isOld {
      counts.newNames += 1
      counts.birthsOfNewNames += births
    }
    return counts
  }

  /// All series of the metrics that `isMember` takes, whenever they were born.
  private func series(where isMember: (PairID) -> Bool) -> [SeriesID] {
    var members: [SeriesID] = []
    for (series, metric) in metrics.enumerated() where isMember(metric) {
      members.append(SeriesID(series))
    }
    return members
  }

  // MARK: Label

  /// The label with the most values that no series of the metric had when the history began; ties
  /// go to the one that is new to the metric, then to the one met first.
  private func growingLabel(of members: [SeriesID]) -> NameID? {
    var known = [Bool](repeating: false, count: history.pairs.count)
    var knownNames = [Bool](repeating: false, count: history.pairs.nameCount)
    for series in members where isOld[Int(series)] {
      let pairs = history.series.pairs(of: series)
      for index in pairs.indices {
        known[Int(pairs[index])] = true
        knownNames[Int(history.pairs.nameID(ofPair: pairs[index]))] = true
      }
    }
    var newValues = [Int](repeating: 0, count: history.pairs.nameCount)
    for series in members where !isOld[Int(series)] {
      let pairs = history.series.pairs(of: series)
      for index in pairs.indices where !known[Int(pairs[index])] {
        known[Int(pairs[index])] = true
        newValues[Int(history.pairs.nameID(ofPair: pairs[index]))] += 1
      }
    }
    let best = newValues.indices.max { left, right in
      (newValues[left], knownNames[left] ? 0 : 1, -left)
        < (newValues[right], knownNames[right] ? 0 : 1, -right)
    }
    guard let best, newValues[best] > 0 else { return nil }
    return NameID(best)
  }

  // MARK: Onset and size

  private func assess(metric: PairID, label: NameID, members: [SeriesID]) -> Explosion? {
    var finder = LabelFinder(label)
    let carriers = members.filter { finder.pair(of: $0, in: history) != nil }
    var timeline = BirthTimeline(over: range)
    for series in carriers where !isOld[Int(series)] { timeline.add(birth(of: series)) }
    guard timeline.most(within: Explosion.headSpan) >= Explosion.Threshold.births else {
      return nil
    }
    let knee = timeline.onset(from: timeline.bin(of: baseline.end))
    let kneeTime = knee.map { timeline.time(ofBin: $0) } ?? range.minTime
    let born = carriers.filter { !isOld[Int($0)] && birth(of: $0) >= kneeTime }
    var bornTimes = TimeRange()
    for series in born { bornTimes.include(birth(of: series)) }
    let found = explosion(
      metric: metric, label: label, born: born, bornTimes: bornTimes,
      isNewLabel: born.count == carriers.count && label != metricName, hasKnee: knee != nil,
      timeline: timeline)
    return isExplosion(found) ? found : nil
  }

  /// Time of the first sample of a series.
  private func birth(of series: SeriesID) -> Int64 { history.series.times[Int(series)].minTime }

  private func isExplosion(_ found: Explosion) -> Bool {
    let births = found.timeline.most(within: Explosion.headSpan)
    let share = Explosion.Threshold.shareOfAll * Double(found.allSeriesBefore)
    return found.values >= Explosion.Threshold.values
      && births >= Explosion.Threshold.growth * found.seriesBefore
      && (births >= Explosion.Threshold.manyBirths || Double(births) >= share)
  }

  private func explosion(
    metric: PairID, label: NameID, born: [SeriesID], bornTimes: TimeRange, isNewLabel: Bool,
    hasKnee: Bool, timeline: BirthTimeline
  ) -> Explosion {
    let name = history.pairs.label(ofPair: metric).value
    let values = valuesInOrder(of: label, in: born)
    let before = aliveSeries(before: bornTimes.minTime, of: label == metricName ? nil : metric)
    return Explosion(
      metric: name, family: Self.family(of: name),
      label: [UInt8](history.pairs.name(label)), isNewLabel: isNewLabel, series: born.count,
      values: values.count,
      examples: values.prefix(3).map { history.pairs.label(ofPair: $0).value },
      onset: bornTimes.minTime, isOngoingAtStart: !hasKnee, lastBirth: bornTimes.maxTime,
      seriesBefore: before.ofMetric, allSeriesBefore: before.all,
      targets: targets(of: born), members: born, timeline: timeline)
  }

  /// The distinct pairs of `label` among `born`, by the birth of the first series that has them.
  private func valuesInOrder(of label: NameID, in born: [SeriesID]) -> [PairID] {
    var first = [Int64](repeating: .max, count: history.pairs.count)
    var met: [PairID] = []
    var finder = LabelFinder(label)
    for series in born {
      guard let pair = finder.pair(of: series, in: history) else { continue }
      if first[Int(pair)] == .max { met.append(pair) }
      first[Int(pair)] = min(first[Int(pair)], birth(of: series))
    }
    return met.sorted { (first[Int($0)], $0) < (first[Int($1)], $1) }
  }

  /// Series with a sample before `time` and none older than 15 minutes, since a scrape is never as
  /// rare: those of `metric` (nil: none, as where all of the exploding names are new), and all.
  private func aliveSeries(before time: Int64, of metric: PairID?) -> (ofMetric: Int, all: Int) {
    let oldest = (Timestamp(time) - 900_000).milliseconds
    var count = (ofMetric: 0, all: 0)
    history.series.forEachWithSamples { series, times in
      guard times.minTime < time && times.maxTime >= oldest else { return }
      count.all += 1
      if metrics[Int(series)] == metric { count.ofMetric += 1 }
    }
    return count
  }

  private func targets(of born: [SeriesID]) -> [Explosion.Target] {
    let job = history.pairs.nameID(of: Array("job".utf8))
    let instance = history.pairs.nameID(of: Array("instance".utf8))
    var counter = PairCounter()
    var withoutTarget = 0
    for series in born {
      var found: (job: PairID, instance: PairID) = (Self.none, Self.none)
      let pairs = history.series.pairs(of: series)
      for index in pairs.indices {
        let name = history.pairs.nameID(ofPair: pairs[index])
        if name == job { found.job = pairs[index] }
        if name == instance { found.instance = pairs[index] }
      }
      if found == (Self.none, Self.none) {
        withoutTarget += 1
      } else {
        counter.count(found.job, found.instance)
      }
    }
    var targets: [Explosion.Target] = []
    counter.forEach { job, instance, count in
      let pairs = [job, instance].filter { $0 != Self.none }
      targets.append(
        Explosion.Target(
          labels: pairs.map(history.pairs.label(ofPair:)), series: Int(clamping: count)))
    }
    if withoutTarget > 0 {
      targets.append(Explosion.Target(labels: [], series: withoutTarget))
    }
    return targets.sorted { left, right in
      if left.series != right.series { return left.series > right.series }
      let (mine, theirs) = (left.labels.map(\.value), right.labels.map(\.value))
      return mine.lexicographicallyPrecedes(theirs) { $0.lexicographicallyPrecedes($1) }
    }
  }

  /// The base name of a histogram's or summary's series.
  private static func family(of metric: [UInt8]) -> [UInt8] {
    for suffix in ["_bucket", "_sum", "_count"] {
      let bytes = Array(suffix.utf8)
      if metric.count > bytes.count, metric.suffix(bytes.count).elementsEqual(bytes) {
        return Array(metric.dropLast(bytes.count))
      }
    }
    return metric
  }
}
