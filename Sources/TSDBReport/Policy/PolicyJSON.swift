internal import TSDBAnalysis

/// `policy --format json`: one object. The fields are public interface: Docs/commands.md describes each.
package struct PolicyJSON: Encodable {
  let schemaVersion = JSONOutput.schemaVersion
  let paths: [String]
  let policy: String
  let kept: Bool
  let series: Int
  let metrics: Int
  let violations: [Violation]
  let scrapes: [Scrape]
  let findings: [FailureReport]

  private enum CodingKeys: CodingKey {
    case schemaVersion, paths, policy, kept, series, metrics, violations, scrapes, findings
  }

  package init(_ report: PolicyReport) {
    let subject = report.subject
    paths = subject.paths
    policy = report.policy
    kept = report.isKept
    series = subject.series
    metrics = subject.metrics.count
    violations = report.violations.map {
      Violation(
        rule: $0.rule.rawValue, severity: report.counts($0) ? "error" : "warning",
        metric: JSONText($0.metric), label: $0.label.map { JSONText($0) }, count: $0.count,
        limit: $0.limit, message: report.sentence($0))
    }
    scrapes = zip(subject.scrapes?.series ?? [], subject.scrapes?.births ?? []).map {
      Scrape(series: $0, new: $1)
    }
    findings = subject.problems.map { FailureReport($0, in: subject.paths[0]) }
  }

  /// Where the policy is not kept.
  struct Violation: Encodable {
    let rule: String
    let severity: String
    let metric: JSONText
    let label: JSONText?
    let count: Int
    let limit: Int
    let message: String
  }

  /// A saved scrape.
  struct Scrape: Encodable {
    let series: Int
    let new: Int
  }
}
