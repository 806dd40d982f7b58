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
    case .table(let title, let unit, let lines):
      var table = Table([.right(unit), .left("", limit: 100)])
      for line in lines { table.row([Units.count(line.count), DisplayText.escaped(line.key)]) }
      out.line(color(.heading, "\(title), \(subject.scope)"))
      out.write(table.text(color: color))
    case .targets(let targets):
      var table = Table([.right("series"), .left("job", limit: 50), .left("instance", limit: 50)])
      for target in targets {
        table.row([
          Units.count(target.series), DisplayText.escaped(target.job),
          DisplayText.escaped(target.instance),
        ])
      }
      out.line(color(.heading, "Targets by series, \(subject.scope)"))
      out.write(table.text(color: color))
    case .metric(let metric): write(metric, to: &out)
    case .label(let label): write(label, to: &out)
    }
  }

  private func write(_ metric: MetricDrillDown, to out: inout ReportSink) {
    out.line(color(.heading, DisplayText.escaped(metric.metric)) + "  \(subject.scope)")
    out.line("  \(Units.count(metric.series)) series")
    out.line("\n" + color(.heading, "What would be left without a label"))
    var table = Table([
      .right("series"), .right("times fewer"), .right("values"), .left("label"),
      .left("mostly"), .left("such as", limit: 60),
    ])
    for label in metric.labels {
      let factor = Double(metric.series) / Double(max(label.seriesWithout, 1))
      let about = label.isEstimate ? "about " : ""
      table.row([
        about + Units.count(label.seriesWithout), Units.decimal(factor, places: 1),
        Units.count(label.values.count), DisplayText.escaped(label.name),
        label.values.shapes.first?.shape.rawValue ?? "",
        label.values.top.prefix(2).map { DisplayText.escaped($0.text) }.joined(separator: ", "),
      ])
    }
    out.write(table.text(color: color))
    if let worst = metric.labels.first, worst.values.count > 1 { write(worst.values, to: &out) }
  }

  private func write(_ label: LabelDrillDown, to out: inout ReportSink) {
    out.line(color(.heading, DisplayText.escaped(label.label)) + "  \(subject.scope)")
    out.line(
      "  \(Units.count(label.series)) series of \(Units.count(label.metricCount)) metrics carry it")
    out.line("\n" + color(.heading, "Metrics that use it"))
    var table = Table([.right("series"), .right("values"), .left("metric", limit: 100)])
    for metric in label.metrics {
      table.row([
        Units.count(metric.series), Units.count(metric.values), DisplayText.escaped(metric.metric),
      ])
    }
    out.write(table.text(color: color))
    var values = Table([.right("series"), .left("value", limit: 100)])
    for value in label.values.top {
      values.row([Units.count(value.count), DisplayText.escaped(value.text)])
    }
    out.line("\n" + color(.heading, "Values by series"))
    out.write(values.text(color: color))
    write(label.values, to: &out)
  }

  /// Shapes, prefixes and bytes.
  private func write(_ values: LabelValues, to out: inout ReportSink) {
    out.line("\n" + color(.heading, "What its values look like"))
    out.line(
      "  \(Units.count(values.count)) values of \(Units.bytes(values.bytes)); "
        + "\(Units.bytes(values.bytesInSeries)) in all series together")
    var table = Table([.right("values"), .left("")])
    for shape in values.shapes { table.row([Units.count(shape.values), shape.shape.rawValue]) }
    for prefix in values.prefixes {
      table.row([Units.count(prefix.count), "begin with \(DisplayText.escaped(prefix.text))"])
    }
    out.write(table.text(color: color))
  }
}
