import Glibc
import TSDBCheck
import TSDBDiagnosis
import TSDBStore
import TestSupport
import Testing

/// What starts come to, on damage done to copies; the messages are those of real servers' logs.
@Suite struct StartupPredictionTests {
  private static let first = "01M7XPVH3PN49ESJ7YTJHY4RM5"
  private static let second = "01M7XPVHDBEN0X46Y430AHYY2Q"

  private func predict(
    _ path: String, _ options: StartupOptions = StartupOptions()
  ) async throws -> StartupPrediction {
    await Diagnosis.make(of: try DataDirectory(path: path), jobs: 2, startup: options).startup
  }

  @Test func `a log that is not there costs nothing beside a snapshot of all`() async throws {
    let copy = try Fixture("sound/snapshot-3.14").copy()
    removeTree(copy.data + "/wal")
    let directory = try DataDirectory(path: copy.data)
    let check = await Check.run(directory, level: .standard, jobs: 1)
    func told(_ flags: [String]) async -> Finding? {
      let options = StartupOptions(version: .v3_14, flags: flags)
      let start = await DirectoryStart.read(directory, options, jobs: 1, countsServed: true)
      return check.told(with: start.prediction).result.findings.first { $0.rule == .walMissing }
    }
    #expect(await told([])?.severity == .loss)
    let kept = await told(["enable-feature=memory-snapshot-on-shutdown"])
    #expect(kept?.severity == .warning)
    #expect(kept?.lost == nil)
  }

