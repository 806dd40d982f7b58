package import TSDBAnalysis
package import TSDBDiagnosis
internal import TSDBFormat
package import TSDBStore

/// What grew, and why, as JSON: every series that was born, put to one account.
package struct GrowthReport: Encodable {
  let bornSeries: Int
  let ordinarySeries: Int
  let unexplainedSeries: Int
  let causes: [Cause]

  /// `memory` has the bytes that each cause takes in a replay.
  package init(_ growth: Growth, memory: [Int]) {
    bornSeries = growth.bornSeries
    ordinarySeries = growth.ordinarySeries
    unexplainedSeries = growth.unexplainedSeries
    causes = zip(growth.causes, memory).map { Cause($0, replayBytes: $1) }
  }

  /// The ledger of what was read of `directory`, for a server of `release`.
  package init?(
    _ growth: Growth?, in read: DirectoryHistory, of directory: DataDirectory,
    release: PrometheusRelease
  ) {
    guard let growth else { return nil }
    let load = ReplayLoad(read, headChunks: directory.headChunks, release: release.behaviour)
    self.init(growth, memory: ReplayMemory.ofCauses(of: growth, in: read, load))
  }

  /// A metric and how many series of it.
  struct Metric: Encodable {
    let name: JSONText?
    let series: Int

    private enum CodingKeys: CodingKey { case name, series }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(name, forKey: .name)
      try container.encode(series, forKey: .series)
    }
  }

  /// A job and how many series of it.
  struct Job: Encodable {
    let job: JSONText?
    let series: Int

    private enum CodingKeys: CodingKey { case job, series }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(job, forKey: .job)
      try container.encode(series, forKey: .series)
    }
  }

  /// One reason why series were born. What does not apply is null.
  struct Cause: Encodable {
    private let cause: GrowthCause

    private let replayBytes: Int

    init(_ cause: GrowthCause, replayBytes: Int) {
      self.cause = cause
      self.replayBytes = replayBytes
    }

    private enum CodingKeys: CodingKey {
      case kind, incident, trend, label, alsoLabels, metrics, jobs, commonLabels, source, series
      case values, valuesBefore, seriesBefore, labelBytes, onset, lastBirth, endedAt, aliveSeries
      case seriesPerSecond, seriesEach, examples, template, estimatedReplayBytes, selector, follows
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(cause.kind.rawValue, forKey: .kind)
      try container.encode(cause.isIncident, forKey: .incident)
      try container.encode(cause.isTrend, forKey: .trend)
      try container.encode(cause.label.map { JSONText($0) }, forKey: .label)
      try container.encode(cause.alsoLabels.map { JSONText($0) }, forKey: .alsoLabels)
      try container.encode(
        cause.metrics.map { Metric(name: $0.name.map { JSONText($0) }, series: $0.series) },
        forKey: .metrics)
      try container.encode(
        cause.jobs.map { Job(job: $0.name.map { JSONText($0) }, series: $0.series) }, forKey: .jobs)
      var common: [String: JSONText] = [:]
      for label in cause.commonLabels {
        common[String(decoding: label.name, as: UTF8.self)] = JSONText(label.value)
      }
      try container.encode(common, forKey: .commonLabels)
      try container.encode(cause.source.rawValue, forKey: .source)
      try container.encode(cause.series, forKey: .series)
      try container.encode(cause.label == nil ? nil : cause.values, forKey: .values)
      try container.encode(cause.label == nil ? nil : cause.valuesBefore, forKey: .valuesBefore)
      try container.encode(cause.seriesBefore, forKey: .seriesBefore)
      try container.encode(cause.labelBytes, forKey: .labelBytes)
      try container.encode(cause.onset.map { JSONTime($0) }, forKey: .onset)
      try container.encode(JSONTime(cause.lastBirth), forKey: .lastBirth)
      try container.encode(cause.endedAt.map { JSONTime($0) }, forKey: .endedAt)
      try container.encode(cause.aliveSeries, forKey: .aliveSeries)
      try container.encode(cause.seriesPerSecond, forKey: .seriesPerSecond)
      try container.encode(cause.seriesEach, forKey: .seriesEach)
      try container.encode(cause.examples.map { JSONText($0) }, forKey: .examples)
      try container.encode(cause.template, forKey: .template)
      try container.encode(replayBytes, forKey: .estimatedReplayBytes)
      try container.encode(cause.selectors, forKey: .selector)
      try container.encode(cause.follows, forKey: .follows)
    }
  }
}
