internal import TSDBAnalysis
package import TSDBDiagnosis
package import TSDBStore

extension DrillDown {
  /// A closer look of `analyze` as JSON: one object with the part that was asked for.
  package func json(
    directory: String, matchers: [String], scope: String, series: UInt64, damage: [FileError],
    proposals: Proposals?
  ) -> JSONObject {
    let part: JSONObject =
      switch self {
      case .table(_, _, let lines): ["table": lines.map(\.json)]
      case .targets(let targets): ["targets": targets.map(\.json)]
      case .metric(let metric): ["metric": metric.json]
      case .label(let label): ["label": label.json]
      }
    let report: JSONObject = [
      "directory": directory, "matchers": matchers, "scope": scope, "matchedSeries": series,
      "proposals": proposals?.json, "findings": FindingJSON.all(damage, in: directory),
    ]
    return (report + part).report
  }
}

extension MetricDrillDown {
  fileprivate var json: JSONObject {
    [
      "name": JSONText(metric), "series": series,
      "labels": labels.map { label -> JSONObject in
        [
          "name": JSONText(label.name), "series": label.series,
          "seriesWithout": label.seriesWithout, "isEstimate": label.isEstimate,
          "values": label.values.json,
        ]
      },
    ]
  }
}

extension LabelDrillDown {
  fileprivate var json: JSONObject {
    [
      "name": JSONText(label), "series": series, "metricCount": metricCount,
      "metrics": metrics.map { metric -> JSONObject in
        ["metric": JSONText(metric.metric), "series": metric.series, "values": metric.values]
      }, "values": values.json,
    ]
  }
}

extension LabelValues {
  fileprivate var json: JSONObject {
    func entries(_ lines: [LabelValues.Line]) -> [JSONObject] {
      lines.map { ["key": JSONText($0.text), "count": $0.count] }
    }
    return [
      "count": count, "bytes": bytes, "bytesInSeries": bytesInSeries, "top": entries(top),
      "shapes": shapes.map { shape -> JSONObject in
        ["shape": shape.shape.rawValue, "values": shape.values]
      }, "prefixes": entries(prefixes),
    ]
  }
}
