internal import TSDBAnalysis

/// A closer look of `analyze`, for people.
package struct DrillDownText {
  let subject: AnalysisSubject
  let color: Color

  package init(subject: AnalysisSubject, color: Color) {
    self.subject = subject
    self.color = color
  }

  /// Writes what was found.
  package func write(_ found: DrillDown, to out: inout ReportSink) {
    switch found {
    case .table, .targets:
      for table in found.tables {
        out.line(color(.heading, "\(table.caption), \(subject.scope)"))
        out.write(table.text(color: color))
      }
      return
    case .metric(let metric):
      out.line(color(.heading, DisplayText.escaped(metric.metric)) + "  \(subject.scope)")
      out.line("  \(Units.count(metric.series)) series")
    case .label(let label):
      out.line(color(.heading, DisplayText.escaped(label.label)) + "  \(subject.scope)")
      out.line(
        "  \(Units.count(label.series)) series of \(Units.count(label.metricCount)) metrics carry it"
      )
    }
    for table in found.tables {
      out.line("\n" + color(.heading, table.caption))
      if table.name == "shapes" { out.line("  " + table.note) }
      out.write(table.text(color: color))
    }
  }
}
