internal import TSDBCheck
internal import TSDBDiagnosis
internal import TSDBStore

/// The result of a check as text: findings by what they cost, the worst first, and what the next start does.
package struct CheckText {
  private let checked: CheckedDirectory
  private let color: Color
  /// How many findings of one rule are spelled out before the rest is only counted.
  private let limit = 5

  package init(_ checked: CheckedDirectory, color: Color) {
    self.checked = checked
    self.color = color
  }

  private var check: Check { checked.check }

  /// Writes all of it.
  package func write(to out: inout ReportSink) {
    let unread = check.result.findings.filter(\.isUnread)
    if !unread.isEmpty {
      out.line(color(.bad, "Could not be looked at (\(Units.count(unread.count)))"))
      write(unread, to: &out)
      out.line()
    }
    for severity in Severity.allCases.reversed() {
      let findings = check.result.findings.filter { $0.severity == severity && !$0.isUnread }
      guard !findings.isEmpty else { continue }
      out.line(color(severity.role, "\(severity.title) (\(Units.count(findings.count)))"))
      var rules: [Rule] = []
      for finding in findings where !rules.contains(finding.rule) { rules.append(finding.rule) }
      for rule in rules { write(findings.filter { $0.rule == rule }, to: &out) }
      out.line()
    }
    out.write(verdict)
    out.line(end)
  }

  private func write(_ findings: [Finding], to out: inout ReportSink) {
    for finding in findings.prefix(limit) { write(finding, indent: "  ", to: &out) }
    if findings.count > limit {
      out.line("  and \(Units.count(findings.count - limit)) more of \(findings[0].rule.id)")
    }
  }

  private func write(_ finding: Finding, indent: String, to out: inout ReportSink) {
    out.line("\(indent)\(address(of: finding))  \(color(.dim, "[\(finding.rule.id)]"))")
    out.line("\(indent)    \(DisplayText.escaped(finding.message))")
    if let found = finding.found, !finding.message.text.contains(found.text) {
      let expected = finding.expected.map { "expected \($0), " as Message } ?? ""
      out.line("\(indent)    " + DisplayText.escaped("\(expected)found \(found)" as Message))
    }
    if let lost = finding.lost { out.line("\(indent)    lost: \(DisplayText.escaped(lost))") }
    for consequence in finding.consequences {
      out.line("\(indent)    because of it:")
      write(consequence, indent: indent + "      ", to: &out)
    }
  }

  private func address(of finding: Finding) -> String {
    let shown = FindingJSON(finding, in: check.directory.path)
    return shown.address + shown.placeInRecord
  }

  /// What the next start does; for what no server is started on, what was found comes to.
  private var verdict: String {
    let verdict = checked.verdict
    guard let start = checked.start else {
      let words = verdict == .incomplete ? unseen : color(verdict.role, verdict.words)
      return words + "\n"
    }
    let directory = check.directory
    if directory.isFresh, verdict == .sound {
      return color(.good, "Empty: a server begins anew.") + "\n"
    }
    // What the start does not say, for it needs no such file.
    // A link that leads nowhere is one for the server, too.
    let isKnown = start.first.outcome == .refuses && start.unseen.allSatisfy(\.isSameForAll)
    if check.isIncomplete, !isKnown { return unseen + "\n" }
    let text = StartupText(startup: start, color: color, directory: directory.path).text
    guard verdict == .endangered, start.first.outcome == .starts, let worst = check.worst,
      worst > .info
    else { return text }
    return text + "  But " + worst.remark + "\n"
  }

  /// No verdict on what was not seen.
  private var unseen: String {
    guard let first = check.unread.lazy.compactMap(UnseenFile.init).first else {
      return color(.warn, "Cannot say.")
    }
    let file = DisplayText.escaped(RelativePath.of(first.path, to: check.directory.path))
    let verb = first.operation == "list" ? "listed" : "read"
    return color(.warn, "Cannot say: \(file) cannot be \(verb) (\(first.reason))")
  }

  /// How much was looked at, and where more is to be had.
  private var end: String {
    let result = check.result
    let files =
      "\(Units.count(result.files)) file\(result.files == 1 ? "" : "s"), \(Units.bytes(result.bytes)) checked"
    guard let worst = result.findings.max(by: { $0.severity < $1.severity }),
      worst.severity > .info
    else { return files }
    return "\(files); next: epimetheus explain \(worst.rule.id)"
  }
}

extension DirectoryVerdict {
  /// What it means for something that no server is started on.
  fileprivate var words: String {
    switch self {
    case .sound: "Sound: nothing that costs anything."
    case .endangered: "Endangered: something will fail or be lost later."
    case .damaged: "Damaged: a server does not serve everything of it."
    case .unstartable: "Broken: a server does not start with it."
    case .incomplete: "Cannot say."
    }
  }

  fileprivate var role: Color.Role {
    switch self {
    case .sound: .good
    case .endangered, .incomplete: .warn
    case .damaged, .unstartable: .bad
    }
  }
}

extension Severity {
  fileprivate var title: String {
    switch self {
    case .fatal: "Keeps a server from starting"
    case .loss: "Loses data"
    case .warning: "Will fail or lose something later"
    case .info: "Worth knowing"
    }
  }

  fileprivate var role: Color.Role {
    switch self {
    case .fatal, .loss: .bad
    case .warning: .warn
    case .info: .dim
    }
  }

  /// What it means behind a start at which all is well.
  fileprivate var remark: String {
    switch self {
    case .info, .warning: "what was found above will fail, or lose something, later."
    case .loss, .fatal: "what was found above is damaged, and what it held cannot be read."
    }
  }
}
