internal import TSDBFormat

extension Explosion {
  private typealias PairID = LabelPairTable.PairID

  /// The incident `cause`, told by the metric with the most of its births; nil where no series of it has a
  /// metric name.
  init?(_ cause: GrowthCause, in growth: GrowthHistory) {
    let history = growth.history
    guard let metricName = growth.metricName,
      let name = cause.metrics.first(where: { $0.name != nil })?.name,
      let metric = history.pairs.pairID(name: metricName, value: name.rawBytes)
    else { return nil }
    let label = cause.label ?? Array("job".utf8)
    var timeline = BirthTimeline(over: growth.range)
    let times = history.series.times
    for series in cause.members { timeline.add(times[Int(series)].minTime) }
    let isNames = label == Array("__name__".utf8)
    self.init(
      metric: name, family: Self.family(of: name), label: label,
      isNewLabel: !isNames && Self.isNew(label, metric, cause, growth),
      series: cause.series, values: cause.values, examples: cause.examples,
      onset: cause.firstBirth, isOngoingAtStart: cause.onset == nil, lastBirth: cause.lastBirth,
      seriesBefore: isNames ? 0 : Self.alive(metric, before: cause.firstBirth, growth),
      allSeriesBefore: cause.allSeriesBefore, targets: Self.targets(of: cause.members, in: history),
      members: cause.members, timeline: timeline)
  }

  /// True where only births of the cause have the label, among the series of the metric.
  private static func isNew(
    _ label: [UInt8], _ metric: PairID, _ cause: GrowthCause, _ growth: GrowthHistory
  ) -> Bool {
    let history = growth.history
    guard let name = history.pairs.nameID(of: label), let metricName = growth.metricName else {
      return false
    }
    var isMember = [Bool](repeating: false, count: history.series.count)
    for series in cause.members { isMember[Int(series)] = true }
    var metrics = LabelFinder(metricName)
    var labels = LabelFinder(name)
    var isNew = true
    history.series.forEachWithSamples { series, _ in
      guard isNew, !isMember[Int(series)], metrics.pair(of: series, in: history) == metric else {
        return
      }
      if labels.pair(of: series, in: history) != nil { isNew = false }
    }
    return isNew
  }

  /// Series of the metric with a sample before `time` and none older than 15 minutes.
  private static func alive(
    _ metric: PairID, before time: Int64, _ growth: GrowthHistory
  ) -> Int {
    guard let metricName = growth.metricName else { return 0 }
    let oldest = (Timestamp(time) - 900_000).milliseconds
    var metrics = LabelFinder(metricName)
    var count = 0
    growth.history.series.forEachWithSamples { series, times in
      guard times.minTime < time, times.maxTime >= oldest else { return }
      if metrics.pair(of: series, in: growth.history) == metric { count += 1 }
    }
    return count
  }

  private static func targets(
    of born: [SeriesTable.SeriesID], in history: SeriesHistory
  ) -> [Explosion.Target] {
    var jobs = LabelFinder("job", in: history)
    var instances = LabelFinder("instance", in: history)
    var counter = PairCounter()
    var withoutTarget = 0
    for series in born {
      let job = jobs?.pair(of: series, in: history) ?? GrowthHistory.noPair
      let instance = instances?.pair(of: series, in: history) ?? GrowthHistory.noPair
      if job == GrowthHistory.noPair, instance == GrowthHistory.noPair {
        withoutTarget += 1
      } else {
        counter.count(job, instance)
      }
    }
    var targets: [Explosion.Target] = []
    counter.forEach { job, instance, count in
      let pairs = [job, instance].filter { $0 != GrowthHistory.noPair }
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
