internal import TSDBAnalysis
internal import TSDBCheck

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
  let findings: [FindingJSON]

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
        finding: FindingJSON($0, in: ""), level: $0.severity > .info ? "error" : "warning",
        metric: JSONText($0.subject?.metric ?? []),
        label: $0.subject?.label.map { JSONText($0) }, count: $0.found?.count ?? 1,
        limit: $0.expected?.count ?? 0)
    }
    scrapes = zip(subject.scrapes?.series ?? [], subject.scrapes?.births ?? []).map {
      Scrape(series: $0, new: $1)
    }
    findings = FindingJSON.all(subject.problems, in: subject.paths[0])
  }

  /// Where the policy is not kept: a finding, and what it is about.
  struct Violation: Encodable {
    let finding: FindingJSON
    /// `error` for what makes the command fail, else `warning`.
    let level: String
    let metric: JSONText
    let label: JSONText?
    let count: Int
    let limit: Int

    private enum CodingKeys: CodingKey { case level, metric, label, count, limit }

    func encode(to encoder: any Encoder) throws {
      try finding.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(level, forKey: .level)
      try container.encode(metric, forKey: .metric)
      try container.encodeIfPresent(label, forKey: .label)
      try container.encode(count, forKey: .count)
      try container.encode(limit, forKey: .limit)
    }
  }

  /// A saved scrape.
  struct Scrape: Encodable {
    let series: Int
    let new: Int
  }
}
