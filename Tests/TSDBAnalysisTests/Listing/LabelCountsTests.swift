import TSDBAnalysis
import TSDBStore
import TestSupport
import Testing

/// The numbers are those of `analyze`, which promtool's hold.
@Suite struct LabelCountsTests {
  private func history() async throws -> SeriesHistory {
    let data = try DataDirectory(path: Fixture("sound/explosion-small").data)
    return await DirectoryHistory.read(data, parts: [.head, .blocks], jobs: 2).history
  }

  @Test func `names have their values and their series`() async throws {
    let counts = LabelCounts(try await history())
    #expect(counts.names.count == 17)
    let names = counts.names.map { String(decoding: $0.name, as: UTF8.self) }
    #expect(names == names.sorted())
    let label = try #require(counts.names.first { $0.name == Array("request_id".utf8) })
    #expect(label.values == 4228)
    let metric = try #require(counts.names.first)
    #expect(metric.name == Array("__name__".utf8))
    #expect(metric.values == 17)
    #expect(metric.series == 61451)
  }

  @Test func `values have their series`() async throws {
    let counts = LabelCounts(try await history())
    let jobs = counts.values(of: Array("job".utf8))
    #expect(jobs.first { $0.value == Array("checkout-service".utf8) }?.series == 60200)
    #expect(counts.values(of: Array("nothing".utf8)) == [])
  }

  @Test func `selectors choose what is counted`() async throws {
    let selector = try Selector("http_request_duration_seconds_bucket")
    let counts = LabelCounts(try await history(), selectors: [selector])
    let metrics = counts.values(of: Array("__name__".utf8))
    #expect(metrics.map(\.value) == [Array("http_request_duration_seconds_bucket".utf8)])
    #expect(metrics.map(\.series) == [60760])
  }
}
