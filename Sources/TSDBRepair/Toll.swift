/// What is lost, metric by metric and target by target, and what stays: the largest first.
public struct Toll: Equatable, Sendable {
  /// One metric.
  public struct Metric: Equatable, Sendable {
    /// Its name; empty for series that have none.
    public var name: [UInt8]
    /// Series that leave.
    public var series: Int
    /// Samples that leave.
    public var samples: Int
    /// Series that stay.
    public var seriesLeft: Int
    /// Samples that stay; nil where they were not counted.
    public var samplesLeft: Int?
  }

  /// One target.
  public struct Target: Equatable, Sendable {
    /// What a target is called.
    public struct Name: Hashable, Sendable {
      /// The value of `job`.
      public var job: [UInt8]
      /// The value of `instance`.
      public var instance: [UInt8]
    }

    /// Which one.
    public var name: Name
    /// Series that leave.
    public var series: Int
  }

  /// The metrics that lose something.
  public private(set) var metrics: [Metric] = []
  /// The targets whose series leave; none where they were not counted.
  public private(set) var targets: [Target] = []

  /// Nothing.
  public init() {}

  /// These metrics and targets, in any order.
  init(metrics: [Metric], targets: [Target] = []) {
    self.metrics = metrics.sorted { left, right in
      (left.samples, left.series) == (right.samples, right.series)
        ? left.name.lexicographicallyPrecedes(right.name)
        : (left.samples, left.series) > (right.samples, right.series)
    }
    self.targets = targets.sorted { left, right in
      guard left.series == right.series else { return left.series > right.series }
      return (left.name.job + [0] + left.name.instance).lexicographicallyPrecedes(
        right.name.job + [0] + right.name.instance)
    }
  }

  /// What is missing of `before` in `after`, both by metric.
  init(from before: [[UInt8]: Repair.MetricCount], to after: [[UInt8]: Repair.MetricCount]) {
    var metrics: [Metric] = []
    for (name, old) in before {
      let new = after[name] ?? Repair.MetricCount()
      let lost = (
        series: max(0, old.series - new.series), samples: max(0, old.samples - new.samples)
      )
      guard lost.samples > 0 || lost.series > 0 else { continue }
      metrics.append(
        Metric(
          name: name, series: lost.series, samples: lost.samples, seriesLeft: new.series,
          samplesLeft: new.samples))
    }
    self.init(metrics: metrics)
  }

  /// The same, but at least what is missing of `before` in `after`.
  func raised(
    from before: [[UInt8]: Repair.MetricCount], to after: [[UInt8]: Repair.MetricCount]
  ) -> Toll {
    var all = Dictionary(metrics.map { ($0.name, $0) }) { first, _ in first }
    for other in Toll(from: before, to: after).metrics
    where other.samples > all[other.name]?.samples ?? 0 {
      all[other.name] = other
    }
    return Toll(metrics: Array(all.values), targets: targets)
  }

  /// The same with other counts of the samples that leave, by metric.
  func counting(_ samples: [[UInt8]: Int]) -> Toll {
    let counted = metrics.map { metric in
      var metric = metric
      metric.samples = samples[metric.name] ?? 0
      return metric
    }
    return Toll(metrics: counted, targets: targets)
  }

  /// Samples of all metrics.
  public var samples: Int { metrics.reduce(0) { $0 + $1.samples } }
  /// Series of all metrics.
  public var series: Int { metrics.reduce(0) { $0 + $1.series } }
}
