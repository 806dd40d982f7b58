import PrometheusConfig
import TSDBAnalysis
import TSDBCheck
import TSDBDiagnosis
import TSDBStore
import TestSupport
import Testing

@Suite struct PolicyCheckTests {
  private func usage(
    _ metric: String, series: Int, _ labels: [(String, values: Int, series: Int)] = []
  ) throws -> MetricUsage {
    let lines = (0..<series).map { number in
      let own = labels.filter { number < $0.series }.map { ",\($0.0)=\"\(number % $0.values)\"" }
      return "\(metric){n=\"\(number)\"\(own.joined())} 1\n"
    }
    let scrape = try Exposition(Array(lines.joined().utf8), file: "1")
    return MetricUsage.all(of: ExpositionHistory([scrape]).history)[0]
  }

  private func violations(
    _ policy: String, isStrict: Bool = false, _ metrics: MetricUsage...
  ) throws -> [Finding] {
    let text = "label_policy: {\(policy)}"
    return try LabelPolicy(Array(text.utf8), file: "p")
      .violations(in: metrics, of: "data", isStrict: isStrict)
  }

  /// Rule, severity, sentence.
  private func lines(_ findings: [Finding]) -> [String] {
    findings.map { "\($0.rule.id) \($0.severity): \($0.message)" }
  }

  @Test func `a forbidden label is found where it is, with its series`() throws {
    let found = try violations(
      "forbidden_labels: [a, b]", usage("m", series: 6, [("a", values: 2, series: 5)]),
      usage("k", series: 2))
    #expect(lines(found) == ["forbidden-label warning: m has the forbidden label a, on 5 series"])
    #expect(
      found.first?.subject == Finding.Subject(metric: Array("m".utf8), label: Array("a".utf8)))
    #expect(found.first?.found?.count == 5)
    #expect(found.first?.expected?.count == 0)
    #expect(found.first?.path == "data")
  }

  @Test func `a metric above the maximum is a violation, and above the threshold for review`()
    throws
  {
    let policy =
      "max_cardinality_per_metric: 8, review_required_above: 4, "
      + "allowed_high_cardinality: [n]"
    #expect(try violations(policy, usage("m", series: 4)) == [])
    let review = "m has 8 series; from 4 on a review is required"
    #expect(
      try lines(violations(policy, usage("m", series: 8), usage("k", series: 9))) == [
        "max-cardinality warning: k has 9 series, and may have 8",
        "review-required info: " + review,
      ])
    #expect(
      try lines(violations(policy, isStrict: true, usage("m", series: 8)))
        == ["review-required warning: " + review])
  }

  @Test func `a label with many values is a violation unless it is allowed`() throws {
    let metric = try usage("m", series: 6, [("a", values: 5, series: 6)])
    #expect(
      try violations("review_required_above: 5", metric).map(\.rule)
        == [.reviewRequired, .highCardinalityLabel])
    let found = try violations("review_required_above: 4, allowed_high_cardinality: [n]", metric)
    #expect(
      lines(found) == [
        "review-required info: m has 6 series; from 4 on a review is required",
        "high-cardinality-label warning: m has 5 values of the label a, which is not allowed more than 4",
      ])
    #expect(found.map(\.found?.count) == [6, 5])
    #expect(found.map(\.expected?.count) == [4, 4])
  }

  @Test func `the policy of the test data holds for healthy servers, and finds the incident`()
    async throws
  {
    let policy = try LabelPolicy(path: Fixture.testData + "/label-policy.yml")
    func found(_ name: String) async throws -> [String] {
      let directory = try DataDirectory(path: Fixture(name).data)
      let read = await DirectoryHistory.read(directory, parts: [.head, .blocks], jobs: 2)
      return lines(policy.violations(in: MetricUsage.all(of: read.history), of: name))
    }
    for name in ["sound/head-mixed", "sound/nh-3.5", "sound/ooo-3.5"] {
      #expect(try await found(name) == [])
    }
    let metric = "http_request_duration_seconds_bucket"
    #expect(
      try await found("sound/explosion-small") == [
        "forbidden-label warning: \(metric) has the forbidden label request_id, on 59,192 series",
        "max-cardinality warning: \(metric) has 60,760 series, and may have 10,000",
      ])
  }
}
