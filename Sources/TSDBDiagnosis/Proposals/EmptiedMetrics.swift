internal import TSDBAnalysis
internal import TSDBFormat

/// Which metrics have no series left when a remedy has dropped its own.
extension Remedies {
  /// By metric: the series of a cause's jobs that have the label, those of the cause and those from before.
  func carriers(of label: String, in cause: GrowthCause) -> [[UInt8]: Int] {
    let history = read.history
    guard var labels = LabelFinder(label, in: history),
      var metrics = LabelFinder("__name__", in: history)
    else { return [:] }
    var jobs = LabelFinder("job", in: history)
    let names = Set(cause.jobs.map(\.name))
    var isOwn: [LabelPairTable.PairID?: Bool] = [:]
    var counts: [LabelPairTable.PairID: Int] = [:]
    history.series.forEachWithSamples { series, _ in
      guard labels.pair(of: series, in: history) != nil,
        let metric = metrics.pair(of: series, in: history)
      else { return }
      let job = jobs?.pair(of: series, in: history)
      let isMeant =
        isOwn[job] ?? names.contains(job.map { history.pairs.label(ofPair: $0).value })
      isOwn[job] = isMeant
      if isMeant { counts[metric, default: 0] += 1 }
    }
    var carriers: [[UInt8]: Int] = [:]
    for (metric, count) in counts { carriers[history.pairs.label(ofPair: metric).value] = count }
    return carriers
  }

  /// A warning where a metric has no series without those that go: `carriers`, or else those of the cause.
  func emptied(_ cause: GrowthCause, _ carriers: [[UInt8]: Int]?) -> [String] {
    guard cause.kind != .metricNames else { return [] }
    let names = cause.metrics.filter { part in
      guard let name = part.name else { return false }
      return metricSeries[name] == carriers?[name] ?? part.series
    }.compactMap { $0.name.flatMap { String(validating: $0, as: UTF8.self) } }
    let own = Set(cause.metrics.compactMap(\.name))
    // Metrics that did not grow, and have the label all the same.
    let others = (carriers ?? [:]).filter {
      !own.contains($0.key) && metricSeries[$0.key] == $0.value
    }
    .keys.compactMap { String(validating: $0, as: UTF8.self) }.sorted()
    let all = names + others
    guard let first = all.first else { return [] }
    let more = all.count > 1 ? " and \(all.count - 1) more" : ""
    return ["leaves no series of \(first)\(more)"]
  }
}
