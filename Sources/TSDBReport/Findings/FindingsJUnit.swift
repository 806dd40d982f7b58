package import TSDBCheck

/// Findings as JUnit's XML: a test case for each rule that is kept, and for each finding. What is only worth
/// knowing is skipped, everything else a failure.
package struct FindingsJUnit {
  private let suite: String
  private let findings: [Finding]
  private let rules: [Rule]
  private let directory: String

  /// The `findings`, whose files are named relative to `directory`; `rules` are those that were looked at.
  package init(_ suite: String, _ findings: [Finding], rules: [Rule], in directory: String) {
    self.suite = suite
    self.findings = findings
    self.rules = rules
    self.directory = directory
  }

  /// The document.
  package var text: String {
    var cases = rules.flatMap(cases)
    // No test at all is a failure to some build servers.
    if cases.isEmpty { cases = ["<testcase classname=\"\(suite)\" name=\"no findings\"/>"] }
    let failures = findings.count { $0.severity > .info }
    let counts =
      "tests=\"\(cases.count)\" failures=\"\(failures)\" errors=\"0\" "
      + "skipped=\"\(findings.count - failures)\""
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="epimetheus" \(counts)>
        <testsuite name="\(suite)" \(counts)>
      \(cases.map { "    \($0)" }.joined(separator: "\n"))
        </testsuite>
      </testsuites>

      """
  }

  private func cases(of rule: Rule) -> [String] {
    let found = findings.filter { $0.rule == rule }
    guard !found.isEmpty else {
      return ["<testcase classname=\"\(rule.id)\" name=\"\(Self.escaped(rule.meaning))\"/>"]
    }
    return found.map { finding in
      let message = Self.escaped(DisplayText.escaped(finding.message, groupsDigits: true))
      let outcome =
        finding.severity > .info
        ? "<failure type=\"\(rule.id)\" message=\"\(message)\"/>"
        : "<skipped message=\"\(message)\"/>"
      return "<testcase classname=\"\(rule.id)\" name=\"\(Self.escaped(name(of: finding)))\">"
        + outcome + "</testcase>"
    }
  }

  /// The metric and the label, or the file and the place in it.
  private func name(of finding: Finding) -> String {
    finding.subject?.text(separator: " ") ?? FindingJSON(finding, in: directory).address
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
