package import TSDBAnalysis
package import TSDBCheck
package import TSDBStore

/// What a policy was held against.
package struct PolicySubject {
  /// A directory, or files.
  let paths: [String]
  package let metrics: [MetricUsage]
  /// All series.
  package let series: Int
  /// Of files, their scrapes.
  var scrapes: ExpositionHistory?
  /// Of files, the scrapes that a server refuses.
  package var refusals: [Finding] = []
  package var problems: [FileError] = []

  package init(
    paths: [String], metrics: [MetricUsage], series: Int, scrapes: ExpositionHistory? = nil,
    refusals: [Finding] = [], problems: [FileError] = []
  ) {
    self.paths = paths
    self.metrics = metrics
    self.series = series
    self.scrapes = scrapes
    self.refusals = refusals
    self.problems = problems
  }
}

/// What came of it; each format shows this.
package struct PolicyReport {
  let subject: PolicySubject
  /// The policy's file.
  package let policy: String
  package let violations: [Finding]

  package init(subject: PolicySubject, policy: String, violations: [Finding]) {
    self.subject = subject
    self.policy = policy
    self.violations = violations
  }

  /// True where nothing is violated that counts.
  package var isKept: Bool { !violations.contains { $0.severity > .info } }

  /// The rules that were looked at: directories have no scrapes that could be refused.
  private var rules: [Rule] {
    subject.scrapes == nil ? Rule.policy.filter { $0 != .refusedScrape } : Rule.policy
  }

  /// A row for each violation.
  package var table: ResultTable { ResultTable(findings: violations, in: "") }

  /// For code hosts.
  package var sarif: FindingsSARIF {
    FindingsSARIF(violations, rules: Rule.policy, in: "") { $0 > .info ? "error" : "warning" }
  }

  /// For build servers.
  package var junit: FindingsJUnit {
    FindingsJUnit("label-policy", violations, rules: rules, in: "")
  }
}
