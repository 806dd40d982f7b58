internal import TSDBAnalysis

/// `analyze` for people: the tables of promtool and more, aligned.
package struct AnalysisText {
  let subject: AnalysisSubject
  /// The selectors as they were written.
  package let selectors: [String]
  let color: Color

  package init(subject: AnalysisSubject, selectors: [String], color: Color) {
    self.subject = subject
    self.selectors = selectors
    self.color = color
  }

  /// Writes the tables.
  package func write(to out: inout ReportSink) {
    let tables = subject.cardinality
    out.line(color(.heading, title))
    out.line("  " + figures(tables))
    table("Metrics by series", "series", tables.metrics, &out)
    table("Labels by distinct values", "values", tables.labels, &out)
    table("Label pairs by series", "series", tables.commonPairs, &out)
    targets(tables.targets, &out)
    table("Labels by bytes of their values", "bytes", tables.valueLengths, &out)
    table(
      "Label names most involved in churn (whole series' worth of uncovered time)", "churn",
      tables.churningNames, &out)
    table("Label pairs most involved in churn", "churn", tables.churningPairs, &out)
    if let chunks = subject.chunks { write(chunks, to: &out) }
    out.line()
  }

  private var title: String {
    let name = subject.block.map { "\(subject.scope) \($0)" } ?? subject.scope
    if let instant = subject.instant { return "\(name) at \(TimeText.seconds(instant))" }
    guard let start = subject.minTime, let end = subject.maxTime else { return name }
    let range = "\(TimeText.seconds(start)) to \(TimeText.seconds(end))"
    return "\(name)  \(range)  (\(TimeText.duration(subject.duration)))"
  }

  private func figures(_ tables: Cardinality) -> String {
    var parts = ["\(Units.count(subject.totalSeries)) series"]
    if !selectors.isEmpty {
      let shown = selectors.map { DisplayText.escaped($0) }.joined(separator: " or ")
      parts.append("\(Units.count(tables.series)) selected by \(shown)")
    }
    parts.append("\(Units.count(tables.labelNames)) label names")
    parts.append("\(Units.count(tables.uniquePairs)) label pairs")
    parts.append("\(Units.count(tables.totalPairs)) labels in all")
    if subject.deletedSeries > 0 {
      let deleted = "\(Units.count(subject.deletedSeries)) deleted whole by tombstones"
      parts.append(subject.block == nil ? "\(deleted) and not counted" : "\(deleted) among them")
    }
    if let tombstones = subject.tombstones, tombstones > 0 {
      parts.append("\(Units.count(tombstones)) tombstones")
    }
    return parts.joined(separator: ", ")
  }

  private func table(
    _ heading: String, _ unit: String, _ lines: [Cardinality.Line],
    _ out: inout ReportSink
  ) {
    guard !lines.isEmpty else { return }
    var table = Table([.right(unit), .left("", limit: 100)])
    for line in lines {
      table.row([Units.count(line.count), DisplayText.escaped(line.key)])
    }
    out.line("\n" + color(.heading, heading))
    out.write(table.text(color: color))
  }

  private func targets(_ targets: [Cardinality.TargetCount], _ out: inout ReportSink) {
    guard !targets.isEmpty else { return }
    var table = Table([.right("series"), .left("job", limit: 50), .left("instance", limit: 50)])
    for target in targets {
      table.row([
        Units.count(target.series), DisplayText.escaped(target.job),
        DisplayText.escaped(target.instance),
      ])
    }
    out.line("\n" + color(.heading, "Targets by series"))
    out.write(table.text(color: color))
  }

  private func write(_ chunks: ChunkStatistics, to out: inout ReportSink) {
    var table = Table([
      .left(""), .right("chunks"), .right("least"), .right("mean"), .right("most"),
    ])
    let parts = [
      ("samples per float chunk", chunks.floatSamples),
      ("bytes per float chunk", chunks.floatBytes),
      ("samples per histogram chunk", chunks.histogramSamples),
      ("bytes per histogram chunk", chunks.histogramBytes),
      ("buckets per histogram chunk", chunks.histogramBuckets),
    ]
    for (title, distribution) in parts {
      guard let steps = SteppedDistribution(distribution) else { continue }
      table.row([
        title, Units.count(distribution.count), Units.count(steps.min),
        Units.count(steps.average), Units.count(steps.max),
      ])
    }
    out.line("\n" + color(.heading, "Chunks"))
    out.write(table.text(color: color))
  }
}
