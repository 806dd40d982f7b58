internal import TSDBAnalysis
package import TSDBDiagnosis
package import TSDBStore

/// A closer look of `analyze` as JSON: one object with the part that was asked for.
package struct DrillDownJSON: Encodable {
  let schemaVersion = JSONOutput.schemaVersion
  let directory: String
  let matchers: [String]
  let scope: String
  /// Series that the matchers select.
  let matchedSeries: UInt64
  let table: [Entry]?
  let targets: [Target]?
  let metric: Metric?
  let label: Label?
  let proposals: ProposalsReport?
  let findings: [FindingJSON]

  private enum CodingKeys: CodingKey {
    case schemaVersion, directory, matchers, scope, matchedSeries, table, targets, metric, label
    case findings, proposals
  }

  struct Entry: Encodable {
    let key: JSONText
    let count: UInt64
  }

  struct Target: Encodable {
    let job: JSONText
    let instance: JSONText
    let series: UInt64
  }

  struct Metric: Encodable {
    let name: JSONText
    let series: Int
    let labels: [MetricLabel]
  }

  struct MetricLabel: Encodable {
    let name: JSONText
    let series: Int
    let seriesWithout: Int
    let isEstimate: Bool
    let values: Values
  }

  package struct Label: Encodable {
    let name: JSONText
    let series: Int
    let metricCount: Int
    let metrics: [LabelMetric]
    let values: Values
  }

  struct LabelMetric: Encodable {
    let metric: JSONText
    let series: Int
    let values: Int
  }

  package struct Values: Encodable {
    let count: Int
    let bytes: Int
    let bytesInSeries: Int
    let top: [Entry]
    let shapes: [Shape]
    let prefixes: [Entry]

    init(_ values: LabelValues) {
      func entries(_ lines: [LabelValues.Line]) -> [Entry] {
        lines.map { Entry(key: JSONText($0.text), count: UInt64($0.count)) }
      }
      count = values.count
      bytes = values.bytes
      bytesInSeries = values.bytesInSeries
      top = entries(values.top)
      shapes = values.shapes.map { Shape(shape: $0.shape.rawValue, values: $0.values) }
      prefixes = entries(values.prefixes)
    }
  }

  struct Shape: Encodable {
    let shape: String
    let values: Int
  }

  package init(
    directory: String, matchers: [String], scope: String, series: UInt64, found: DrillDown,
    damage: [FileError], proposals: Proposals?
  ) {
    self.directory = directory
    self.matchers = matchers
    self.scope = scope
    matchedSeries = series
    self.proposals = proposals.map(ProposalsReport.init)
    findings = FindingJSON.all(damage, in: directory)
    var parts: (table: [Entry]?, targets: [Target]?, metric: Metric?, label: Label?)
    switch found {
    case .table(_, _, let lines):
      parts.table = lines.map { Entry(key: JSONText($0.key), count: $0.count) }
    case .targets(let targets):
      parts.targets = targets.map {
        Target(job: JSONText($0.job), instance: JSONText($0.instance), series: $0.series)
      }
    case .metric(let metric): parts.metric = Metric(metric)
    case .label(let label): parts.label = Label(label)
    }
    (table, targets, metric, label) = parts
  }
}

extension DrillDownJSON.Metric {
  init(_ metric: MetricDrillDown) {
    name = JSONText(metric.metric)
    series = metric.series
    labels = metric.labels.map { label in
      DrillDownJSON.MetricLabel(
        name: JSONText(label.name), series: label.series, seriesWithout: label.seriesWithout,
        isEstimate: label.isEstimate, values: DrillDownJSON.Values(label.values))
    }
  }
}

extension DrillDownJSON.Label {
  init(_ label: LabelDrillDown) {
    name = JSONText(label.label)
    series = label.series
    metricCount = label.metricCount
    metrics = label.metrics.map {
      DrillDownJSON.LabelMetric(
        metric: JSONText($0.metric), series: $0.series, values: $0.values)
    }
    values = DrillDownJSON.Values(label.values)
  }
}
