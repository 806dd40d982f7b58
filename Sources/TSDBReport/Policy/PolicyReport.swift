package import PrometheusConfig
package import TSDBAnalysis
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
  /// Of files, why a server refuses scrapes.
  package var refusals: [ConfigurationError] = []
  package var problems: [FileError] = []

  package init(
    paths: [String], metrics: [MetricUsage], series: Int, scrapes: ExpositionHistory? = nil,
    refusals: [ConfigurationError] = [], problems: [FileError] = []
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
  package let violations: [PolicyViolation]
  /// True if warnings count.
  let isStrict: Bool

  package init(
    subject: PolicySubject, policy: String, violations: [PolicyViolation], isStrict: Bool
  ) {
    self.subject = subject
    self.policy = policy
    self.violations = violations
    self.isStrict = isStrict
  }

  /// True where nothing is violated that counts.
  package var isKept: Bool { !violations.contains(where: counts) }

  /// True if a violation is a failure.
  func counts(_ violation: PolicyViolation) -> Bool { isStrict || !violation.rule.isWarning }

  /// A violation as a sentence.
  func sentence(_ violation: PolicyViolation) -> String {
    let metric =
      violation.metric.isEmpty ? "a series without a name" : DisplayText.escaped(violation.metric)
    let label = violation.label.map { DisplayText.escaped($0) } ?? ""
    let (count, limit) = (Units.count(violation.count), Units.count(violation.limit))
    return switch violation.rule {
    case .forbiddenLabel: "\(metric) has the forbidden label \(label), on \(count) series"
    case .maxCardinality: "\(metric) has \(count) series, and may have \(limit)"
    case .reviewRequired: "\(metric) has \(count) series; from \(limit) on a review is required"
    case .highCardinalityLabel:
      "\(metric) has \(count) values of the label \(label), which is not allowed more than \(limit)"
    case .refusedScrape:
      DisplayText.escaped("\(violation.refusal?.description ?? "")")
        + ": a server refuses this scrape"
    }
  }
}
