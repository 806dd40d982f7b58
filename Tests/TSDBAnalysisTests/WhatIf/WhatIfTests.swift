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

  /// A log of one scrape of jobs a, b and c, each with the metrics `m{user="u1"}` and `n`.
  private func threeJobs() async throws -> DirectoryHistory {
    var records: [[UInt8]] = []
    for (number, job) in ["a", "b", "c"].enumerated() {
      for (place, metric) in ["m", "n"].enumerated() {
        let ref = UInt64(number * 2 + place + 1)
        var labels = [Label("__name__", metric), Label("instance", "x:1"), Label("job", job)]
        if metric == "m" { labels.append(Label("user", "u1")) }
        records.append(
          labels.reduce(into: [1] + bigEndianBytes(ref) + uvarintBytes(UInt64(labels.count))) {
            $0 += lengthPrefixedBytes($1.name) + lengthPrefixedBytes($1.value)
          })
        records.append(LogDirectory.samples(ref, [1_700_000_000_000]))
      }
    }
    let log = try LogDirectory([records])
    return await DirectoryHistory.read(try DataDirectory(path: log.data), parts: .head, jobs: 1)
  }

  @Test func `a scrape that a server refuses leaves nothing of its target`() async throws {
    let read = try await threeJobs()
    var changes = SeriesChanges()
    // An empty label name; a metric name that legacy forbids; the label job of c is not its job's name.
    changes.configuration = try configuration(
      """
      scrape_configs:
        - job_name: a
          metric_relabel_configs: [{regex: "user|x(.*)", action: labelmap, replacement: $1}]
        - job_name: b
          metric_name_validation_scheme: legacy
          metric_relabel_configs:
            - {source_labels: [__name__], regex: n, target_label: __name__, replacement: n-total}
        - job_name: renamed
          relabel_configs: [{target_label: job, replacement: c}]
          metric_relabel_configs: [{source_labels: [user], regex: u1, action: drop}]
      """)
    let found = WhatIf(of: read, parts: .head, changes)
    #expect(found.after.series == 1)
    #expect(found.refusedSeries == 4)
    #expect(found.refusals.map(\.job) == ["a", "b"])
    #expect(found.refusals.map(\.reason) == [.labelName, .metricName])
    #expect(found.refusals.map(\.series) == [1, 1])
    #expect(found.droppedSeries == 1)
    #expect(
      found.unreached == [
        WhatIf.Unreached(job: "renamed", reason: .renamed(to: Array("c".utf8)), series: 2)
      ])
  }

  @Test func `jobs whose rules reach nothing are named`() async throws {
    let read = try await threeJobs()
    var changes = SeriesChanges()
    changes.configuration = try configuration(
      """
      scrape_configs:
        - {job_name: a, honor_labels: true, metric_relabel_configs: [{action: keep, regex: x}]}
        - {job_name: d, metric_relabel_configs: [{action: labeldrop, regex: x}]}
        - job_name: e
          relabel_configs: [{source_labels: [y], target_label: job}]
          metric_relabel_configs: [{action: labeldrop, regex: x}]
      """)
    let found = WhatIf(of: read, parts: .head, changes)
    #expect(
      found.unreached == [
        WhatIf.Unreached(job: "a", reason: .honorsLabels(others: 4), series: 2),
        WhatIf.Unreached(job: "d", reason: .noSeries, series: 0),
        WhatIf.Unreached(job: "e", reason: .unknownLabel, series: 0),
      ])
  }

  /// Series as scrapes bring them: of one metric and one id, bucket after bucket, and some that are not.
  private func runs(_ random: inout SeededRandom) -> [[Label]] {
    var found: Set<[Label]> = []
    var all: [[Label]] = []
    for _ in 0..<120 {
      let name = Int.random(in: 0..<6, using: &random) == 0 ? "" : "m\(random.next() % 3)"
      let (job, id, zone) = (random.next() % 3, random.next() % 9, random.next() % 4)
      for bucket in 0..<Int.random(in: 1...5, using: &random) {
        var labels = [Label("job", "j\(job)"), Label("le", "\(bucket)")]
        if !name.isEmpty { labels.append(Label("__name__", name)) }
        if id > 1 { labels.append(Label("id", id == 2 ? "" : "\(id)")) }
        if zone > 0 { labels.append(Label("zone", "\(zone)")) }
        labels.sort { $0.name.lexicographicallyPrecedes($1.name) }
        if found.insert(labels).inserted { all.append(labels) }
      }
    }
    return all
  }

  @Test(
    arguments: [
      "[{source_labels: [__name__, id], regex: 'm0;.+', action: drop}]",
      "[{regex: id, action: labeldrop}]", "[{regex: 'id|le', action: labeldrop}]",
      "[{regex: '__name__|le', action: labelkeep}]", "[{regex: __name__, action: labeldrop}]",
      "[{regex: le, action: labeldrop}, {source_labels: [le], regex: '', action: keep}]",
      "[{source_labels: [zone], target_label: le, action: dropequal}]",
      "[{source_labels: [le], regex: '[12]', action: drop}, {regex: id, action: labeldrop}]",
      "[{source_labels: [zone], regex: '2', action: keep}, {regex: '.*', action: labeldrop}]",
      "[{source_labels: [le], target_label: id}]",
    ])
  func `series that fare as the one before come out as if each were asked by itself`(
    rules: String
  ) async throws {
    var random = SeededRandom(seed: 11)
    let series = runs(&random)
    let records = series.enumerated().flatMap { number, labels in
      let ref = UInt64(number + 1)
      let head = [1] + bigEndianBytes(ref) + uvarintBytes(UInt64(labels.count))
      return [
        labels.reduce(into: head) {
          $0 += lengthPrefixedBytes($1.name) + lengthPrefixedBytes($1.value)
        }, LogDirectory.samples(ref, [1_700_000_000_000, 1_700_000_015_000]),
      ]
    }
    let log = try LogDirectory([records])
    let jobs = try configuration(
      "scrape_configs: [{job_name: j0, metric_relabel_configs: \(rules)}, "
        + "{job_name: j1, metric_relabel_configs: \(rules), sample_limit: 5}]")
    let read = await DirectoryHistory.read(
      try DataDirectory(path: log.data), parts: .head, jobs: 1)
    #expect(read.history.series.count == series.count)
    var changes = SeriesChanges()
    changes.configuration = jobs
    let found = WhatIf(of: read, parts: .head, changes)

    let name = Array("__name__".utf8)
    var expected: [[Label]: Int] = [:]
    var all: [(job: String, labels: [Label])] = []
    for labels in series {
      var plain = RelabelledLabels(labels.filter { !$0.value.isEmpty })
      let job = String(
        decoding: labels.first { $0.name == Array("job".utf8) }?.value ?? [], as: UTF8.self)
      let own = jobs.scrapeConfigs.first { $0.jobName == job }?.metricRelabelRules ?? []
      guard plain.apply(own), !plain.all.isEmpty else { continue }
      all.append((job, plain.all.sorted { $0.name.lexicographicallyPrecedes($1.name) }))
    }
    // A scrape with a series without a name, or with more than five, is refused: all are of one time.
    let isUnnamed = { (labels: [Label]) in !labels.contains { $0.name == name } }
    let refused = Set(
      all.filter { one in
        one.job == "j0" && isUnnamed(one.labels) || one.job == "j1" && isUnnamed(one.labels)
      }.map(\.job)
    ).union(all.count { $0.job == "j1" } > 5 ? ["j1"] : [])
    let taken = all.filter { !refused.contains($0.job) }
    for one in taken { expected[one.labels, default: 0] += 1 }
    let seed = Comment("seed \(random.seed)")
    let left = taken.count
    #expect(found.droppedSeries == series.count - all.count, seed)
    #expect(found.refusedSeries == all.count - taken.count, seed)
    #expect(found.after.series == expected.count, seed)
    #expect(found.collisions == expected.values.count { $0 > 1 }, seed)
    #expect(found.mergedSeries == left - expected.count, seed)
    #expect(found.unnamedSeries == all.count { isUnnamed($0.labels) }, seed)
    let pairs = Set(expected.keys.flatMap(\.self))
    #expect(found.after.values == pairs.count, seed)
    #expect(
      found.seriesByJob.values.reduce(0, +)
        == series.count { $0.contains(Label("job", "j0")) || $0.contains(Label("job", "j1")) }, seed
    )
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
