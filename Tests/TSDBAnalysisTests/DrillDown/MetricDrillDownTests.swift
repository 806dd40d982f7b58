import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBAnalysis

/// `MetricDrillDown`, `LabelDrillDown`, and the distinct series and values behind them.
@Suite struct MetricDrillDownTests {
  private static let metric = Array("http_request_duration_seconds_bucket".utf8)

  private func analysis(_ fixture: String) async throws -> HistoryAnalysis {
    let directory = try DataDirectory(path: Fixture(fixture).data)
    let read = await DirectoryHistory.read(directory, parts: [.head, .blocks], jobs: 2)
    return HistoryAnalysis(of: read, parts: [.head, .blocks], selectors: [], limit: 10)
  }

  /// Distinct label sets without a label, counted by a set of sets.
  private func expected(_ fixture: String, without name: String) async throws -> Int {
    let directory = try DataDirectory(path: Fixture(fixture).data)
    let read = await DirectoryHistory.read(directory, parts: [.head, .blocks], jobs: 2)
    let history = read.history
    var left: Set<[Label]> = []
    history.series.forEachWithSamples { series, _ in
      let pairs = history.series.pairs(of: series)
      var labels: [Label] = []
      for index in pairs.indices { labels.append(history.pairs.label(ofPair: pairs[index])) }
      guard labels.contains(Label(name: Array("__name__".utf8), value: Self.metric)) else { return }
      left.insert(labels.filter { $0.name != Array(name.utf8) })
    }
    return left.count
  }

  @Test(arguments: ["sound/explosion-small", "sound/explosion-blocks", "sound/rollouts"])
  func `what is left without a label is counted exactly`(fixture: String) async throws {
    let found = try #require(
      try await analysis(fixture).drillDown(metric: Self.metric, limit: 5, maxMemory: 1 << 30))
    for label in found.labels {
      let name = String(decoding: label.name, as: UTF8.self)
      #expect(!label.isEstimate)
      #expect(try await label.seriesWithout == expected(fixture, without: name), "\(name)")
    }
  }

  @Test func `the label that multiplies most comes first`() async throws {
    let found = try #require(
      try await analysis("sound/explosion-small").drillDown(
        metric: Self.metric, limit: 5, maxMemory: 1 << 30))
    let worst = try #require(found.labels.first)
    #expect(found.series == 60_760)
    #expect(worst.name == Array("request_id".utf8))
    #expect(worst.series == 59_192)
    #expect(worst.values.count == 4228)
    #expect(worst.values.bytes == 4228 * 36)
    #expect(worst.values.bytesInSeries == 59_192 * 36)
    #expect(worst.values.shapes == [.init(shape: .uuid, values: 4228)])
    #expect(worst.values.top.map(\.count) == [14, 14, 14, 14, 14])
  }

  @Test func `beyond the memory allowed numbers are estimates, near the truth and marked`()
    async throws
  {
    let analysis = try await analysis("sound/explosion-small")
    let exact = try #require(
      analysis.drillDown(metric: Self.metric, limit: 1, maxMemory: 1 << 30))
    let rough = try #require(
      analysis.drillDown(metric: Self.metric, limit: 1, maxMemory: 200_000))
    for label in exact.labels {
      let other = try #require(rough.labels.first { $0.name == label.name })
      #expect(other.isEstimate)
      let ratio = Double(other.seriesWithout) / Double(label.seriesWithout)
      #expect((0.75...1.25).contains(ratio))
    }
  }

  @Test func `no such metric, no such label`() async throws {
    let analysis = try await analysis("sound/rollouts")
    #expect(analysis.drillDown(metric: Array("absent".utf8), limit: 1, maxMemory: 1) == nil)
    #expect(analysis.drillDown(label: Array("absent".utf8), limit: 1) == nil)
  }

  @Test func `a label shows who uses it and what its values begin with`() async throws {
    let found = try #require(
      try await analysis("sound/rollouts").drillDown(label: Array("pod".utf8), limit: 10))
    #expect(found.series == 2000)
    #expect(found.metricCount == 3)
    #expect(found.metrics.map(\.series) == [1600, 200, 200])
    #expect(found.metrics.map(\.values) == [200, 200, 200])
    #expect(found.values.count == 200)
    #expect(found.values.top.map(\.count) == Array(repeating: 10, count: 10))
    let prefixes = found.values.prefixes.map { String(decoding: $0.text, as: UTF8.self) }
    #expect(prefixes.first == "checkout-")
    #expect(
      prefixes.dropFirst() == [
        "checkout-7d9fac-", "checkout-7d9fbc-", "checkout-7d9fcc-", "checkout-7d9fdc-",
      ])
    #expect(found.values.prefixes.map(\.count) == [200, 50, 50, 50, 50])
  }
}
