package import TSDBCheck
package import TSDBDiagnosis

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
}
