internal import TSDBFormat

/// Which label multiplies a metric: for each of its labels, how many series would be left without it.
public struct MetricDrillDown: Equatable, Sendable {
  /// A label of the metric.
  public struct LabelPart: Equatable, Sendable {
    /// Its name.
    public let name: [UInt8]
    /// Series of the metric that carry it.
    public let series: Int
    /// Its values within the metric.
    public let values: LabelValues
    /// Distinct series of the metric if the label were taken from all.
    public let seriesWithout: Int
    /// True where `seriesWithout` is an estimate, because memory did not suffice.
    public let isEstimate: Bool
  }

  /// The metric.
  public let metric: [UInt8]
  /// Its series.
  public let series: Int
  /// Its labels without `__name__`, the one that multiplies most first.
  public let labels: [LabelPart]

  /// Takes the series of `metric` among `members` apart; nil if there are none.
  init?(
    _ history: SeriesHistory, metric: [UInt8], members: [SeriesTable.SeriesID], limit: Int,
    maxMemory: Int
  ) {
    guard let metricName = history.pairs.nameID(of: Array("__name__".utf8)) else { return nil }
    let wanted = (0..<UInt32(history.pairs.count)).first { pair in
      history.pairs.nameID(ofPair: pair) == metricName
        && [UInt8](history.pairs.value(ofPair: pair)) == metric
    }
    guard let wanted else { return nil }
    let own = members.filter { history.pair(of: $0, named: metricName) == wanted }
    guard !own.isEmpty else { return nil }
    var seriesOf = [Int](repeating: 0, count: history.pairs.count)
    for series in own {
      let pairs = history.series.pairs(of: series)
      for index in pairs.indices { seriesOf[Int(pairs[index])] &+= 1 }
    }
    var counts: [LabelPairTable.NameID: [LabelPairTable.PairID: Int]] = [:]
    for (pair, count) in seriesOf.enumerated() where count > 0 {
      let name = history.pairs.nameID(ofPair: UInt32(pair))
      if name != metricName { counts[name, default: [:]][UInt32(pair)] = count }
    }
    let distinct = DistinctSeries(history, members: own, maxMemory: maxMemory)
    let parts = counts.map { name, values in
      let without = distinct.count(without: name)
      return LabelPart(
        name: [UInt8](history.pairs.name(name)), series: values.values.reduce(0, +),
        values: LabelValues(history.pairs, series: values, limit: limit),
        seriesWithout: without.series, isEstimate: without.isEstimate)
    }
    self.metric = metric
    series = own.count
    labels = parts.sorted {
      $0.seriesWithout == $1.seriesWithout
        ? $0.name.lexicographicallyPrecedes($1.name) : $0.seriesWithout < $1.seriesWithout
    }
  }
}

/// Who uses a label, and with which values.
public struct LabelDrillDown: Equatable, Sendable {
  /// A metric that uses it.
  public struct MetricPart: Equatable, Sendable {
    /// The metric's name; empty where series have none.
    public let metric: [UInt8]
    /// Its series that carry the label.
    public let series: Int
    /// Values of the label among them.
    public let values: Int
  }

  /// The label.
  public let label: [UInt8]
  /// Series that carry it.
  public let series: Int
  /// Its values.
  public let values: LabelValues
  /// How many metrics use it.
  public let metricCount: Int
  /// Those with the most series.
  public let metrics: [MetricPart]

  /// Looks for `label` among `members`; nil if none carries it.
  init?(
    _ history: SeriesHistory, label: [UInt8], members: [SeriesTable.SeriesID], limit: Int
  ) {
    guard let name = history.pairs.nameID(of: label) else { return nil }
    let metricName = history.pairs.nameID(of: Array("__name__".utf8))
    var values: [LabelPairTable.PairID: Int] = [:]
    var series: [LabelPairTable.PairID: Int] = [:]
    var seen = PairCounter()
    var carriers = 0
    for id in members {
      guard let pair = history.pair(of: id, named: name) else { continue }
      let metric = metricName.flatMap { history.pair(of: id, named: $0) } ?? .max
      carriers += 1
      values[pair, default: 0] += 1
      series[metric, default: 0] += 1
      seen.count(metric, pair)
    }
    guard carriers > 0 else { return nil }
    var valuesOf: [LabelPairTable.PairID: Int] = [:]
    seen.forEach { metric, _, _ in valuesOf[metric, default: 0] += 1 }
    let parts = series.map { metric, count in
      MetricPart(
        metric: metric == .max ? [] : [UInt8](history.pairs.value(ofPair: metric)), series: count,
        values: valuesOf[metric] ?? 0)
    }.sorted {
      $0.series == $1.series
        ? $0.metric.lexicographicallyPrecedes($1.metric) : $0.series > $1.series
    }
    self.label = label
    self.series = carriers
    self.values = LabelValues(history.pairs, series: values, limit: limit)
    metricCount = parts.count
    metrics = Array(parts.prefix(limit))
  }
}
