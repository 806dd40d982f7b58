import PrometheusConfig
import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBAnalysis
@testable import TSDBDiagnosis

@Suite struct ProposalsTests {
  private func proposals(_ fixture: String) async throws -> Proposals {
    let directory = try DataDirectory(path: Fixture(fixture).data)
    let read = await DirectoryHistory.read(directory, parts: [.head, .blocks], jobs: 2)
    let explosion = try #require(Explosion.find(in: read.history))
    let replay = ReplayLoad(read, headChunks: [], release: .newest)
    return await Proposals.make(against: explosion, in: read, replay: replay)
  }

  @Test func `the incident has two ways out, one of which leads back to what was`() async throws {
    let found = try await proposals("sound/explosion-small")
    try #require(found.relabellings.map(\.kind) == [.drop, .labeldrop])
    // Without the label its series are 42 that were not there before.
    #expect(found.relabellings.map(\.result.whatIf.after.headSeries) == [2259, 2301])
    for proposal in found.relabellings {
      #expect(proposal.result.whatIf.limits == [])
      #expect(
        proposal.result.memoryAfter.estimatedBytes < proposal.result.memoryBefore.estimatedBytes)
    }
    #expect(
      found.relabellings.map { $0.configuration.contains("sample_limit: 150") } == [true, false])
    #expect(
      found.relabellings[1].configuration.hasSuffix(
        "    metric_relabel_configs:\n      - regex: request_id\n        action: labeldrop\n"))
    #expect(
      found.relabellings[0].configuration.hasSuffix(
        """
              - source_labels: [__name__, request_id]
                regex: http_request_duration_seconds_bucket;.+
                action: drop

        """))
    #expect(found.relabellings[1].result.whatIf.mergedSeries == 59_150)
    #expect(found.relabellings[0].result.whatIf.droppedSeries == 59_192)
  }

  @Test func `alerts are sized from what was usual, and fire after the onset`() async throws {
    let alerts = try #require(try await proposals("sound/explosion-small").alerts)
    #expect(alerts.usual == 2259)
    #expect(alerts.size.threshold == 3400)
    #expect(alerts.growth.threshold == 460)
    let onset: Int64 = 1_794_876_000_000
    #expect(try #require(alerts.size.firesAt) > onset)
    #expect(try #require(alerts.size.firesAt) < onset + 5 * 60_000)
    #expect(try #require(alerts.growth.firesAt) == onset + 120_000)
    #expect(alerts.rules.contains("expr: prometheus_tsdb_head_series > 3400\n"))
  }

  // MARK: Histories by hand

  private func history(_ series: [(labels: [String: String], from: Int64, to: Int64)])
    -> SeriesHistory
  {
    var history = SeriesHistory()
    for item in series {
      var pairs: [LabelPairTable.PairID] = []
      for (name, value) in item.labels.sorted(by: { $0.key < $1.key }) {
        let id = history.pairs.intern(name: Array(name.utf8).rawBytes)
        pairs.append(history.pairs.intern(name: id, value: Array(value.utf8).rawBytes))
      }
      let number = history.series.intern(pairs.span)
      history.series.include(
        TimeRange(minTime: item.from * 60_000, maxTime: item.to * 60_000), of: number)
    }
    return history
  }

  private func snippets(
    _ metric: (Int) -> String, _ own: (Int) -> [String: String],
    others: [[String: String]] = []
  ) throws -> [(kind: Proposals.Relabelling.Kind, text: String)] {
    var series = (0..<200).map {
      (labels: ["__name__": "base", "job": "it's", "n": "\($0)"], from: Int64(0), to: Int64(120))
    }
    series += others.map { ($0, 0, 120) }
    for number in 0..<4000 {
      let labels = own(number).merging(["__name__": metric(number), "job": "it's"]) { $1 }
      series.append((labels, 60 + Int64(number) / 100, 120))
    }
    let history = history(series)
    let explosion = try #require(Explosion.find(in: history))
    return RelabellingSnippets(explosion, history, sampleLimit: 70).all
  }

  @Test func `a label that other metrics have as well leaves one metric only`() throws {
    let found = try snippets(
      { _ in "m.total" }, { ["id": "\($0)"] },
      others: [["__name__": "other", "job": "it's", "id": "1"]])
    // The label is not new: a rule that drops what has it would drop more than came.
    #expect(found.map(\.kind) == [.removeFromMetric])
    let snippet = try #require(found.first)
    #expect(
      snippet.text == #"""
        scrape_configs:
          - job_name: 'it''s'
            metric_relabel_configs:
              - source_labels: [__name__]
                regex: 'm\.total'
                target_label: id
                replacement: ''

        """#)
    let configuration = try PrometheusConfiguration(Array(snippet.text.utf8), file: "f")
    let job = try #require(configuration.job(named: "it's"))
    var labels = RelabelledLabels([Label("__name__", "m.total"), Label("id", "1")])
    let isKept = labels.apply(job.metricRelabelRules)
    #expect(isKept)
    #expect(labels.sorted == [Label("__name__", "m.total")])
  }

  @Test func `names that exploded are dropped by what they begin with`() throws {
    let found = try snippets({ "req_\($0)_total" }, { _ in [:] })
    #expect(found.map(\.kind) == [.drop])
    #expect(found.first?.text.contains("regex: req_.*\n") == true)
    let other = ["__name__": "req_seconds", "job": "it's"]
    #expect(try snippets({ "req_\($0)_total" }, { _ in [:] }, others: [other]).isEmpty)
  }

  @Test func `any text comes back from YAML as it was, and matches itself alone`() throws {
    let texts = [
      "plain", "true", "5", "-", "", "it's", "a: b", "#c", "\"", "a\nb", "\u{1b}[2J", "über",
      "a\\b",
      "[x]", "*", "null", "Yes", "1e5", ".5", "a ", "\u{85}", "(a|b)+?", "^$", "{1}",
    ]
    for text in texts {
      let document = "v: \(RelabellingSnippets.scalar(text))"
      let fields = try YAMLFields.document(Array(document.utf8), file: "f")
      #expect(try fields["v"]?.node.content == .scalar(text, isPlain: isPlain(document)))
      let regex = try RegularExpression(Array(RelabellingSnippets.quotedRegex(text).utf8))
      #expect(regex.matches(Array(text.utf8)))
      #expect(!regex.matches(Array((text + "x").utf8)))
    }
  }

  private func isPlain(_ document: String) -> Bool {
    let first = document.dropFirst(3).first
    return first != "'" && first != "\""
  }

  @Test func `limits are numbers that people would choose`() {
    #expect(
      [0, 7, 99, 100, 101, 3388, 99_100, 100_000].map(Rounding.up)
        == [0, 7, 99, 100, 110, 3400, 100_000, 100_000])
  }
}
