internal import TSDBAnalysis

/// The tables of `analyze`, for every format.
extension AnalysisText {
  /// Those of `subject`; the tables of a block have its name in front of theirs.
  package static func tables(of subject: AnalysisSubject) -> [ResultTable] {
    let tables = subject.cardinality
    let prefix = subject.block.map { $0 + "/" } ?? ""
    func lines(
      _ name: String, _ caption: String, _ unit: String, _ key: String, _ lines: [Cardinality.Line]
    ) -> ResultTable { .lines(prefix + name, caption, unit, key, lines) }
    let churning = "most involved in churn"
    return [
      lines("metrics", "Metrics by series", "series", "metric", tables.metrics),
      lines("labels", "Labels by distinct values", "values", "label", tables.labels),
      lines("labelPairs", "Label pairs by series", "series", "pair", tables.commonPairs),
      .targets(prefix + "targets", "Targets by series", tables.targets),
      lines("labelBytes", "Labels by bytes of their values", "bytes", "label", tables.valueLengths),
      lines(
        "churningLabels", "Label names \(churning) (whole series' worth of uncovered time)",
        "churn", "label", tables.churningNames),
      lines("churningPairs", "Label pairs \(churning)", "churn", "pair", tables.churningPairs),
    ] + (subject.chunks.map { [.chunks(prefix + "chunks", $0)] } ?? [])
  }
}

extension ResultTable {
  /// Counts by key.
  static func lines(
    _ name: String, _ caption: String, _ unit: String, _ key: String, _ lines: [Cardinality.Line]
  ) -> ResultTable {
    var table = ResultTable(name, caption, [.number(unit), .text("", key, limit: 100)])
    table.rows(lines) { [.count($0.count), .value($0.key)] }
    return table
  }

  /// Series by target.
  static func targets(
    _ name: String, _ caption: String, _ targets: [Cardinality.TargetCount]
  ) -> ResultTable {
    var table = ResultTable(
      name, caption, [.number("series"), .text("job", limit: 50), .text("instance", limit: 50)])
    table.rows(targets) { [.count($0.series), .value($0.job), .value($0.instance)] }
    return table
  }

  /// What chunks are made of.
  static func chunks(_ name: String, _ chunks: ChunkStatistics) -> ResultTable {
    var table = ResultTable(
      name, "Chunks",
      [
        .text("", "what"), .number("chunks"), .number("least"), .number("mean"), .number("most"),
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
        .words(title), .count(distribution.count), .count(steps.min), .count(steps.average),
        .count(steps.max),
      ])
    }
    return table
  }
}
