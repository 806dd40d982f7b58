internal import TSDBFormat

/// Births that take the place of series of other names on the same target: an exporter that calls its
/// metrics otherwise.
struct TargetRenames {
  private typealias PairID = LabelPairTable.PairID

  private struct Target {
    var births: [SeriesTable.SeriesID] = []
    var times = TimeRange()
    var names = Set<LabelPairTable.PairID>()
    var ended = 0
  }

  /// The births.
  private(set) var births: [SeriesTable.SeriesID] = []
  /// The names that they have.
  private(set) var names: [LabelPairTable.PairID] = []

  /// Looks among `candidates`, births of `job`.
  init(_ growth: GrowthHistory, _ job: GrowthHistory.Job, _ candidates: [SeriesTable.SeriesID]) {
    let history = growth.history
    guard let metricName = growth.metricName,
      let instanceName = history.pairs.nameID(of: Array("instance".utf8))
    else { return }
    var metrics = LabelFinder(metricName)
    var instances = LabelFinder(instanceName)
    let times = history.series.times
    var targets: [PairID: Target] = [:]
    for series in candidates {
      guard let metric = metrics.pair(of: series, in: history),
        let instance = instances.pair(of: series, in: history)
      else { continue }
      targets[instance, default: Target()].births.append(series)
      targets[instance, default: Target()].times.include(times[Int(series)].minTime)
      targets[instance, default: Target()].names.insert(metric)
    }
    for place in job.series {
      let series = growth.byJob[place]
      let range = times[Int(series)]
      guard !growth.isAlive(range), let instance = instances.pair(of: series, in: history),
        let target = targets[instance], range.minTime < target.times.minTime,
        range.maxTime >= Time.moved(target.times.minTime, by: -ValueGrowth.Limit.overlap),
        range.maxTime <= Time.moved(target.times.maxTime, by: ValueGrowth.Limit.overlap),
        let metric = metrics.pair(of: series, in: history), !target.names.contains(metric)
      else { continue }
      targets[instance]?.ended += 1
    }
    var found = Set<PairID>()
    for (_, target) in targets.sorted(by: { $0.key < $1.key })
    where target.ended * 2 >= target.births.count {
      births += target.births
      for name in target.names.sorted() where found.insert(name).inserted { names.append(name) }
    }
  }
}
