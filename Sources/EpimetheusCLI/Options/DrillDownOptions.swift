internal import ArgumentParser
internal import TSDBAnalysis
internal import TSDBDiagnosis
internal import TSDBStore

/// `--by`, `--metric` and `--label` of `analyze`: one table, or one metric or label taken apart.
struct DrillDownOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Only the series by this: metric, label (distinct values), pair, target, or the name of a label.",
      valueName: "key"))
  var by: String?

  @Option(
    help: ArgumentHelp(
      "Take this metric apart: which of its labels multiplies it, and what is left without it.",
      valueName: "name"))
  var metric: String?

  @Option(
    help: ArgumentHelp(
      "Take this label apart: which metrics use it, and what its values are.", valueName: "name"))
  var label: String?

  func validate() throws {
    if [by, metric, label].count(where: { $0 != nil }) > 1 {
      throw ValidationError("Give one of --by, --metric and --label.")
    }
  }

  /// True if one of them was given.
  var isAsked: Bool { by != nil || metric != nil || label != nil }

  /// Looks closer at `analysis`, and writes what was found; `proposals` are those for the metric.
  func write(
    _ analysis: HistoryAnalysis, parts: DirectoryHistory.Parts, directory: String,
    selectors: [Selector], limit: Int, output: OutputOptions<PeerFormat>, _ csv: CSV,
    _ damage: [FileError],
    proposals: Proposals?, memory: MemoryOption
  ) throws {
    let subject = AnalysisSubject(analysis, parts: parts)
    let found = try result(of: analysis, limit, memory)
    try StandardOutput.write { out in
      switch output.format {
      case .json:
        out.write(
          try JSONOutput.report(
            found.json(
              directory: directory, matchers: selectors.map(\.text), scope: subject.scope,
              series: subject.cardinality.series, damage: damage, proposals: proposals)))
      case .csv: try csv.write(found.tables, to: &out)
      case .markdown: out.write(Markdown.tables(found.tables))
      case .text, .promtool:
        DrillDownText(subject: subject, color: output.colors).write(found, to: &out)
        if let proposals {
          out.line()
          out.write(ProposalsText(proposals, color: output.colors).text)
        }
      }
    }
  }

  private func result(
    of analysis: HistoryAnalysis, _ limit: Int, _ memory: MemoryOption
  ) throws -> DrillDown {
    if let metric {
      let found = analysis.drillDown(
        metric: Array(metric.utf8), limit: limit, maxMemory: memory.share(upTo: 1 << 30))
      guard let found else { throw DrillDownFailure.noMetric(metric) }
      return .metric(found)
    }
    let tables = analysis.cardinality
    switch by {
    case "metric": return .table("Metrics by series", "series", tables.metrics)
    case "label": return .table("Labels by distinct values", "values", tables.labels)
    case "pair": return .table("Label pairs by series", "series", tables.commonPairs)
    case "target": return .targets(tables.targets)
    default: break
    }
    let name = label ?? by ?? ""
    guard let found = analysis.drillDown(label: Array(name.utf8), limit: limit) else {
      throw DrillDownFailure.noLabel(name)
    }
    if label != nil { return .label(found) }
    let lines = found.values.top.map {
      Cardinality.Line(count: UInt64($0.count), key: $0.text)
    }
    return .table("Values of \(DisplayText.escaped(name)) by series", "series", lines)
  }
}

/// Why there is nothing to look at.
enum DrillDownFailure: Error, CustomStringConvertible {
  case noMetric(String)
  case noLabel(String)

  var description: String {
    switch self {
    case .noMetric(let name): "no series selected has the metric name \(DisplayText.escaped(name))"
    case .noLabel(let name): "no series selected has a label \(DisplayText.escaped(name))"
    }
  }
}
