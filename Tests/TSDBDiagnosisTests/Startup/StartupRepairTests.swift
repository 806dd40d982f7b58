import TSDBAnalysis
import TSDBStore
import TestSupport
import Testing

@testable import TSDBDiagnosis

/// What starts do that meet damage in a log.
@Suite struct StartupRepairTests {
  private func predict(_ path: String, _ version: ServerBehaviour) async throws -> StartupPrediction
  {
    let options = StartupOptions(version: version)
    return await Diagnosis.make(of: try DataDirectory(path: path), jobs: 2, startup: options)
      .startup
  }

  @Test func `a damaged WBL is cut, but by 2.42, which cuts the WAL for it`() async throws {
    let copy = try Fixture("sound/ooo-3.5").copy()
    let wbl = try #require(try DataDirectory(path: copy.data).wbl?.segments.first)
    try damage(wbl.path) { $0.flip(at: 40, bit: 2) }
    let newer = try await predict(copy.data, .v3_5)
    #expect(newer.first.outcome == .startsWithLoss)
    #expect(newer.first.truncates == ["data/wbl/\(wbl.name)"])
    #expect(newer.second == nil)
    let older = try await predict(copy.data, .v2_42)
    #expect(older.first.truncates == ["data/wal/\(wbl.name)"])
    #expect((older.second?.loss.samples ?? 0) > newer.first.loss.samples)
    #expect(older.first.loss == older.second?.loss)
  }

  @Test func `a torn WAL keeps the WBL from being read, once`() async throws {
    let copy = try Fixture("sound/ooo-3.5").copy()
    let wal = try #require(
      try DataDirectory(path: copy.data).wal?.segments.last { $0.size > 0 })
    try damage(wal.path) { $0.flip(at: 40, bit: 2) }
    let found = try await predict(copy.data, .v3_14)
    #expect(found.first.outcome == .startsWithLoss)
    #expect(found.first.truncates == ["data/wal/\(wal.name)"])
    #expect(found.second != nil)
    #expect(found.first.loss.samples > found.second?.loss.samples ?? .max)
  }

  @Test func `a damaged later segment of a checkpoint costs the WAL, in more than one start`()
    async throws
  {
    let copy = try Fixture("damaged-base/main").copy()
    let checkpoint = copy.data + "/wal/checkpoint.00000002/"
    let bytes = try readFile(checkpoint + "00000000")
    try writeFile(checkpoint + "00000001", bytes)
    try damage(checkpoint + "00000001") { $0.flip(at: 40) }
    let found = try await predict(copy.data, .v3_14)
    #expect(found.first.outcome == .refuses)
    #expect(
      found.first.message
        == "opening storage failed: repair corrupted WAL: rename data/wal/00000001 "
        + "data/wal/00000001.repair: no such file or directory")
    #expect(found.first.deletes.count == 6)
    // The next start makes segment 0, and the one after it segment 1, which it wants.
    #expect(found.second == nil)
    #expect(found.first.loss.samples > 0)
  }

  /// A server of 3.5 served as many under its own new series, at the start after it had cut the log.
  @Test(arguments: [
    ("wal-bitflip-first-series", refs: 8, samples: 1456), ("wal-bad-decode-series", 4, 848),
    ("wal-bitflip-mid", 0, 0),
  ])
  func `chunks whose series are defined behind the cut wait for new series`(
    name: String, refs: Int, samples: Int
  ) async throws {
    let copy = try Fixture.damaged(name)
    defer { withExtendedLifetime(copy) {} }
    let found = try await predict(copy.data, .v3_5)
    #expect(found.first.waiting.series == refs)
    #expect(found.first.waiting.samples == samples)
  }
}
