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
    if subject.isQuick { out.line("  " + AnalysisSubject.leftOutWords) }
    for table in Self.tables(of: subject) where !table.isEmpty {
      out.write("\n" + table.section(color: color))
    }
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
    if let bytes = subject.bytes {
      parts.append("\(Units.bytes(Int(clamping: bytes.bytes))) of chunks")
      if let samples = bytes.samples { parts.append("\(Units.count(samples)) samples") }
    }
    if subject.deletedSeries > 0 {
      let deleted = "\(Units.count(subject.deletedSeries)) deleted whole by tombstones"
      parts.append(subject.block == nil ? "\(deleted) and not counted" : "\(deleted) among them")
    }
    if let tombstones = subject.tombstones, tombstones > 0 {
      parts.append("\(Units.count(tombstones)) tombstones")
    }
    return parts.joined(separator: ", ")
  }
}
