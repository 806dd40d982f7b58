internal import TSDBFormat

/// Finds the metric and the label that exploded, in passes over the series of a history:
/// births per metric, then new label values of the metric with the most, then the onset.
struct ExplosionSearch {
  private typealias PairID = LabelPairTable.PairID
  private typealias NameID = LabelPairTable.NameID
  private typealias SeriesID = SeriesTable.SeriesID

  private let history: SeriesHistory
  private let range: TimeRange
  private let baseline: Baseline
  private let metricName: NameID

  /// Nil where there is nothing to search: no samples, or no metric names.
  init?(_ history: SeriesHistory) {
    var range = TimeRange()
    for times in history.series.times { range.include(times) }
    guard !range.isEmpty, let metricName = history.pairs.nameID(of: Array("__name__".utf8)) else {
      return nil
    }
    self.history = history
    self.range = range
    self.metricName = metricName
    baseline = Baseline(of: history.series, range: range)
  }

  func find() -> Explosion? {
    let metrics = countMetrics()
    guard let top = metrics.mostBirths else { return nil }
    if metrics.namesExplode(top) {
      let isBorn = { (metric: PairID) in !metrics.hasBaseline[Int(metric)] }
      return assess(
        metric: top, label: metricName, members: series { metric in isBorn(metric) })
    }
    let members = series { $0 == top }
    guard let label = growingLabel(of: members) else { return nil }
    return assess(metric: top, label: label, members: members)
  }

  // MARK: Metrics

  private struct Metrics {
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

  private func countMetrics() -> Metrics {
    var metrics = Metrics(
      births: [Int](repeating: 0, count: history.pairs.count),
      hasBaseline: [Bool](repeating: false, count: history.pairs.count))
    forEachSeries { series, times in
      guard let metric = history.pair(of: series, named: metricName) else { return }
      if baseline.contains(times.minTime) {
        metrics.hasBaseline[Int(metric)] = true
      } else {
        metrics.births[Int(metric)] += 1
        metrics.allBirths += 1
      }
    }
    for (births, isOld) in zip(metrics.births, metrics.hasBaseline) where births > 0 && !isOld {
      metrics.newNames += 1
      metrics.birthsOfNewNames += births
    }
    return metrics
  }

  private func forEachSeries(_ body: (SeriesID, TimeRange) -> Void) {
    for (index, times) in history.series.times.enumerated() where !times.isEmpty {
      body(SeriesID(index), times)
    }
  }

  /// All series of the metrics that `isMember` takes, whenever they were born.
  private func series(where isMember: (PairID) -> Bool) -> [SeriesID] {
    var members: [SeriesID] = []
    forEachSeries { series, _ in
      guard let metric = history.pair(of: series, named: metricName), isMember(metric) else {
        return
      }
      members.append(series)
    }
    return members
  }

  // MARK: Label

