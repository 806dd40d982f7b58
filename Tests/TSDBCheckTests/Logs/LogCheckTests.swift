import Glibc
import TSDBStore
import TestSupport
import Testing

@testable import TSDBCheck

/// What `LogCheck` finds in `directory`, as severities and rules.
func logRules(_ directory: String, level: CheckLevel = .standard, jobs: Int = 2) async throws
  -> [String]
{
  let result = await LogCheck.run(
    try DataDirectory(path: directory), level: level, jobs: jobs)
  return result.findings.map { "\($0.severity) \($0.rule.id)" }
}

@Suite struct LogCheckTests {
  @Test(arguments: Fixture.all("sound") + Fixture.allOfFullSet("sound"))
  func `a sound directory has nothing above info, but for torn tails`(fixture: Fixture) async throws
  {
    let found = try await logRules(fixture.data, level: .deep).filter { !$0.hasPrefix("info ") }
    let isTorn = ["sound/explosion-small", "sound/explosion-enospc"].contains(fixture.name)
    #expect(found == (isTorn ? ["loss wal.fragment.truncated"] : []))
  }

  @Test func `the same is found by any number of tasks`() async throws {
    let directory = try DataDirectory(path: Fixture("states/f26b-enospc-real").data)
    let one = await LogCheck.run(directory, level: .deep, jobs: 1)
    let many = await LogCheck.run(directory, level: .deep, jobs: 7)
    #expect(one == many)
    #expect(one.findings.map(\.rule.id) == ["wal.fragment.sequence"])
  }

  @Test func `wal-multi-ref: a second ref for a series whose samples are in a block costs nothing`()
    async throws
  {
    #expect(try await logRules(Fixture("states/wal-multi-ref").data) == [])
  }

  @Test func `f34-v2-records-downgrade: records that older servers pass over are told`()
    async throws
  {
    let found = try await logRules(Fixture("states/f34-v2-records-downgrade").data)
    #expect(found == ["info record.newer"])
  }

  @Test(arguments: [
    ("wal-bad-snappy", ["loss wal.compression.compression"]),
    ("wal-bad-decode-series", ["loss record.series.range"]),
    ("wal-crcok-samples-truncated", ["loss record.samples.truncated"]),
    (
      "wal-crcok-empty-labels-series",
      ["info record.unknown", "warning record.series.label-missing", "loss wal.refs.reused"]
    ),
    ("wal-unknown-payload-type", ["info record.unknown"]),
  ])
  func `a sound checksum hides nothing`(name: String, rules: [String]) async throws {
    let copy = try Fixture.damaged(name)
    defer { withExtendedLifetime(copy) {} }
    #expect(try await logRules(copy.data) == rules)
  }

  @Test func `a lock that is held says that a server runs`() async throws {
    let copy = try Fixture("damaged-base/main").copy()
    defer { withExtendedLifetime(copy) {} }
    try writeFile(copy.data + "/lock", [])
    #expect(try await logRules(copy.data) == ["info lock.left"])
    let descriptor = open(copy.data + "/lock", O_RDWR)
    defer { close(descriptor) }
    #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
    #expect(try await logRules(copy.data) == ["info lock.held"])
  }

  @Test func `samples and chunks without a series are put below what took the series away`()
    async throws
  {
    let copy = try Fixture("damaged-base/main").copy()
    defer { withExtendedLifetime(copy) {} }
    removeTree(copy.data + "/wal/checkpoint.00000002/00000000")
    let result = await LogCheck.run(
      try DataDirectory(path: copy.data), level: .standard, jobs: 2)
    #expect(result.findings.map(\.rule.id) == ["wal.checkpoint.empty"])
    let consequences = result.findings.first?.consequences ?? []
    #expect(consequences.map(\.rule.id) == ["wal.refs.unknown", "chunks-head.refs.unknown"])
    #expect(consequences.first?.lost?.text == "30,176 samples")
  }

  @Test func `wal-repair-interrupted: the torn segment stands below the repair that wrote it`()
    async throws
  {
    let copy = try Fixture.damaged("wal-repair-interrupted")
    defer { withExtendedLifetime(copy) {} }
    let result = await LogCheck.run(
      try DataDirectory(path: copy.data), level: .standard, jobs: 2)
    #expect(result.findings.map(\.rule.id) == ["wal.leftover.repair"])
    #expect(result.findings[0].consequences.map(\.rule.id) == ["wal.fragment.truncated"])
  }

  @Test func `chunks_head without a log has no series`() async throws {
    let copy = try Fixture("damaged-base/main").copy()
    defer { withExtendedLifetime(copy) {} }
    removeTree(copy.data + "/wal")
    let result = await LogCheck.run(
      try DataDirectory(path: copy.data), level: .standard, jobs: 2)
    #expect(result.findings.map(\.rule.id) == ["wal.missing"])
    #expect(result.findings.first?.lost?.text == "29,656 samples")
    let below = result.findings.first?.consequences.map(\.rule.id)
    #expect(below == ["chunks-head.refs.unknown"])
  }

  /// `ha-pair` holds two data directories, and is none.
  private static let real = (Fixture.allOfFullSet("damaged") + Fixture.allOfFullSet("states"))
    .filter { $0.name != "states/ha-pair" }

  @Test(arguments: real)
  func `real states give the findings that servers bear out`(fixture: Fixture) async throws {
    let name = fixture.name.split(separator: "/").dropFirst().joined(separator: "/")
    let found = try await logRules(fixture.data, level: .deep).filter { !$0.hasPrefix("info ") }
    #expect(found == (LogTruth.findings[name] ?? []))
  }
}
