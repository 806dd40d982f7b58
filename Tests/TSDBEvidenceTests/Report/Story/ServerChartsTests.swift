import TSDBAnalysis
import TSDBReport
import TSDBStore
import TestSupport
import Testing

@testable import TSDBEvidence

@Suite struct ServerChartsTests {
  private func growth(
    _ change: (inout Evidence) -> Void = { _ in }
  ) async throws -> [ReportDocument.Block] {
    var found = try await Evidence.collect(
      DataDirectory(path: Fixture("sound/rollouts").data), Evidence.Options())
    change(&found)
    return try #require(Story(found).document.sections.first { $0.id == "growth" }).blocks
  }

  private func charts(
    _ blocks: [ReportDocument.Block]
  ) -> [(chart: any ReportChart, table: ResultTable)] {
    blocks.compactMap { block in
      if case .chart(let chart, let table) = block { return (chart, table) }
      return nil
    }
  }

  @Test func `what a server said stands beside what is counted`() async throws {
    let charts = charts(try await growth())
    #expect(
      charts.map(\.chart.title) == [
        "Series in the head", "Series born and died, by 1 min",
        "Series in the head, counted here and by the server", "Memory of the server's process",
      ])
    try #require(charts.count == 4)
    #expect(
      charts[2].chart.description
        == "At most 2,002 series are counted here; localhost:9090 said 1,780 at most.")
    #expect(
      charts[3].chart.description == "localhost:9090 had 217 MiB of resident memory at most.")
    let rows = charts[2].table.rows.map { $0.map(\.prose.plain) }
    #expect(rows.count == 129)
    #expect(rows.first == ["2026-11-17T00:00:00Z", "502", "500"])
    // A step without a sample has that of the one before.
    #expect(rows[7] == ["2026-11-17T00:07:00Z", "502", "540"])
    #expect(rows.last == ["2026-11-17T02:08:00Z", "2,002", "1,780"])
    #expect(
      charts[3].table.rows.last?.map(\.prose.plain) == ["2026-11-17T02:08:00Z", "228,000,000"])
  }

  @Test func `two servers are drawn, and the others named`() async throws {
    let blocks = try await growth { evidence in
      let one = evidence.servers[0]
      evidence.servers = (0..<4).map { number in
        ServerMetrics.Server(
          labels: [.init("instance", "s\(number)")],
          headSeries: one.headSeries.dropFirst(number).map { $0 })
      }
    }
    let text = blocks.compactMap { block -> String? in
      if case .paragraph(let prose) = block { return prose.plain }
      return nil
    }
    #expect(text.contains { $0.contains("2 other servers are in the table servers.") })
    // None of them told its memory.
    #expect(charts(blocks).count == 3)
    let rows = charts(blocks)[2].table.rows.map { $0.map(\.prose.plain) }
    // The second says nothing before its first sample.
    #expect(rows[0] == ["2026-11-17T00:00:00Z", "502", "500", ""])
  }

  @Test func `without a server nothing is said`() async throws {
    #expect(charts(try await growth { $0.servers = [] }).count == 2)
  }
}
