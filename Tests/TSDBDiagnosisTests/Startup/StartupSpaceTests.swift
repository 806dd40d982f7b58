import TSDBDiagnosis
import TSDBStore
import TestSupport
import Testing

/// What becomes of starts on a full file system; what servers did was watched on tmpfs and ext4.
@Suite struct StartupSpaceTests {
  private func predict(
    _ path: String, _ version: ServerBehaviour, bytes: Int, files: Int? = nil
  ) async throws -> StartupPrediction.Start {
    var options = StartupOptions(version: version)
    options.space = FreeSpace(bytes: bytes, bytesForRoot: bytes, files: files)
    return await Diagnosis.make(of: try DataDirectory(path: path), jobs: 2, startup: options)
      .startup.first
  }

  @Test(arguments: [
    // 3.5.3 on tmpfs: with 65,536 bytes it ended, with 126,976 it came up; 16,384 more were free, because
    // the log of queries was written anew.
    (65_536, StartupPrediction.Outcome.refuses), (126_976, .startsThenFails), (262_144, .starts),
  ])
  func `a replay that fills chunks needs room for a file of chunks_head`(
    bytes: Int, outcome: StartupPrediction.Outcome
  ) async throws {
    let copy = try Fixture("damaged-base/main").copy()
    removeTree(copy.data + "/chunks_head")
    let found = try await predict(copy.data, .v3_5, bytes: bytes)
    #expect(found.outcome == outcome)
    let message = outcome == .starts ? nil : "panic: preallocate: no space left on device"
    #expect(found.message == message)
  }

  @Test func `a replay that fills none comes up on a full disk, and fails later`() async throws {
    let found = try await predict(Fixture("damaged-base/main").data, .v3_5, bytes: 0)
    #expect(found.outcome == .startsThenFails)
    #expect(found.loss == .init())
  }

  @Test func `the log of queries needs room where there was none`() async throws {
    let copy = try Fixture("damaged-base/main").copy()
    removeTree(copy.data + "/queries.active")
    #expect(try await predict(copy.data, .v3_5, bytes: 0).message == "fatal error: fault")
    #expect(
      try await predict(copy.data, .v3_14, bytes: 4096).message
        == "panic: Unable to create mmap-ed active query log")
  }

  @Test func `a repair needs room for the segment that it writes anew`() async throws {
    let copy = try Fixture("damaged-base/main").copy()
    try damage(copy.data + "/wal/00000006") { $0.flip(at: 90_000, bit: 3) }
    let full = try await predict(copy.data, .v3_5, bytes: 4096)
    #expect(full.outcome == .refuses)
    #expect(
      full.message
        == "opening storage failed: repair corrupted WAL: insert record: write data/wal/00000006: no "
        + "space left on device")
    #expect(try await predict(copy.data, .v3_5, bytes: 1 << 20).outcome == .startsWithLoss)
  }

  @Test(arguments: [
    (0, "opening storage failed: lock DB directory: open data/lock: no space left on device"),
    (1, "opening storage failed: open data/wal/00000009: no space left on device"),
  ])
  func `a start makes files`(files: Int, message: String) async throws {
    let data = Fixture("damaged-base/main").data
    #expect(try await predict(data, .v3_5, bytes: 1 << 30, files: files).message == message)
    #expect(try await predict(data, .v3_5, bytes: 1 << 30, files: 2).outcome == .starts)
  }
}
