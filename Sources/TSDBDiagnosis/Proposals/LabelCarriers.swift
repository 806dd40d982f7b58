internal import TSDBAnalysis
internal import TSDBFormat

/// Which metrics of the jobs of an explosion have the label that exploded.
struct LabelCarriers {
  /// Metrics of the family, by name.
  private(set) var family: [[UInt8]] = []
  /// How many others.
  private(set) var others = 0
  /// What the names of all members begin with, where no other metric's name does; nil if there is no
  /// such start.
  private(set) var namePrefix: [UInt8]?

  init(of explosion: Explosion, in history: SeriesHistory) {
    guard let metricName = history.pairs.nameID(of: Array("__name__".utf8)),
      let label = history.pairs.nameID(of: explosion.label)
    else { return }
    if label == metricName {
      namePrefix = Self.prefix(of: explosion, in: history, metricName)
      return
    }
    let jobName = history.pairs.nameID(of: Array("job".utf8))
    let jobs = Set(
      explosion.jobs.compactMap { job in
        jobName.flatMap { history.pairs.pairID(name: $0, value: job.rawBytes) }
      })
    var metrics: Set<LabelPairTable.PairID> = []
    // Series of one metric come one behind the other.
    var last: LabelPairTable.PairID?
    var finder = LabelFinder(metricName)
    history.series.forEachWithSamples { series, _ in
      guard let metric = finder.pair(of: series, in: history), metric != last else { return }
      guard history.pair(of: series, named: label) != nil, !metrics.contains(metric),
        let job = jobName.flatMap({ history.pair(of: series, named: $0) }), jobs.contains(job)
      else { return }
      metrics.insert(metric)
      last = metric
    }
    let names = ["", "_bucket", "_sum", "_count"].map { explosion.family + Array($0.utf8) }
    for metric in metrics {
      let name = history.pairs.label(ofPair: metric).value
      if names.contains(name) { family.append(name) } else { others += 1 }
    }
  }

  private static func prefix(
    of explosion: Explosion, in history: SeriesHistory, _ metricName: LabelPairTable.NameID
  ) -> [UInt8]? {
    var common: [UInt8]?
    var members: Set<LabelPairTable.PairID> = []
    for series in explosion.members {
      guard let metric = history.pair(of: series, named: metricName),
        members.insert(metric).inserted
      else { continue }
      let name = history.pairs.label(ofPair: metric).value
      guard let known = common else {
        common = name
        continue
      }
      common = Array(zip(known, name).prefix { $0 == $1 }.map(\.0))
    }
    // Half a character is no start.
    var prefix = common ?? []
    while !prefix.isEmpty, String(validating: prefix, as: UTF8.self) == nil { prefix.removeLast() }
    guard prefix.count >= 3 else { return nil }
    var isUsedElsewhere = false
    history.series.forEachWithSamples { series, _ in
      guard !isUsedElsewhere, let metric = history.pair(of: series, named: metricName),
        !members.contains(metric)
      else { return }
      isUsedElsewhere = history.pairs.label(ofPair: metric).value.starts(with: prefix)
    }
    return isUsedElsewhere ? nil : prefix
  }
}
