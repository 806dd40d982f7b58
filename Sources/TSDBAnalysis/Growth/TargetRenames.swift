internal import TSDBFormat

/// Births that take the place of other series of the same target: of other names, where an exporter calls its
/// metrics otherwise, or of the same with other labels.
struct TargetRenames {
  private typealias PairID = LabelPairTable.PairID

  private struct Target {
    var births: [SeriesTable.SeriesID] = []
    var times = TimeRange()
    var names = Set<LabelPairTable.PairID>()
    var renamed = 0
    var relabelled = 0
  }

  /// The births under other names.
  private(set) var births: [SeriesTable.SeriesID] = []
  /// The names that they have.
  private(set) var names: [LabelPairTable.PairID] = []
  /// The births under the same names.
  private(set) var relabelled: [SeriesTable.SeriesID] = []

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
        range.maxTime >= (Timestamp(target.times.minTime) - ValueGrowth.Limit.overlap).milliseconds,
        range.maxTime <= (Timestamp(target.times.maxTime) + ValueGrowth.Limit.overlap).milliseconds,
        let metric = metrics.pair(of: series, in: history)
      else { continue }
      if target.names.contains(metric) {
        targets[instance]?.relabelled += 1
      } else {
        targets[instance]?.renamed += 1
      }
    }
    var found = Set<PairID>()
    for (_, target) in targets.sorted(by: { $0.key < $1.key }) {
      if target.renamed * 2 >= target.births.count {
        births += target.births
        for name in target.names.sorted() where found.insert(name).inserted { names.append(name) }
      } else if (target.renamed + target.relabelled) * 2 >= target.births.count {
        relabelled += target.births
      }
    }
  }
}