  /// A server of 2.42 takes the bits of the compression for a type, and passes over all of them without a word.
  @Test func `what a release does not know is a reason for a loss`() async throws {
    let found = try await predict(
      Fixture("sound/st-zstd-3.14").data, StartupOptions(version: .v2_42)
    ).first
    #expect(found.outcome == .startsWithLoss)
    #expect(found.loss.samples > 0)
    #expect(
      found.reasons.map(\.text).map { $0.drop { $0.isNumber || $0 == "," } } == [
        " records of the log are of a type or a compression that this release does not know, and passed over: a newer "
          + "one reads them"
      ])
  }

  @Test func `a sound directory starts, and nothing is lost`() async throws {
    let found = try await predict(Fixture("damaged-base/main").data)
    #expect(found.first.outcome == .starts)
    #expect(found.first.message == nil)
    #expect(found.first.loss == .init())
    #expect(found.second == nil)
  }

  @Test(arguments: [
    ("index", "mmap, size 0: invalid argument"),
    ("chunks/000001", "mmap files: mmap, size 0: invalid argument"),
    ("tombstones", "tombstones header: invalid size"),
  ])
  func `an empty file of a block stops the server, in the words of each release`(
    file: String, cause: String
  ) async throws {
    let copy = try Fixture("damaged-base/main").copy()
    try writeFile(copy.data + "/" + Self.first + "/" + file, [])
    for version in ServerBehaviour.allCases {
      let found = try await predict(copy.data, StartupOptions(version: version)).first
      #expect(found.outcome == .refuses)
      let isNamed = version == .v2_42 || version == .v3_14
      let block = isNamed ? "reloadBlocks: corrupted block \(Self.first): " : ""
      #expect(found.message == "opening storage failed: \(block)\(cause)")
    }
  }

  @Test func `paths in messages begin with the storage path`() async throws {
    let copy = try Fixture("damaged-base/main").copy()
    try writeFile(copy.data + "/chunks_head/000001", [])
    let options = StartupOptions(storagePath: "/prometheus")
    #expect(
      try await predict(copy.data, options).first.message
        == "opening storage failed: mmap files, file: /prometheus/chunks_head/000001: mmap, size 0: "
        + "invalid argument")
  }

  @Test func `a gap in the log, and a checkpoint that is gone, stop every start`() async throws {
    let gap = try Fixture("damaged-base/main").copy()
    removeTree(gap.data + "/wal/00000005")
    #expect(
      try await predict(gap.data).first.message
        == "opening storage failed: get segment range: segments are not sequential")
    let headless = try Fixture("damaged-base/main").copy()
    removeTree(headless.data + "/wal/checkpoint.00000002")
    let found = try await predict(headless.data)
    #expect(
      found.first.message
        == "opening storage failed: repair corrupted WAL: cannot handle error: open WAL segment: 0: "
        + "open data/wal/00000000: no such file or directory")
    #expect(found.second == nil)
  }

  @Test func `a damaged checkpoint costs the WAL: one start fails, the next one comes up without`()
    async throws
  {
    let copy = try Fixture("damaged-base/main").copy()
    try damage(copy.data + "/wal/checkpoint.00000002/00000000") { $0.flip(at: 37, bit: 1) }
    let found = try await predict(copy.data)
    #expect(found.first.outcome == .refuses)
    #expect(
      found.first.message
        == "opening storage failed: repair corrupted WAL: rename data/wal/00000000 "
        + "data/wal/00000000.repair: no such file or directory")
    #expect(found.first.deletes.count == 6)
    #expect(found.first.deletes.first == "data/wal/00000003")
    #expect(found.second?.outcome == .startsWithLoss)
    #expect(found.second?.loss.samples == 32_640)
    #expect(found.first.loss == found.second?.loss)
  }

  @Test func `a flipped bit in the log costs all that is behind it`() async throws {
    let copy = try Fixture("damaged-base/main").copy()
    try damage(copy.data + "/wal/00000005") { $0.flip(at: 14_903, bit: 3) }
    let found = try await predict(copy.data).first
    #expect(found.outcome == .startsWithLoss)
    #expect(found.message == nil)
    #expect(found.loss.samples == 2520)
    #expect(found.metrics.reduce(0) { $0 + $1.samples } == 2520)
    #expect(found.truncates == ["data/wal/00000005"])
    #expect(found.deletes == ["data/wal/00000006", "data/wal/00000007", "data/wal/00000008"])
    #expect(
      found.warnings.first
        == "Encountered WAL read error, attempting repair err=\"read records: corruption in segment "
        + "data/wal/00000005 at 15344: unexpected checksum a8665a5a, expected d109742b\"")
  }

  @Test func `a block whose meta.json is gone is not served, one that is a leftover is deleted`()
    async throws
  {
    let copy = try Fixture("damaged-base/main").copy()
    removeTree(copy.data + "/" + Self.second + "/meta.json")
    #expect(try await predict(copy.data).first.loss.samples == 24_480)
    let other = try Fixture("damaged-base/main").copy()
    let name = Self.second + ".tmp-for-deletion"
    try move(other.data + "/" + Self.second, to: other.data + "/" + name)
    let found = try await predict(other.data).first
    #expect(found.outcome == .startsWithLoss)
    #expect(found.deletes == ["data/" + name])
    #expect(found.loss.samples == 24_480)
  }

  @Test func `retention is counted from the newest block, to the millisecond`() async throws {
    // Two hours lie between the ends of the blocks.
    for (version, flag, deleted) in [
      (ServerBehaviour.v2_42, "2h", 1), (.v2_53, "2h", 2), (.v3_14, "2h", 2), (.v3_14, "1d", 0),
    ] {
      let options = StartupOptions(
        version: version, flags: ["storage.tsdb.retention.time=" + flag])
      let found = try await predict(Fixture("damaged-base/main").data, options).first
      #expect(found.deletes.count == deleted)
      #expect(found.outcome == (deleted > 0 ? .startsWithLoss : .starts))
    }
  }

  @Test func `records of newer servers are passed over by older ones`() async throws {
    let data = Fixture("states/f34-v2-records-downgrade").data
    let found = try await predict(data, StartupOptions(version: .v3_5)).first
    #expect(found.outcome == .startsWithLoss)
    #expect(found.loss.samples == 720)
    #expect(try await predict(data).first.outcome == .starts)
  }

  @Test func `a server that runs holds the lock`() async throws {
    let copy = try Fixture("damaged-base/main").copy()
    let path = copy.data + "/lock"
    try writeFile(path, [])
    let descriptor = open(path, O_RDWR)
    defer { close(descriptor) }
    try #require(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
    let restart = try await predict(copy.data)
    #expect(restart.isRunning)
    #expect(restart.first.outcome == .starts)
    var options = StartupOptions()
    options.isRestart = false
    #expect(
      try await predict(copy.data, options).first.message
        == "opening storage failed: lock DB directory: resource temporarily unavailable")
    options.flags = ["storage.tsdb.no-lockfile"]
    #expect(try await predict(copy.data, options).first.outcome == .starts)
  }

  @Test func `a limit below the estimate means that memory runs out`() async throws {
    let data = Fixture("sound/explosion-small").data
    let found = try await predict(data, StartupOptions(memoryLimit: 60 << 20))
    #expect(found.first.outcome == .outOfMemory)
    #expect(try await predict(data, StartupOptions(memoryLimit: 1 << 40)).first.outcome == .starts)
  }

  @Test func `an agent's log is opened in other words`() async throws {
    let copy = try Fixture("sound/agent-3.5").copy()
    let options = StartupOptions(isAgent: true)
    #expect(try await predict(copy.data, options).first.outcome == .starts)
    removeTree(copy.data + "/wal/00000006")
    #expect(
      try await predict(copy.data, options).first.message
        == "opening storage failed: creating WAL: get segment range: segments are not sequential")
  }
}
