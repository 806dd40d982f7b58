internal import TSDBAnalysis
internal import TSDBCheck

/// `policy` for people.
package struct PolicyText {
  private let report: PolicyReport
  private let color: Color

  package init(_ report: PolicyReport, color: Color) {
    self.report = report
    self.color = color
  }

  /// Verdict, violations, growth.
  package var text: String {
    let subject = report.subject
    let seen =
      "\(Units.count(subject.series)) series of \(Units.count(subject.metrics.count)) metrics"
    var result =
      report.isKept
      ? color(.good, "The policy is kept") : color(.bad, "The policy is violated")
    result += ": \(seen) in \(DisplayText.escaped(subject.paths.joined(separator: ", ")))\n"
    for violation in report.violations {
      let kind =
        violation.severity > .info ? color(.bad, "violation") : color(.warn, "warning  ")
      result += "  \(kind)  \(DisplayText.escaped(violation.message, groupsDigits: true))  "
      result += color(.dim, "[\(violation.rule.id)]") + "\n"
    }
    return result + growth
  }

  /// What came new from scrape to scrape.
  private var growth: String {
    guard let scrapes = report.subject.scrapes, scrapes.series.count > 1 else { return "" }
    var table = ResultTable("growth", [.number("scrape"), .number("series"), .number("new")])
    for (number, series) in scrapes.series.enumerated() {
      table.row([
        .words("\(number + 1)"), .count(series),
        number == 0 ? .empty : .count(scrapes.births[number]),
      ])
    }
    return color(.heading, "Growth") + "\n" + table.text(color: color)
  }
}
