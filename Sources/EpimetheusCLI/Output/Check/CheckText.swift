internal import TSDBCheck
internal import TSDBStore

/// The result of a check as text: findings by what they cost, the worst first, and a verdict.
struct CheckText {
  let check: Check
  let color: Color
  /// How many findings of one rule are spelled out before the rest is only counted.
  var limit = 5

  /// Writes all of it.
  func write(to out: inout StandardOutput) {
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
      var rules: [String] = []
      for finding in findings where !rules.contains(finding.rule) { rules.append(finding.rule) }
      for rule in rules { write(findings.filter { $0.rule == rule }, to: &out) }
      out.line()
    }
    out.line(verdict)
  }

  private func write(_ findings: [Finding], to out: inout StandardOutput) {
    for finding in findings.prefix(limit) { write(finding, indent: "  ", to: &out) }
    if findings.count > limit {
      out.line("  and \(Units.count(findings.count - limit)) more of \(findings[0].rule)")
    }
  }

  private func write(_ finding: Finding, indent: String, to out: inout StandardOutput) {
    out.line("\(indent)\(address(of: finding))  \(color(.dim, "[\(finding.rule)]"))")
    out.line("\(indent)    \(DisplayText.escaped(finding.message))")
    if let found = finding.found, !finding.message.contains(found) {
      let expected = finding.expected.map { "expected \($0), " } ?? ""
      out.line("\(indent)    " + DisplayText.escaped("\(expected)found \(found)"))
    }
    if let lost = finding.lost { out.line("\(indent)    lost: \(DisplayText.escaped(lost))") }
    for consequence in finding.consequences {
      out.line("\(indent)    because of it:")
      write(consequence, indent: indent + "      ", to: &out)
    }
  }

  /// What `show DIR ADDRESS` takes.
  private func address(of finding: Finding) -> String {
    var text = DisplayText.escaped(
      FailureReport.relative(finding.path, to: check.directory.path))
    if let offset = finding.offset { text += ":\(offset)" }
    if let inner = finding.recordOffset { text += " (byte \(inner) of the decompressed record)" }
    return text
  }

  private var verdict: String {
    let result = check.result
    let files = "\(Units.count(result.files)) files, \(Units.bytes(result.bytes))"
    var words = color(check.verdict.role, check.verdict.words)
    if check.verdict == .incomplete, let first = check.unread.lazy.compactMap(UnseenFile.init).first
    {
      let file = FailureReport.relative(first.path, to: check.directory.path)
      let verb = first.operation == "list" ? "listed" : "read"
      let name = DisplayText.escaped(file)
      words = color(.warn, "Cannot say: \(name) cannot be \(verb) (\(first.reason))")
    } else if check.directory.isFresh, check.verdict == .sound {
      words = color(.good, "Empty: a server begins anew.")
    } else if check.directory.lock.isHeld {
      words = color(.warn, "A server is running on it. After a restart:") + " " + words
    }
    guard let worst = result.findings.max(by: { $0.severity < $1.severity }),
      worst.severity > .info
    else { return "\(words) (\(files))" }
    return "\(words) (\(files)); next: epimetheus explain \(worst.rule)"
  }
}

/// What a check comes to, in a word.
enum Verdict: String {
  /// Nothing that costs anything.
  case sound
  /// Nothing is lost yet.
  case endangered
  /// Data is lost, or will be at the next start.
  case damaged
  /// A server does not start.
  case unstartable
  /// Something could not be looked at.
  case incomplete

  /// What it means.
  var words: String {
    switch self {
    case .sound: "Sound: a server starts and loses nothing."
    case .endangered: "Endangered: a server starts, but something will fail or be lost later."
    case .damaged: "Damaged: a server starts and does not serve everything."
    case .unstartable: "Broken: a server does not start."
    case .incomplete: "Incomplete: something could not be looked at."
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

extension Check {
  /// What the check comes to.
  var verdict: Verdict {
    if isIncomplete { return .incomplete }
    switch worst {
    case nil, .info: return .sound
    case .warning: return .endangered
    case .loss: return .damaged
    case .fatal: return .unstartable
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
}
