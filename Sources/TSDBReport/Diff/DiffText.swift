internal import TSDBAnalysis

/// `diff` for people.
package struct DiffText {
  package let report: DiffReport
  let color: Color

  package init(report: DiffReport, color: Color) {
    self.report = report
    self.color = color
  }

  /// Writes the figures, then what changed most.
  package func write(to out: inout ReportSink) {
    let diff = report.diff
    out.line(side(report.first, diff.before))
    out.line(side(report.second, diff.after))
    out.line(
      "  \(Units.count(diff.common)) series in both, \(Units.count(diff.appeared)) appeared, "
        + "\(Units.count(diff.vanished)) vanished")
    table("Metrics by series", "metrics", diff.metrics, &out)
    table("Labels by distinct values", "labels", diff.labels, &out)
    table("Label pairs by series", "label pairs", diff.pairs, &out)
    gaps(report.gapsOfFirst, of: report.first.path, filledBy: report.second.path, &out)
    gaps(report.gapsOfSecond, of: report.second.path, filledBy: report.first.path, &out)
  }

  private func side(_ side: DiffReport.Side, _ series: Int) -> String {
    let time = side.time.map { " at \(TimeText.seconds($0))" } ?? ""
    return color(.heading, DisplayText.escaped(side.path) + time)
      + "  \(Units.count(series)) series"
      + (side.deleted > 0 ? ", and \(Units.count(side.deleted)) deleted whole by tombstones" : "")
  }

  private func table(
    _ title: String, _ unit: String, _ table: HistoryDiff.Table, _ out: inout ReportSink
  ) {
    guard !table.changed.isEmpty else { return }
    let counts =
      "\(Units.count(table.appeared)) \(unit) appeared, \(Units.count(table.vanished)) vanished"
    out.line("\n" + color(.heading, title) + "  \(counts)")
    var lines = Table([.right("before"), .right("after"), .right("change"), .left("", limit: 100)])
    for line in table.changed {
      lines.row([
        Units.count(line.before), Units.count(line.after),
        (line.change > 0 ? "+" : "") + Units.count(line.change), DisplayText.escaped(line.key),
      ])
    }
    out.write(lines.text(color: color))
  }

  private func gaps(
    _ gaps: [SampleOccupancy.Gap]?, of path: String, filledBy other: String,
    _ out: inout ReportSink
  ) {
    guard let gaps, !gaps.isEmpty else { return }
    let (mine, theirs) = (DisplayText.escaped(path), DisplayText.escaped(other))
    out.line("\n" + color(.heading, "Without samples in \(mine), which \(theirs) can fill"))
    var lines = Table([.left("from"), .left("to"), .left("length"), .right("samples there")])
    for gap in gaps {
      lines.row([
        TimeText.seconds(gap.start), TimeText.seconds(gap.end),
        TimeText.duration(from: gap.start, to: gap.end), Units.count(gap.samplesOfOther),
      ])
    }
    out.write(lines.text(color: color))
  }
}
