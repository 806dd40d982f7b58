package import TSDBAnalysis

/// What a closer look found.
package enum DrillDown {
  case table(String, String, [Cardinality.Line])
  case targets([Cardinality.TargetCount])
  case metric(MetricDrillDown)
  case label(LabelDrillDown)
}

extension DrillDown {
  /// What was found, for every format.
  package var tables: [ResultTable] {
    switch self {
    case .table(let title, let unit, let lines): [.lines("counts", title, unit, "key", lines)]
    case .targets(let targets): [.targets("targets", "Targets by series", targets)]
    case .metric(let metric): Self.tables(of: metric)
    case .label(let label): Self.tables(of: label)
    }
  }

  private static func tables(of metric: MetricDrillDown) -> [ResultTable] {
    var table = ResultTable(
      "withoutLabel", "What would be left without a label",
      [
        .number("series"), .number("times fewer"), .number("values"), .text("label"),
        .text("mostly"), .text("such as", limit: 60),
      ])
    table.rows(metric.labels) { label in
      let about = label.isEstimate ? "about " : ""
      let examples = label.values.top.prefix(2).map { DisplayText.escaped($0.text) }
      return [
        .shown(about + Units.count(label.seriesWithout), as: .count(label.seriesWithout)),
        .decimal(Double(metric.series) / Double(max(label.seriesWithout, 1)), places: 1),
        .count(label.values.count), .value(label.name),
        .words(label.values.shapes.first?.shape.rawValue),
        .words(examples.joined(separator: ", ")),
      ]
    }
    guard let worst = metric.labels.first, worst.values.count > 1 else { return [table] }
    return [table, shapes(of: worst.values)]
  }

  private static func tables(of label: LabelDrillDown) -> [ResultTable] {
    var metrics = ResultTable(
      "metrics", "Metrics that use it",
      [.number("series"), .number("values"), .text("metric", limit: 100)])
    metrics.rows(label.metrics) { [.count($0.series), .count($0.values), .value($0.metric)] }
    var values = ResultTable(
      "values", "Values by series", [.number("series"), .text("value", limit: 100)])
    values.rows(label.values.top) { [.count($0.count), .value($0.text)] }
    return [metrics, values, shapes(of: label.values)]
  }

  /// Shapes, prefixes and bytes.
  private static func shapes(of values: LabelValues) -> ResultTable {
    var table = ResultTable(
      "shapes", "What its values look like", [.number("values"), .text("", "shape")])
    table.note =
      "\(Units.count(values.count)) values of \(Units.bytes(values.bytes)); "
      + "\(Units.bytes(values.bytesInSeries)) in all series together"
    table.rows(values.shapes) { [.count($0.values), .words($0.shape.rawValue)] }
    table.rows(values.prefixes) { prefix in
      let words = "begin with \(DisplayText.escaped(prefix.text))"
      return [.count(prefix.count), .words(words)]
    }
    return table
  }
}
