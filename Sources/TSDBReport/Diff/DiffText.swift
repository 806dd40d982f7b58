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
    for table in report.tables where !table.isEmpty {
      out.write("\n" + table.section(color: color))
    }
  }

  private func side(_ side: DiffReport.Side, _ series: Int) -> String {
    let time = side.time.map { " at \(TimeText.seconds($0))" } ?? ""
    return color(.heading, DisplayText.escaped(side.path) + time)
      + "  \(Units.count(series)) series"
      + (side.deleted > 0 ? ", and \(Units.count(side.deleted)) deleted whole by tombstones" : "")
  }
}
