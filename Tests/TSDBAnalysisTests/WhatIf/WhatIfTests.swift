import PrometheusConfig
import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBAnalysis

@Suite struct WhatIfTests {
  private func whatIf(
    _ fixture: String, parts: DirectoryHistory.Parts = [.head, .blocks],
    _ change: (inout SeriesChanges) throws -> Void
  ) async throws -> WhatIf {
    let directory = try DataDirectory(path: Fixture(fixture).data)
    let read = await DirectoryHistory.read(directory, parts: parts, jobs: 2)
    var changes = SeriesChanges()
    try change(&changes)
    return WhatIf(of: read, parts: parts, changes)
  }

  private func configuration(_ text: String) throws -> PrometheusConfiguration {
    try PrometheusConfiguration(Array(text.utf8), file: "prometheus.yml")
  }

  private let metric = Array("http_request_duration_seconds_bucket".utf8)

  @Test func `without the label of the incident its series are those of three targets`()
    async throws
  {
    let found = try await whatIf("sound/explosion-small") {
      $0.droppedLabels = [Array("request_id".utf8)]
    }
    #expect(found.before.series == 61_451)
    // 2259 as before the onset, and 14 of each of three targets that had none of this route.
    #expect(found.after.series == 2301)
    #expect(found.before.headSeries == 61_451)
    #expect(found.after.headSeries == 2301)
    #expect(found.mergedSeries == 59_150)
    #expect(found.collisions == 42)
    #expect(found.droppedSeries == 0)
    #expect(found.before.values - found.after.values == 4228)
    #expect(found.before.labelNames - found.after.labelNames == 1)
    #expect(found.before.births == 59_192)
    #expect(found.after.births == 42)
    #expect(found.metrics.count == 1)
    #expect(found.metrics[0].name == metric)
    #expect(found.metrics[0].series == (60_760, 1610))
    #expect(found.largestCollisions.count == 10)
    #expect(found.largestCollisions[0].series == 1410)
    #expect(
      found.largestCollisions[0].labels == [
        Label("__name__", "http_request_duration_seconds_bucket"), Label("code", "200"),
        Label("instance", "10.8.0.1:8080"), Label("job", "checkout-service"), Label("le", "0.005"),
        Label("route", "/checkout"),
      ])
  }

  @Test func `a change never adds samples, even where every series has one`() async throws {
    let records = (UInt64(1)...40).flatMap { ref in
      [
        LogDirectory.series(ref, "m", x: "\(ref)"),
        LogDirectory.samples(ref, [1_700_000_000_000 + Int64(ref) * 15_000]),
      ]
    }
    let log = try LogDirectory([records])
    let read = await DirectoryHistory.read(
      try DataDirectory(path: log.data), parts: .head, jobs: 1)
    var changes = SeriesChanges()
    changes.droppedLabels = [Array("x".utf8)]
    let found = WhatIf(of: read, parts: .head, changes)
    #expect(found.before.headSamples == 40)
    #expect(found.after.headSeries == 1)
    #expect(found.after.headSamples == 40)
  }

  @Test func `blocks and head are looked at together`() async throws {
    let found = try await whatIf("sound/explosion-blocks") {
      $0.droppedLabels = [Array("request_id".utf8)]
    }
    #expect(found.before.series == 8689)
    #expect(found.after.series == 331)
    #expect(found.mergedSeries == 8358)
  }

  @Test func `series leave by selectors, and stay by selectors`() async throws {
    let selector = try Selector(#"{request_id!=""}"#)
    let without = try await whatIf("sound/explosion-small") { $0.dropped = [selector] }
    #expect(without.after.series == 2259)
    #expect(without.droppedSeries == 59_192)
    #expect((without.collisions, without.mergedSeries) == (0, 0))
    let only = try await whatIf("sound/explosion-small") { $0.kept = [selector] }
    #expect(only.after.series == 59_192)
    #expect(only.droppedSeries == 2259)
  }

  @Test func `rules go to the series of their job alone`() async throws {
    let rules = "metric_relabel_configs: [{regex: request_id, action: labeldrop}]"
    let right = try configuration("scrape_configs: [{job_name: checkout-service, \(rules)}]")
    let found = try await whatIf("sound/explosion-small") { $0.configuration = right }
    #expect(found.after.series == 2301)
    #expect(found.seriesByJob.keys.sorted() == ["checkout-service"])
    let wrong = try configuration("scrape_configs: [{job_name: node, \(rules)}]")
    let other = try await whatIf("sound/explosion-small") { $0.configuration = wrong }
    #expect(other.after.series == 61_451)
    #expect(other.before == other.after)
    let snippet = try configuration(rules)
    let all = try await whatIf("sound/explosion-small") { $0.configuration = snippet }
    #expect(all.after.series == 2301)
  }

  @Test func `a job that no series is named after is that of series without another`() async throws
  {
    let text = """
      scrape_configs:
        - job_name: pods
          metric_relabel_configs: [{regex: request_id, action: labeldrop}]
        - job_name: checkout-service
      """
    let found = try await whatIf("sound/explosion-small") {
      $0.configuration = try configuration(text)
      $0.job = "pods"
    }
    // The series of checkout-service belong to the other job of the file.
    #expect(found.after.series == 61_451)
    let renamed = try await whatIf("sound/explosion-small") {
      $0.configuration = try configuration(text.replacing("checkout-service", with: "other"))
      $0.job = "pods"
    }
    #expect(renamed.after.series == 2301)
  }

  @Test func `limits are held against what is left`() async throws {
    let text = """
      scrape_configs:
        - job_name: checkout-service
          sample_limit: 150
          label_limit: 6
          label_value_length_limit: 35
      """
    let found = try await whatIf("sound/explosion-small") {
      $0.configuration = try configuration(text)
    }
    #expect(
      found.limits.map(\.key) == ["sample_limit", "label_limit", "label_value_length_limit"])
    #expect(found.limits[0].since == 1_794_876_000_000)
    #expect(found.limits[0].count == 3)
    #expect(found.limits[1].most == 7)
    #expect(found.limits[1].count == 59_192)
    #expect(found.limits[2].most == 36)
    let dropped = try await whatIf("sound/explosion-small") {
      $0.configuration = try configuration(
        text + "\n    metric_relabel_configs: [{regex: request_id, action: labeldrop}]\n")
    }
    // Series that merge still count one by one; the metric's name has 36 letters too.
    #expect(dropped.limits.map(\.key) == ["sample_limit", "label_value_length_limit"])
  }

  @Test(arguments: RelabelSample.all)
  func `rules on numbers of labels do what rules on labels do`(sample: RelabelSample) throws {
    let rules = try #require(
      try configuration("metric_relabel_configs: \(sample.rules)").snippet?.metricRelabelRules)
    var pairs = LabelPairTable()
    var states = rules.map { RuleState($0, &pairs) }
    for values in sample.series {
      let labels = values.sorted { $0.key < $1.key }.map { Label($0.key, $0.value) }
      var plain = RelabelledLabels(labels)
      let isKept = plain.apply(rules)
      let numbers = labels.map { label -> UInt32 in
        let name = pairs.intern(name: label.name.rawBytes)
        return pairs.intern(name: name, value: label.value.rawBytes)
      }
      var row = PairRow()
      row.fill(numbers.span, PairRow.Names(pairs))
      var isRowKept = true
      for index in states.indices where isRowKept {
        isRowKept = states[index].apply(to: &row, &pairs)
      }
      #expect(isRowKept == isKept)
      if isKept { #expect(row.all.map { pairs.label(ofPair: $0.pair) } == plain.all) }
    }
  }
}

