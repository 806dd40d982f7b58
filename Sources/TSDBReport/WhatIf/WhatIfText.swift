internal import PrometheusConfig
package import TSDBAnalysis
package import TSDBDiagnosis
internal import TSDBFormat
internal import TSDBStore

/// `whatif` for people: before, after, and what would go wrong.
package struct WhatIfText {
  private let changed: ChangedDirectory
  private let changes: SeriesChanges
  private let limit: Int
  private let color: Color

  private var whatIf: WhatIf { changed.whatIf }

  package init(_ changed: ChangedDirectory, _ changes: SeriesChanges, limit: Int, color: Color) {
    self.changed = changed
    self.changes = changes
    self.limit = limit
    self.color = color
  }

  /// Writes everything.
  package func write(to out: inout ReportSink) {
    out.write(figures.section(color: color))
    section("What would go wrong", problems, &out)
    for table in [collisions, metrics] where !table.isEmpty {
      out.write("\n" + table.section(color: color))
    }
  }

  private var title: String {
    var parts: [String] = []
    parts += changes.dropped.map { "without \($0.text)" }
    parts += changes.kept.map { "only \($0.text)" }
    if changes.configuration != nil {
      parts.append(
        changes.job.map { "with the rules of job \($0)" } ?? "with the rules of the file")
    }
    parts += changes.droppedLabels.map {
      "without label \(String(decoding: $0, as: UTF8.self))"
    }
    return DisplayText.escaped(parts.joined(separator: ", "))
  }

  /// Before, after, and the change.
  private var figures: ResultTable {
    var table = ResultTable(
      "figures", "What if: " + title,
      [.text("", "figure"), .number("before"), .number("after"), .number("change")])
    func row(_ title: String, _ before: Int, _ after: Int, _ cell: (Int) -> ResultTable.Cell) {
      table.row([.words(title), cell(before), cell(after), .words(Self.change(before, after))])
    }
    let (before, after) = (whatIf.before, whatIf.after)
    row("series", before.series, after.series) { .count($0) }
    row("label values", before.values, after.values) { .count($0) }
    row("label names", before.labelNames, after.labelNames) { .count($0) }
    row("series in the head", before.headSeries, after.headSeries) { .count($0) }
    row(
      "memory to replay it, about", changed.memoryBefore.estimatedBytes,
      changed.memoryAfter.estimatedBytes
    ) { .bytes($0) }
    row("series born", before.births, after.births) { .count($0) }
    table.row([
      "born per second", .rate(whatIf.perSecond(before.births)),
      .rate(whatIf.perSecond(after.births)),
    ])
    return table
  }

  private static func change(_ before: Int, _ after: Int) -> String {
    guard before != after, before > 0 else { return "" }
    let share = Double(after - before) / Double(before)
    return (share < 0 ? "-" : "+") + Units.percent(abs(share))
  }

  private func section(_ title: String, _ lines: [String], _ out: inout ReportSink) {
    guard !lines.isEmpty else { return }
    out.line("\n" + color(.warn, title))
    for line in lines { out.line("  " + line) }
  }

  private var problems: [String] {
    var lines: [String] = []
    if whatIf.droppedSeries > 0 {
      lines.append("\(Units.count(whatIf.droppedSeries)) series would not be there")
    }
    if whatIf.mergedSeries > 0 {
      lines.append(
        "\(Units.count(whatIf.mergedSeries)) series would merge into others: "
          + "\(Units.count(whatIf.collisions)) label sets would stand for several series each, and of "
          + "the samples of one scrape only the first would be kept")
    }
    if whatIf.unnamedSeries > 0 {
      lines.append(
        "\(Units.count(whatIf.unnamedSeries)) series would have no metric name, and their scrapes "
          + "would be refused")
    }
    if whatIf.refusedSeries > 0 {
      lines.append(
        "\(Units.count(whatIf.refusedSeries)) series would not be there, because every scrape that had "
          + "them would be refused")
    }
    lines += whatIf.refusals.map(sentence)
    lines += whatIf.unreached.map(sentence)
    if changes.configuration != nil, whatIf.seriesByJob.isEmpty {
      lines.append("no series is from a job of the file: nothing was relabelled (see --job)")
    }
    lines += whatIf.limits.map(sentence)
    return lines
  }

  private func sentence(_ found: WhatIf.Refusal) -> String {
    let what =
      switch found.reason {
      case .noMetricName: "leave no metric name"
      case .labelName: "make a label name that the server does not take"
      case .metricName: "make a metric name that the server does not take"
      }
    let whose =
      found.job.isEmpty ? "the rules" : "the rules of job \(DisplayText.escaped(found.job))"
    return
      "\(whose) \(what), and the whole scrape is refused: \(Units.count(found.series)) series of "
      + "\(Units.count(found.targets)) targets; first at \(TimeText.seconds(found.since)), "
      + DisplayText.shortened(DisplayText.escaped(Self.text(found.example)), to: 120)
  }

  private func sentence(_ found: WhatIf.Unreached) -> String {
    let job = "job \(DisplayText.escaped(found.job))"
    let count = Units.count(found.series)
    switch found.reason {
    case .renamed(let label):
      return
        "\(job): its relabel_configs give its series job=\"\(DisplayText.escaped(label))\"; its "
        + "rules were applied to \(count) series that have it"
    case .unknownLabel:
      return
        "\(job): its relabel_configs make the label job, so its series are not known; its rules "
        + "were applied to \(count) (see --job)"
    case .honorsLabels(let others):
      return "\(job) has honor_labels: its targets may say another job, and \(Units.count(others)) "
        + "series have one that no job of the file has; its rules were not applied to those"
    case .noSeries:
      return "\(job): no series has its name, so its rules were applied to none"
    }
  }

  private func sentence(_ found: WhatIf.LimitExceeded) -> String {
    let what =
      found.key == "sample_limit"
      ? "\(Units.count(found.count)) targets exposed more, at most \(Units.count(found.most)) series at a time"
      : "\(Units.count(found.count)) series exceed it, at most \(Units.count(found.most))"
    return
      "\(found.key) \(Units.count(found.limit)) of job \(DisplayText.escaped(found.job)): \(what); "
      + "first at \(TimeText.seconds(found.since)), "
      + DisplayText.shortened(DisplayText.escaped(Self.text(found.example)), to: 120)
  }

  /// The figures, and what they come from.
  package var tables: [ResultTable] { [figures, collisions, metrics] }

  private var collisions: ResultTable {
    var table = ResultTable(
      "collisions", "Largest collisions",
      [.number("series"), .text("would share these labels", "labels", limit: 140)])
    table.rows(whatIf.largestCollisions) { [.count($0.series), .labels($0.labels)] }
    return table
  }

  private static func text(_ labels: [Label]) -> String {
    ResultTable.Cell.labels(labels).text
  }

  private var metrics: ResultTable {
    var table = ResultTable(
      "metrics", "Series by metric",
      [
        .text("metric", limit: 60), .number("before"), .number("after"), .number("born before"),
        .number("born after"),
      ])
    table.rows(whatIf.metrics, limit: limit) { metric in
      [
        metric.name.isEmpty ? .shown("(no name)", as: .value([])) : .value(metric.name),
        .count(metric.series.before), .count(metric.series.after),
        .rate(whatIf.perSecond(metric.births.before)),
        .rate(whatIf.perSecond(metric.births.after)),
      ]
    }
    return table
  }
}
