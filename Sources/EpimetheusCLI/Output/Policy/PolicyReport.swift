internal import PrometheusConfig
internal import TSDBAnalysis
internal import TSDBStore

/// What a policy was held against.
struct PolicySubject {
  /// A directory, or files.
  let paths: [String]
  let metrics: [MetricUsage]
  /// All series.
  let series: Int
  /// Of files, their scrapes.
  var scrapes: ExpositionHistory?
  /// Of files, why a server refuses scrapes.
  var refusals: [ConfigurationError] = []
  var problems: [FileError] = []
}

/// What came of it; each format shows this.
struct PolicyReport {
  let subject: PolicySubject
  /// The policy's file.
  let policy: String
  let violations: [PolicyViolation]
  /// True if warnings count.
  let isStrict: Bool

  /// True where nothing is violated that counts.
  var isKept: Bool { !violations.contains(where: counts) }

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
