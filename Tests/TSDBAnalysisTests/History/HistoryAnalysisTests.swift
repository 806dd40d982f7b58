import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBAnalysis

@Suite struct HistoryAnalysisTests {
  private func analysis(
    _ fixture: String, _ parts: DirectoryHistory.Parts, _ selectors: [String] = [], limit: Int = 20
  ) async throws -> HistoryAnalysis {
    let directory = try DataDirectory(path: Fixture(fixture).data)
    let read = await DirectoryHistory.read(directory, parts: parts, jobs: 2)
    return HistoryAnalysis(
      of: read, parts: parts, selectors: try selectors.map { try Selector($0) }, limit: limit)
  }

  private func words(_ lines: [Cardinality.Line]) -> [String] {
    lines.map { "\($0.count) \(String(decoding: $0.key, as: UTF8.self))" }
  }

  /// Distinct series and values as the repaired server counted them (truth/after-repair-*).
  @Test func `the head of the incident has the tables of the server that held it`() async throws {
    let found = try await analysis("sound/explosion-small", .head)
    #expect(found.totalSeries == 61_451)
    #expect(found.cardinality.uniquePairs == 4345)
    #expect(
      words(found.cardinality.metrics).prefix(3) == [
        "60760 http_request_duration_seconds_bucket", "112 http_request_duration_seconds_count",
        "112 http_request_duration_seconds_sum",
      ])
    #expect(words(found.cardinality.labels).first == "4228 request_id")
    #expect(found.range == TimeRange(minTime: 1_794_873_600_000, maxTime: 1_794_876_885_000))
  }

  /// A block looked at through the merged tables has the numbers that promtool gives it.
  @Test func `merged blocks count as their census does`() async throws {
    let fixture = Fixture("damaged-base/main")
    let directory = try DataDirectory(path: fixture.data)
    for folder in directory.blocks {
      let census = try #require(BlockAnalysis(of: folder, .init()).census)
      let alone = await DirectoryHistory.read(
        try DataDirectory(path: folder.path), parts: .blocks, jobs: 1)
      let merged = HistoryAnalysis(of: alone, parts: .blocks, selectors: [], limit: 1000)
      let block = census.cardinality(range: 1, limit: 1000)
      #expect(merged.cardinality.metrics == block.metrics)
      #expect(merged.cardinality.labels == block.labels)
      #expect(merged.cardinality.commonPairs == block.commonPairs)
      #expect(merged.cardinality.valueLengths == block.valueLengths)
    }
  }

  @Test func `a series of several blocks is one series`() async throws {
    let directory = try DataDirectory(path: Fixture("damaged-base/main").data)
    let blocks = try await analysis("damaged-base/main", .blocks)
    let largest = directory.blocks.compactMap { try? $0.meta.get().stats.numSeries }.max() ?? 0
    let sum = directory.blocks.compactMap { try? $0.meta.get().stats.numSeries }.reduce(0, +)
    #expect(blocks.totalSeries >= Int(largest))
    #expect(blocks.totalSeries < Int(sum))
    let everything = try await analysis("damaged-base/main", [.head, .blocks])
    #expect(everything.totalSeries >= blocks.totalSeries)
  }

  @Test func `selectors select, and several are a union`() async throws {
    let some = try await analysis(
      "sound/explosion-small", .head, [#"up{job="api-gateway"}"#, #"{request_id=~"0.*"}"#])
    let up = try await analysis("sound/explosion-small", .head, [#"up{job="api-gateway"}"#])
    let ids = try await analysis("sound/explosion-small", .head, [#"{request_id=~"0.*"}"#])
    #expect(up.cardinality.series > 0)
    #expect(ids.cardinality.series > 0)
    #expect(some.cardinality.series == up.cardinality.series + ids.cardinality.series)
    #expect(some.totalSeries == 61_451)
    let none = try await analysis("sound/explosion-small", .head, ["nothing_of_that_name"])
    #expect(none.cardinality.series == 0)
    #expect(none.cardinality.metrics == [])
  }

  @Test func `of equal counts the lower key comes first, and the limit holds`() async throws {
    let found = try await analysis("sound/explosion-small", .head, limit: 4)
    let all = try await analysis("sound/explosion-small", .head, limit: 1000)
    #expect(found.cardinality.commonPairs == Array(all.cardinality.commonPairs.prefix(4)))
    for (one, next) in zip(all.cardinality.metrics, all.cardinality.metrics.dropFirst()) {
      let ordered =
        one.count > next.count
        || (one.count == next.count && one.key.lexicographicallyPrecedes(next.key))
      #expect(ordered)
    }
  }
}
