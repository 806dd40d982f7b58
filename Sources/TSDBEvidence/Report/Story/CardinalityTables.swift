internal import TSDBAnalysis
internal import TSDBFormat
internal import TSDBReport
internal import Wording

/// What is large.
extension Story {
  private static let limit = 15

  var cardinality: Section? {
    let tables = evidence.cardinality
    guard tables.series > 0 else { return nil }
    var blocks: [Block] = [
      .paragraph(
        "\(number(tables.series, "series", "series")), \(number(tables.labelNames, "label name")), "
          + "\(number(tables.uniquePairs, "label pair")); of these series, "
          + "\(Units.count(evidence.headCardinality.series)) are in the head.")
    ]
    let metrics = lines("Metrics by series", "metric", "series", tables.metrics)
    blocks.append(.chart(metricChart(tables), metrics))
    blocks.append(.table(lines("Labels by distinct values", "label", "values", tables.labels)))
    blocks.append(.table(lines("Label pairs by series", "pair", "series", tables.commonPairs)))
    if !tables.targets.isEmpty { blocks.append(.table(targets(tables))) }
    blocks.append(
      .table(lines("Labels by bytes of their values", "label", "bytes", tables.valueLengths)))
    return Section(id: "cardinality", title: "Cardinality", blocks: blocks)
  }

  private func metricChart(_ tables: Cardinality) -> BarChart {
    let shown = tables.metrics.prefix(8)
    let share =
      Double(shown.first?.count ?? 0) / Double(max(1, tables.series))
    let name = ForeignText.short(shown.first?.key ?? [])
    return BarChart(
      title: "Metrics with the most series",
      description: "\(name) has \(Units.percent(share)) of all series.",
      axis: "series", unit: .count,
      bars: shown.map {
        BarChart.Bar(
          name: ForeignText.short($0.key), value: $0.count,
          isCulprit: $0.key == explosion?.metric)
      })
  }

  private func lines(
    _ caption: String, _ key: String, _ unit: String, _ lines: [Cardinality.Line]
  ) -> ResultTable {
    var table = ResultTable(caption: caption, [.text(key), .number(unit)])
    table.rows(lines, limit: Self.limit) { ["\(value: $0.key)", "\(Units.count($0.count))"] }
    table.omitted = 0
    return table
  }

  private func targets(_ tables: Cardinality) -> ResultTable {
    var table = ResultTable(
      caption: "Targets by series", [.text("job"), .text("instance"), .number("series")])
    table.rows(tables.targets, limit: Self.limit) {
      [
        $0.job.isEmpty ? "no job" : "\(value: $0.job)",
        $0.instance.isEmpty ? "no instance" : "\(value: $0.instance)", "\(Units.count($0.series))",
      ]
    }
    table.omitted = 0
    return table
  }
}
