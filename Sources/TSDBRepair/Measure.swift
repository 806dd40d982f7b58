internal import TSDBAnalysis
internal import TSDBCheck
internal import TSDBDiagnosis
internal import TSDBFormat

/// What a repair is said to cost is what was found by looking at the directory before and after.
extension Repair.Result {
  /// Sets the loss of the steps to what is missing after them. What each step counts says which of them
  /// takes it; together they come to what is found, no more and no less.
  mutating func measure() {
    guard isProven, !steps.isEmpty else { return }
    toll = missing.map { Toll($0) } ?? Toll(from: before.readable, to: after.readable)
    if comparesStarts { toll = toll.raised(from: stillAsked, to: after.served) }
    var left = toll.samples
    for index in steps.indices {
      let own = min(steps[index].loss.samples, left)
      steps[index].loss.samples = own
      left -= own
    }
    // The one that took the most is the likeliest to have taken more; without one, the first.
    if left > 0 {
      let most = steps.indices.max { steps[$0].loss.samples < steps[$1].loss.samples } ?? 0
      steps[most].loss.samples += left
      if steps[most].loss.series == 0 { steps[most].loss.series = max(1, toll.series) }
    }
    let takers = steps.indices.filter { steps[$0].loss.samples > 0 }
    if let missing, let only = takers.first, takers.count == 1 {
      steps[only].loss.timeRange = missing.timeRange
    }
    for index in steps.indices where steps[index].loss.samples == 0 && toll.series == 0 {
      steps[index].loss.series = 0
      steps[index].loss.timeRange = TimeRange()
    }
  }
}

extension Repair.Result {
  /// True for an operation on its own, of which no repair is due that would bring something back: what a server
  /// served and serves no more is lost, though we may be able to read it still. So are samples that a block had
  /// and the log has, where their series are defined anew behind them, without the block (Prometheus:
  /// tsdb/head_wal.go, `resetSeriesWithMMappedChunks`); and without the log, those that `chunks_head` has behind
  /// damage.
  private var comparesStarts: Bool { !isRepair && !after.startup.isRefusedForGood }

  /// What a server served, but of metrics of which queries fail now: nothing of them is gone by that.
  private var stillAsked: [[UInt8]: Repair.MetricCount] {
    let starts = [after.startup.first, after.startup.second].compactMap(\.self)
    let failing = Set(starts.flatMap(\.failing))
    return before.served.filter { !failing.contains($0.key) }
  }

  /// True if the same steps were made to the same files.
  func isSame(as other: Repair.Result) -> Bool {
    steps.count == other.steps.count
      && zip(steps, other.steps).allSatisfy {
        $0.operation == $1.operation && $0.files == $1.files
      }
  }
}

extension SampleLoss {
  /// When the samples are that are missing.
  fileprivate var timeRange: TimeRange {
    lost.values.reduce(into: TimeRange()) { $0.include($1.timeRange) }
  }
}

extension Toll {
  /// What is missing.
  init(_ loss: SampleLoss) {
    self.init(
      metrics: loss.lost.map { name, lost in
        Metric(
          name: name, series: lost.series, samples: lost.samples,
          seriesLeft: loss.left[name]?.series ?? 0, samplesLeft: loss.left[name]?.samples ?? 0)
      })
  }
}

extension StartupPrediction.Start {
  /// What is served, by the metric of its own labels: each sample is counted once, though a query for another
  /// metric may find it too.
  var servedOnce: [[UInt8]: Repair.MetricCount] {
    var all: [[UInt8]: Repair.MetricCount] = [:]
    for (name, count) in served ?? [:] {
      let twice = borrowed[name] ?? ReplayComparison.Count()
      let samples = count.samples - twice.samples - (repeated[name] ?? 0)
      guard samples > 0 else { continue }
      all[name] = Repair.MetricCount(series: count.series - twice.series, samples: samples)
    }
    return all
  }

  /// What can be read under the labels of its series, by metric: what is served and what is not.
  var readable: [[UInt8]: Repair.MetricCount] {
    var all = servedOnce
    for metric in metrics {
      all[metric.name, default: Repair.MetricCount()].series += metric.series
      all[metric.name, default: Repair.MetricCount()].samples += metric.samples
    }
    if unlabelled > 0 { all[[]]?.samples -= unlabelled }
    return all
  }
}

extension Check {
  /// What could not be looked at, one sentence each.
  var unread: [String] {
    result.findings.filter(\.isUnread).map { "\($0.path): \($0.message)" }
  }
}
