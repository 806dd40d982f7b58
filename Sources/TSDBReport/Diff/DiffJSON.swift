internal import TSDBAnalysis
internal import TSDBStore

/// `diff --format json`: one object.
package struct DiffJSON: Encodable {
  let schemaVersion = JSONOutput.schemaVersion
  let first: Side
  let second: Side
  let matchers: [String]
  let commonSeries: Int
  let appearedSeries: Int
  let vanishedSeries: Int
  let metrics: Lines
  let labels: Lines
  let labelPairs: Lines
  let findings: [FindingJSON]

  private enum CodingKeys: CodingKey {
    case schemaVersion, first, second, matchers, commonSeries, appearedSeries, vanishedSeries
    case metrics, labels, labelPairs, findings
  }

  package struct Side: Encodable {
    let directory: String
    let time: JSONTime?
    let series: Int
    /// Series that tombstones delete whole, and that are not among them.
    let deletedSeries: Int
    /// Stretches without samples that the other side can fill; null where nobody looked.
    let gaps: [Gap]?
  }

  package struct Gap: Encodable {
    let start: JSONTime
    let end: JSONTime
    let samplesOfOther: Int
  }

  struct Lines: Encodable {
    let appeared: Int
    let vanished: Int
    let changed: [Line]

    init(_ table: HistoryDiff.Table) {
      appeared = table.appeared
      vanished = table.vanished
      changed = table.changed.map {
        Line(key: JSONText($0.key), before: $0.before, after: $0.after)
      }
    }
  }

  struct Line: Encodable {
    let key: JSONText
    let before: Int
    let after: Int
  }

  package init(_ report: DiffReport, selectors: [String]) {
    let diff = report.diff
    first = Side(report.first, series: diff.before, report.gapsOfFirst)
    second = Side(report.second, series: diff.after, report.gapsOfSecond)
    matchers = selectors
    commonSeries = diff.common
    appearedSeries = diff.appeared
    vanishedSeries = diff.vanished
    metrics = Lines(diff.metrics)
    labels = Lines(diff.labels)
    labelPairs = Lines(diff.pairs)
    findings = report.damage.flatMap { directory, damage in
      FindingJSON.all(damage, in: directory)
    }
  }
}

extension DiffJSON.Side {
  init(_ side: DiffReport.Side, series: Int, _ gaps: [SampleOccupancy.Gap]?) {
    self.init(
      directory: side.path, time: side.time.map { JSONTime($0) }, series: series,
      deletedSeries: side.deleted,
      gaps: gaps?.map { gap in
        DiffJSON.Gap(
          start: JSONTime(gap.start), end: JSONTime(gap.end), samplesOfOther: gap.samplesOfOther)
      })
  }
}