/// Rules, and series that they are applied to one after the other.
struct RelabelSample: Sendable, CustomStringConvertible {
  let rules: String
  let series: [[String: String]]

  var description: String { rules }

  static let all: [RelabelSample] = [
    .init(
      rules: "[{source_labels: [a, b], regex: '(.*);(.*)', target_label: c, replacement: '$2$1'}]",
      series: [["a": "1", "b": "2"], ["a": "1"], ["a": "1", "b": "2", "c": "3"], ["b": "2"]]),
    .init(
      rules: "[{source_labels: [a], target_label: b}, {regex: a, action: labeldrop}]",
      series: [["a": "1", "b": "2"], ["b": "2"], ["a": ""], ["a": "1"]]),
    .init(
      rules: "[{regex: 'k_(.*)', action: labelmap}, {regex: 'k_.*', action: labeldrop}]",
      series: [["k_a": "1", "k_b": "2", "a": "0"], ["k_": "1"], ["x": "1"]]),
    .init(
      rules: "[{source_labels: [a], target_label: b, action: keepequal}]",
      series: [["a": "1", "b": "1"], ["a": "1", "b": "2"], ["c": "1"], ["a": "1"]]),
    .init(
      rules: "[{source_labels: [a], target_label: h, modulus: 7, action: hashmod},"
        + " {source_labels: [h], regex: '[0-3]', action: keep}]",
      series: (0..<20).map { ["a": "\($0)"] }),
    .init(
      rules: "[{source_labels: [a, b, c], separator: '', target_label: d, action: uppercase},"
        + " {regex: 'd', action: labelkeep}]",
      series: [["a": "x", "b": "y", "c": "z"], ["a": "x"], ["d": "x"], [:]]),
  ]
}
