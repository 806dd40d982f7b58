internal import TSDBAnalysis
internal import TSDBFormat
internal import TSDBStore

/// The series that `flush-head` leaves out, counted as a server holds them after replay.
enum DroppedSeries {
  /// What they come to, and how many series stay of their metrics, which are in `kept`.
  static func count(
    _ directory: DataDirectory, _ options: FlushHead.Options, besides kept: HeadChunkView
  ) async throws(FileError) -> (Loss, Toll, idle: [Selector]) {
    guard !options.dropped.isEmpty else { return (Loss(), Toll(), []) }
    var idle = options.dropped
    var view = options.view
    view.selectors = options.dropped
    var loss = Loss()
    var metrics: [[UInt8]: Toll.Metric] = [:]
    var targets: [Toll.Target.Name: Int] = [:]
    try await SampleLoss.ofHead(directory, view) { labels, count in
      idle.removeAll { $0.matches(labels) }
      let samples = count.samples
      loss.series += 1
      loss.samples += samples
      loss.timeRange.include(count.timeRange)
      let name = labels.value("__name__")
      var metric =
        metrics[name]
        ?? Toll.Metric(name: name, series: 0, samples: 0, seriesLeft: 0, samplesLeft: nil)
      metric.series += 1
      metric.samples += samples
      metrics[name] = metric
      targets[
        Toll.Target.Name(job: labels.value("job"), instance: labels.value("instance")), default: 0] +=
        1
    }
    kept.forEachSeries { labels in metrics[labels.value("__name__")]?.seriesLeft += 1 }
    return (
      loss,
      Toll(
        metrics: Array(metrics.values),
        targets: targets.map { Toll.Target(name: $0.key, series: $0.value) }),
      idle
    )
  }
}

extension [Label] {
  /// The value of a label; empty where there is none.
  func value(_ name: String) -> [UInt8] {
    first { $0.name.elementsEqual(name.utf8) }?.value ?? []
  }
}
