import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBAnalysis

@Suite struct ServerMetricsTests {
  @Test func `a server that scraped itself is shown with its own numbers`() async throws {
    let directory = try DataDirectory(path: Fixture("sound/rollouts").data)
    let read = await DirectoryHistory.read(directory, parts: .head, jobs: 1)
    #expect(ServerMetrics.areIn(read.history))
    let buckets = try #require(
      ChurnBuckets(over: read.history.series.timeRange, step: 4 * 60_000))
    let found = try await ServerMetrics.read(directory, buckets: buckets, options: .init())
    let server = try #require(found.servers.first)
    #expect(found.servers.count == 1)
    #expect(server.labels == [Label("instance", "localhost:9090"), Label("job", "prometheus")])
    #expect(server.headSeries.map(\.value) == (0..<33).map { 500 + Double($0) * 40 })
    #expect(server.residentBytes.last?.value == 1e8 + 128e6)
    #expect(server.headSeries.first?.time == 1_794_873_600_000)
  }

  @Test func `a wider bucket has its last sample`() async throws {
    let directory = try DataDirectory(path: Fixture("sound/rollouts").data)
    let read = await DirectoryHistory.read(directory, parts: .head, jobs: 1)
    let buckets = try #require(
      ChurnBuckets(over: read.history.series.timeRange, step: 3_600_000))
    let found = try await ServerMetrics.read(directory, buckets: buckets, options: .init())
    #expect(found.servers.first?.headSeries.map(\.value) == [1060, 1660, 1780])
  }

  @Test(
    arguments: [
      (0.4, 0), (0.5, 1), (-1, -1), (.nan, 0), (.infinity, .max), (-1e300, .min), (1e300, .max),
    ] as [(Double, Int64)])
  func `a count is the nearest whole number`(value: Double, whole: Int64) {
    #expect(ServerMetrics.Point(time: 0, value: value).whole == whole)
  }

  @Test func `without such series there is nothing to read`() async throws {
    let directory = try DataDirectory(path: Fixture("sound/nh-3.5").data)
    let read = await DirectoryHistory.read(directory, parts: .head, jobs: 1)
    #expect(!ServerMetrics.areIn(read.history))
  }
}
