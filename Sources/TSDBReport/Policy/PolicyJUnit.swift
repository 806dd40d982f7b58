internal import PrometheusConfig
internal import TSDBAnalysis

/// `policy --format junit`: a test case for each rule that is kept, and for each violation.
package struct PolicyJUnit {
  private let report: PolicyReport

  package init(_ report: PolicyReport) {
    self.report = report
  }

  /// The document.
  package var text: String {
    let cases = PolicyRule.allCases.flatMap(cases)
    let failures = report.violations.count { report.counts($0) }
    let counts =
      "tests=\"\(cases.count)\" failures=\"\(failures)\" errors=\"0\" "
      + "skipped=\"\(report.violations.count - failures)\""
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="epimetheus" \(counts)>
        <testsuite name="label-policy" \(counts)>
      \(cases.map { "    \($0)" }.joined(separator: "\n"))
        </testsuite>
      </testsuites>

      """
  }

  private func cases(of rule: PolicyRule) -> [String] {
    let violations = report.violations.filter { $0.rule == rule }
    guard !violations.isEmpty else {
      // Directories have no scrapes that could be refused.
      if rule == .refusedScrape, report.subject.scrapes == nil { return [] }
      return [
        "<testcase classname=\"\(rule.rawValue)\" name=\"\(Self.escaped(rule.demand))\"/>"
      ]
    }
    return violations.map { violation in
      let label = violation.label.map { " " + DisplayText.escaped($0) } ?? ""
      let name =
        DisplayText.escaped(violation.refusal.map { Array($0.file.utf8) } ?? violation.metric)
        + label
      let message = Self.escaped(report.sentence(violation))
      let outcome =
        report.counts(violation)
        ? "<failure type=\"\(rule.rawValue)\" message=\"\(message)\"/>"
        : "<skipped message=\"\(message)\"/>"
      return "<testcase classname=\"\(rule.rawValue)\" name=\"\(Self.escaped(name))\">"
        + outcome + "</testcase>"
    }
  }

  /// Text as it may stand between the quotation marks of an attribute; control characters are escaped
  /// before (`DisplayText`), because XML has no way to write them.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\u{fffe}", "\u{ffff}": result += "?"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
