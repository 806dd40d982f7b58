internal import TSDBFormat

/// A metric, its series, and the labels that they have.
public struct MetricUsage: Equatable, Sendable {
  /// A label of the metric.
  public struct LabelUsage: Equatable, Sendable {
    /// Its name.
    public let name: [UInt8]
    /// Distinct values in the metric.
    public let values: Int
    /// Series of the metric that have it.
    public let series: Int
  }

  /// The metric's name; empty for series without one.
  public let metric: [UInt8]
  /// Its series.
  public let series: Int
  /// Its labels by name, without the metric name.
  public let labels: [LabelUsage]

  /// The metrics of the series of `history` that have a sample at `oldest` or later, by name.
  public static func all(of history: SeriesHistory, since oldest: Int64 = .min) -> [MetricUsage] {
    var census = MetricUsageCensus(history)
    history.series.forEachWithSamples { series, times in
      if times.maxTime >= oldest { census.add(series) }
    }
    return census.metrics
  }
}

/// Counts each label pair within each metric.
private struct MetricUsageCensus {
  private let history: SeriesHistory
  private let metricName: LabelPairTable.NameID?
  /// By pair of the metric name; `.max` for series without one.
  private var series: [LabelPairTable.PairID: Int] = [:]
  private var pairs = PairCounter()

  init(_ history: SeriesHistory) {
    self.history = history
    metricName = history.pairs.nameID(of: Array("__name__".utf8))
  }

  mutating func add(_ number: SeriesTable.SeriesID) {
    let history = self.history
    let metric = metricName.flatMap { history.pair(of: number, named: $0) } ?? .max
    series[metric, default: 0] += 1
    let own = history.series.pairs(of: number)
    for index in own.indices where own[index] != metric { pairs.count(metric, own[index]) }
  }

  var metrics: [MetricUsage] {
    struct Key: Hashable {
      let metric: LabelPairTable.PairID
      let name: LabelPairTable.NameID
    }
    var labels: [Key: (values: Int, series: Int)] = [:]
    pairs.forEach { metric, pair, count in
      let key = Key(metric: metric, name: history.pairs.nameID(ofPair: pair))
      labels[key, default: (0, 0)].values += 1
      labels[key, default: (0, 0)].series += Int(clamping: count)
    }
    var byMetric: [LabelPairTable.PairID: [MetricUsage.LabelUsage]] = [:]
    for (key, usage) in labels {
      byMetric[key.metric, default: []].append(
        MetricUsage.LabelUsage(
          name: [UInt8](history.pairs.name(key.name)), values: usage.values, series: usage.series))
    }
    return series.map { metric, count in
      MetricUsage(
        metric: metric == .max ? [] : [UInt8](history.pairs.value(ofPair: metric)), series: count,
        labels: (byMetric[metric] ?? []).sorted { $0.name.lexicographicallyPrecedes($1.name) })
    }.sorted { $0.metric.lexicographicallyPrecedes($1.metric) }
  }
}
