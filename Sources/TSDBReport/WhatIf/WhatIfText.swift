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
    out.line(color(.heading, "What if: " + title))
    out.write(figures)
    section("What would go wrong", problems, &out)
    collisions(&out)
    metrics(&out)
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

  private var figures: String {
    var table = Table([.left(""), .right("before"), .right("after"), .right("change")])
    func row(_ title: String, _ before: Int, _ after: Int, _ text: (Int) -> String) {
      table.row([title, text(before), text(after), Self.change(before, after)])
    }
    let (before, after) = (whatIf.before, whatIf.after)
    row("series", before.series, after.series) { Units.count($0) }
    row("label values", before.values, after.values) { Units.count($0) }
    row("label names", before.labelNames, after.labelNames) { Units.count($0) }
    row("series in the head", before.headSeries, after.headSeries) { Units.count($0) }
    row(
      "memory to replay it, about", changed.memoryBefore.estimatedBytes,
      changed.memoryAfter.estimatedBytes
    ) { Units.bytes($0) }
    row("series born", before.births, after.births) { Units.count($0) }
    table.row([
      "born per second", Units.perSecond(whatIf.perSecond(before.births)),
      Units.perSecond(whatIf.perSecond(after.births)),
    ])
    return table.text(color: color)
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

  private func collisions(_ out: inout ReportSink) {
    guard !whatIf.largestCollisions.isEmpty else { return }
    var table = Table([.right("series"), .left("would share these labels", limit: 140)])
    for collision in whatIf.largestCollisions {
      table.row([Units.count(collision.series), Self.text(collision.labels)])
    }
    out.line("\n" + color(.heading, "Largest collisions"))
    out.write(table.text(color: color))
  }

  private static func text(_ labels: [Label]) -> String {
    var bytes = ByteBuffer()
    GoLabels.append(exposition: labels, to: &bytes)
    return String(decoding: [UInt8](bytes.bytes), as: UTF8.self)
  }

  private func metrics(_ out: inout ReportSink) {
    guard !whatIf.metrics.isEmpty else { return }
    var table = Table([
      .left("metric", limit: 60), .right("before"), .right("after"), .right("born before"),
      .right("born after"),
    ])
    for metric in whatIf.metrics.prefix(limit) {
      table.row([
        metric.name.isEmpty ? "(no name)" : DisplayText.escaped(metric.name),
        Units.count(metric.series.before), Units.count(metric.series.after),
        Units.perSecond(whatIf.perSecond(metric.births.before)),
        Units.perSecond(whatIf.perSecond(metric.births.after)),
      ])
    }
    out.line("\n" + color(.heading, "Series by metric"))
    out.write(table.text(color: color))
    if whatIf.metrics.count > limit {
      out.line("  and \(Units.count(whatIf.metrics.count - limit)) more")
    }
  }
}