  /// The label with the most values that no series of the metric had when the history began; ties
  /// go to the one that is new to the metric, then to the one met first.
  private func growingLabel(of members: [SeriesID]) -> NameID? {
    var known = [Bool](repeating: false, count: history.pairs.count)
    var knownNames = [Bool](repeating: false, count: history.pairs.nameCount)
    for series in members where baseline.contains(history.series.times[Int(series)].minTime) {
      let pairs = history.series.pairs(of: series)
      for index in pairs.indices {
        known[Int(pairs[index])] = true
        knownNames[Int(history.pairs.nameID(ofPair: pairs[index]))] = true
      }
    }
    var newValues = [Int](repeating: 0, count: history.pairs.nameCount)
    for series in members where !baseline.contains(history.series.times[Int(series)].minTime) {
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
    let times = history.series.times
    var timeline = BirthTimeline(over: range)
    for series in members where !baseline.contains(times[Int(series)].minTime) {
      if history.pair(of: series, named: label) != nil {
        timeline.add(times[Int(series)].minTime)
      }
    }
    guard timeline.most(within: Explosion.headSpan) >= Explosion.Threshold.births else {
      return nil
    }
    let knee = timeline.onset(from: timeline.bin(of: baseline.end))
    let kneeTime = knee.map { timeline.time(ofBin: $0) } ?? range.minTime
    var born: [SeriesID] = []
    var bornTimes = TimeRange()
    var labelBefore = false
    for series in members {
      guard history.pair(of: series, named: label) != nil else { continue }
      let birth = times[Int(series)].minTime
      if birth < kneeTime || baseline.contains(birth) {
        labelBefore = true
      } else {
        born.append(series)
        bornTimes.include(birth)
      }
    }
    let found = explosion(
      metric: metric, label: label, born: born, bornTimes: bornTimes,
      isNewLabel: !labelBefore && label != metricName, hasKnee: knee != nil, members: members,
      timeline: timeline)
    return isExplosion(found) ? found : nil
  }

  private func isExplosion(_ found: Explosion) -> Bool {
    let births = found.timeline.most(within: Explosion.headSpan)
    let share = Explosion.Threshold.shareOfAll * Double(found.allSeriesBefore)
    return found.values >= Explosion.Threshold.values
      && births >= Explosion.Threshold.growth * found.seriesBefore
      && (births >= Explosion.Threshold.manyBirths || Double(births) >= share)
  }

  private func explosion(
    metric: PairID, label: NameID, born: [SeriesID], bornTimes: TimeRange, isNewLabel: Bool,
    hasKnee: Bool, members: [SeriesID], timeline: BirthTimeline
  ) -> Explosion {
    let name = history.pairs.label(ofPair: metric).value
    let values = valuesInOrder(of: label, in: born)
    return Explosion(
      metric: name, family: Self.family(of: name),
      label: [UInt8](history.pairs.name(label)), isNewLabel: isNewLabel, series: born.count,
      values: values.count,
      examples: values.prefix(3).map { history.pairs.label(ofPair: $0).value },
      onset: bornTimes.minTime, isOngoingAtStart: !hasKnee, lastBirth: bornTimes.maxTime,
      seriesBefore: aliveSeries(before: bornTimes.minTime, in: members),
      allSeriesBefore: aliveSeries(
        before: bornTimes.minTime, in: 0..<SeriesID(history.series.count)),
      targets: targets(of: born), members: born, timeline: timeline)
  }

  /// The distinct pairs of `label` among `born`, by the birth of the first series that has them.
  private func valuesInOrder(of label: NameID, in born: [SeriesID]) -> [PairID] {
    var first = [Int64](repeating: .max, count: history.pairs.count)
    var met: [PairID] = []
    for series in born {
      guard let pair = history.pair(of: series, named: label) else { continue }
      if first[Int(pair)] == .max { met.append(pair) }
      first[Int(pair)] = min(first[Int(pair)], history.series.times[Int(series)].minTime)
    }
    return met.sorted { (first[Int($0)], $0) < (first[Int($1)], $1) }
  }

  /// Series with a sample before `time` and none older than 15 minutes: a scrape is never as rare.
  private func aliveSeries(
    before time: Int64, in series: some Sequence<SeriesID>
  ) -> Int {
    let (limit, overflow) = time.subtractingReportingOverflow(15 * 60 * 1000)
    let oldest = overflow ? Int64.min : limit
    return series.count { id in
      let times = history.series.times[Int(id)]
      return times.minTime < time && times.maxTime >= oldest
    }
  }

  /// A target by the pairs of its two labels; `none` for a label that series lack.
  private struct TargetKey: Hashable {
    static let none = PairID.max
    var job = none
    var instance = none

    var pairs: [PairID] { [job, instance].filter { $0 != Self.none } }
  }

  private func targets(of born: [SeriesID]) -> [Explosion.Target] {
    let job = history.pairs.nameID(of: Array("job".utf8))
    let instance = history.pairs.nameID(of: Array("instance".utf8))
    var counts: [TargetKey: Int] = [:]
    for series in born {
      var key = TargetKey()
      let pairs = history.series.pairs(of: series)
      for index in pairs.indices {
        let name = history.pairs.nameID(ofPair: pairs[index])
        if name == job { key.job = pairs[index] }
        if name == instance { key.instance = pairs[index] }
      }
      counts[key, default: 0] += 1
    }
    let targets = counts.map { key, count in
      Explosion.Target(labels: key.pairs.map(history.pairs.label(ofPair:)), series: count)
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
