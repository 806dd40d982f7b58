import TSDBStore
import TestSupport
import Testing

@testable import TSDBCheck

@Suite struct SnapshotCheckTests {
  private static let base = Fixture("sound/snapshot-3.14")

  private func snapshot(of data: String) throws -> String {
    try #require(try DataDirectory(path: data).snapshots.last?.path)
  }

  @Test func `a damaged snapshot is a warning, since the log has the samples`() async throws {
    let copy = try Self.base.copy()
    defer { withExtendedLifetime(copy) {} }
    try damage(try snapshot(of: copy.data) + "/00000000") { $0.flip(at: 20) }
    let result = await LogCheck.run(try DataDirectory(path: copy.data), level: .deep, jobs: 2)
    let found = result.findings.filter { $0.severity > .info }
    #expect(found.map(\.severity) == [.warning])
    #expect(found.first?.startup == .replays)
  }

  @Test func `an empty snapshot hides the log before it`() async throws {
    let copy = try Self.base.copy()
    defer { withExtendedLifetime(copy) {} }
    removeTree(try snapshot(of: copy.data) + "/00000000")
    let found = try await logRules(copy.data).filter { !$0.hasPrefix("info") }
    #expect(found == ["loss snapshot.empty"])
  }

  @Test func `a snapshot of a segment that is not there is deleted by a server`() async throws {
    let copy = try Self.base.copy()
    defer { withExtendedLifetime(copy) {} }
    try move(try snapshot(of: copy.data), to: copy.data + "/chunk_snapshot.000099.0000000000")
    let found = try await logRules(copy.data).filter { !$0.hasPrefix("info") }
    #expect(found == ["warning snapshot.ahead"])
  }
}
