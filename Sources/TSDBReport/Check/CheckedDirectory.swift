package import TSDBCheck
package import TSDBDiagnosis
internal import TSDBStore

/// What a check found, and what the next start does.
package struct CheckedDirectory {
  package let check: Check
  /// Nil for a block, or a folder of segments, which no server is started on.
  package let start: StartupPrediction?

  package init(check: Check, start: StartupPrediction?) {
    self.check = check
    self.start = start
  }

  /// What it comes to.
  package var verdict: DirectoryVerdict { DirectoryVerdict(check, start) }

  /// How the command ends.
  package var status: ExitStatus {
    switch verdict {
    case .incomplete: .incomplete
    case .sound: .clean
    case .endangered, .damaged, .unstartable: .findings
    }
  }

  /// All findings, consequences behind their causes.
  private var findings: [Finding] { check.result.findings.flatMap { [$0] + $0.consequences } }

  /// The rules that were broken, each once.
  private var rules: [Rule] {
    var known: Set<Rule> = []
    return findings.map(\.rule).filter { known.insert($0).inserted }
  }

  /// A row for each finding.
  package var table: ResultTable { ResultTable(findings: findings, in: check.directory.path) }

  /// For code hosts.
  package var sarif: FindingsSARIF {
    FindingsSARIF(findings, rules: rules, in: check.directory.path) { severity in
      switch severity {
      case .fatal, .loss: "error"
      case .warning: "warning"
      case .info: "note"
      }
    }
  }

  /// For build servers.
  package var junit: FindingsJUnit {
    FindingsJUnit("check", findings, rules: rules, in: check.directory.path)
  }
}
