import PrometheusConfig
import TSDBAnalysis
import TestSupport
import Testing

@Suite struct MetricUsageTests {
  @Test func `usage counts series and distinct values within each metric`() {
    var builder = HistoryBuilder()
    for number in 0..<6 {
      let shared = number < 5 ? ["a": "\(number % 2)"] : [:]
      builder.add(
        ["__name__": "m", "n": "\(number)"].merging(shared) { $1 }, from: 0, to: 1)
    }
    let found = MetricUsage.all(of: builder.history)[0]
    #expect(found.series == 6)
    #expect(found.labels.map { String(decoding: $0.name, as: UTF8.self) } == ["a", "n"])
    #expect(found.labels.map(\.values) == [2, 6])
    #expect(found.labels.map(\.series) == [5, 6])
  }

  @Test func `saved scrapes are a history of scrapes`() throws {
    let first = try Exposition(Array("a{x=\"1\"} 1\nb 1\n".utf8), file: "1")
    let second = try Exposition(Array("a{x=\"1\"} 2\na{x=\"2\"} 2\na{x=\"3\"} 2\n".utf8), file: "2")
    let scrapes = ExpositionHistory([first, second])
    #expect(scrapes.series == [2, 3])
    #expect(scrapes.births == [2, 2])
    #expect(MetricUsage.all(of: scrapes.history).map(\.series) == [3, 1])
  }
}
