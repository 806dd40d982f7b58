import TSDBAnalysis
import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBEvidence

@Suite struct EvidenceServersTests {
  private func collect(
    _ fixture: String, _ change: (inout Evidence.Options) -> Void = { _ in }
  ) async throws -> Evidence {
    var options = Evidence.Options()
    change(&options)
    return try await Evidence.collect(DataDirectory(path: Fixture(fixture).data), options)
  }

  @Test func `what a server said of itself is part of the evidence`() async throws {
    let found = try await collect("sound/rollouts")
    let server = try #require(found.servers.first)
    #expect(found.servers.count == 1)
    #expect(server.labels == [Label("instance", "localhost:9090"), Label("job", "prometheus")])
    #expect(server.headSeries.map(\.whole) == (0..<33).map { 500 + $0 * 40 })
    #expect(server.residentBytes.last?.whole == 228_000_000)
  }

  @Test func `it is narrowed as all that has a time`() async throws {
    let found = try await collect("sound/rollouts") { $0.since = .back(1_000_000) }
    #expect(found.servers.first?.headSeries.map(\.whole) == [1620, 1660, 1700, 1740, 1780])
  }

  @Test func `its labels are redacted as those of all series`() async throws {
    let redactor = try #require(Redactor(.all, key: Array("0123456789abcdef".utf8)))
    let found = try await collect("sound/rollouts") { $0.redactor = redactor }
    #expect(
      found.servers.first?.labels.map(\.value)
        == [Array("localhost:9090".utf8), Array("prometheus".utf8)].map(redactor.pseudonym))
  }

  @Test func `without one there is nothing`() async throws {
    #expect(try await collect("sound/nh-3.5").servers == [])
  }
}
