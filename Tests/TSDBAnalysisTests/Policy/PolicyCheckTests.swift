import PrometheusConfig
import TSDBAnalysis
import TSDBStore
import TestSupport
import Testing

@Suite struct PolicyCheckTests {
  private func usage(
    _ metric: String, series: Int, _ labels: [(String, values: Int, series: Int)] = []
  ) -> MetricUsage {
    var builder = HistoryBuilder()
    for number in 0..<series {
      var own = ["__name__": metric, "n": "\(number)"]
      for label in labels where number < label.series { own[label.0] = "\(number % label.values)" }
      builder.add(own, from: 0, to: 1)
    }
    return MetricUsage.all(of: builder.history)[0]
  }

  private func violations(_ policy: String, _ metrics: MetricUsage...) throws -> [PolicyViolation] {
    let text = "label_policy: {\(policy)}"
    return try LabelPolicy(Array(text.utf8), file: "p").violations(in: metrics)
  }

  @Test func `usage counts series and distinct values within each metric`() {
    let found = usage("m", series: 6, [("a", values: 2, series: 5)])
    #expect(found.series == 6)
    #expect(found.labels.map { String(decoding: $0.name, as: UTF8.self) } == ["a", "n"])
    #expect(found.labels.map(\.values) == [2, 6])
    #expect(found.labels.map(\.series) == [5, 6])
  }

  @Test func `a forbidden label is found where it is, with its series`() throws {
    let found = try violations(
      "forbidden_labels: [a, b]", usage("m", series: 6, [("a", values: 2, series: 5)]),
      usage("k", series: 2))
    #expect(
      found == [
        PolicyViolation(
          rule: .forbiddenLabel, metric: Array("m".utf8), label: Array("a".utf8), count: 5, limit: 0
        )
      ])
  }

  @Test func `a metric above the maximum is a violation, and above the threshold for review`()
    throws
  {
    let policy =
      "max_cardinality_per_metric: 8, review_required_above: 4, "
      + "allowed_high_cardinality: [n]"
    #expect(try violations(policy, usage("m", series: 4)) == [])
    #expect(
      try violations(policy, usage("m", series: 8), usage("k", series: 9)) == [
        PolicyViolation(
          rule: .maxCardinality, metric: Array("k".utf8), label: nil, count: 9, limit: 8),
        PolicyViolation(
          rule: .reviewRequired, metric: Array("m".utf8), label: nil, count: 8, limit: 4),
      ])
  }

  @Test func `a label with many values is a violation unless it is allowed`() throws {
    let metric = usage("m", series: 6, [("a", values: 5, series: 6)])
    #expect(
      try violations("review_required_above: 5", metric).map(\.rule)
        == [.reviewRequired, .highCardinalityLabel])
    #expect(
      try violations("review_required_above: 4, allowed_high_cardinality: [n]", metric) == [
        PolicyViolation(
          rule: .reviewRequired, metric: Array("m".utf8), label: nil, count: 6, limit: 4),
        PolicyViolation(
          rule: .highCardinalityLabel, metric: Array("m".utf8), label: Array("a".utf8), count: 5,
          limit: 4),
      ])
  }

  @Test func `saved scrapes are a history of scrapes`() throws {
    let first = try Exposition(Array("a{x=\"1\"} 1\nb 1\n".utf8), file: "1")
    let second = try Exposition(Array("a{x=\"1\"} 2\na{x=\"2\"} 2\na{x=\"3\"} 2\n".utf8), file: "2")
    let scrapes = ExpositionHistory([first, second])
    #expect(scrapes.series == [2, 3])
    #expect(scrapes.births == [2, 2])
    #expect(MetricUsage.all(of: scrapes.history).map(\.series) == [3, 1])
  }

  @Test func `the policy of the test data holds for healthy servers, and finds the incident`()
    async throws
  {
    let policy = try LabelPolicy(path: Fixture.testData + "/label-policy.yml")
    func found(_ name: String) async throws -> [PolicyViolation] {
      let directory = try DataDirectory(path: Fixture(name).data)
      let read = await DirectoryHistory.read(directory, parts: [.head, .blocks], jobs: 2)
      return policy.violations(in: MetricUsage.all(of: read.history))
    }
    for name in ["sound/head-mixed", "sound/nh-3.5", "sound/ooo-3.5"] {
      #expect(try await found(name) == [])
    }
    let metric = Array("http_request_duration_seconds_bucket".utf8)
    #expect(
      try await found("sound/explosion-small") == [
        PolicyViolation(
          rule: .forbiddenLabel, metric: metric, label: Array("request_id".utf8), count: 59_192,
          limit: 0),
        PolicyViolation(
          rule: .maxCardinality, metric: metric, label: nil, count: 60_760, limit: 10_000),
      ])
  }
}
