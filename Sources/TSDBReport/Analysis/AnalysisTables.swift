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
    let counts = [
      lines("metrics", "Metrics by series", "series", "metric", tables.metrics),
      lines("labels", "Labels by distinct values", "values", "label", tables.labels),
      lines("labelPairs", "Label pairs by series", "series", "pair", tables.commonPairs),
    ]
    let sizes = [
      lines("labelBytes", "Labels by bytes of their values", "bytes", "label", tables.valueLengths)
    ]
    guard !subject.isQuick else { return counts + sizes }
    let churning = "most involved in churn"
    let bytes = subject.bytes.map { ResultTable.bytes(prefix, $0, milliseconds: subject.duration) }
    let targets = [
      ResultTable.targets(prefix + "targets", "Targets by series", tables.targets)
    ]
    let churn = [
      lines(
        "churningLabels", "Label names \(churning) (whole series' worth of uncovered time)",
        "churn", "label", tables.churningNames),
      lines("churningPairs", "Label pairs \(churning)", "churn", "pair", tables.churningPairs),
    ]
    let chunks = subject.chunks.map { [ResultTable.chunks(prefix + "chunks", $0)] }
    return counts + targets + sizes + churn + (bytes ?? []) + (chunks ?? [])
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

  /// What takes room on disk, over a time of so many milliseconds.
  static func bytes(_ prefix: String, _ tables: ByteTables, milliseconds: Int64) -> [ResultTable] {
    let numbers: [Column] =
      [.number("size", "bytes")]
      + (tables.samples == nil ? [] : [.number("samples"), .number("per second")])
    func cells(_ bytes: UInt64, _ samples: UInt64?) -> [Cell] {
      guard let samples else { return [.bytes(bytes)] }
      let rate = ByteTables.perSecond(samples, milliseconds: milliseconds)
      return [.bytes(bytes), .count(samples), rate.map { .rate($0) } ?? .empty]
    }
    func lines(
      _ name: String, _ caption: String, _ key: String, _ lines: [ByteTables.Line]
    ) -> ResultTable {
      var table = ResultTable(prefix + name, caption, numbers + [.text("", key, limit: 100)])
      table.rows(lines) { cells($0.bytes, $0.samples) + [.value($0.key)] }
      return table
    }
    var targets = ResultTable(
      prefix + "targetChunks", "Targets by bytes of their chunks",
      numbers + [.text("job", limit: 50), .text("instance", limit: 50)])
    targets.rows(tables.targets) {
      cells($0.bytes, $0.samples) + [.value($0.job), .value($0.instance)]
    }
    return [
      lines("metricChunks", "Metrics by bytes of their chunks", "metric", tables.metrics),
      lines("labelChunks", "Labels by bytes of the chunks", "label", tables.labels),
      lines("labelPairChunks", "Label pairs by bytes of their chunks", "pair", tables.pairs),
      targets,
    ]
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
