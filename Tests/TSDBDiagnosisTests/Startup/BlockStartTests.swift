import TSDBStore
import TestSupport
import Testing

@testable import TSDBDiagnosis

/// What becomes of the three blocks of `damaged-base/main`, which end two hours apart.
@Suite struct BlockStartTests {
  private static let first = "01M7XPVH3PN49ESJ7YTJHY4RM5"
  private static let second = "01M7XPVHDBEN0X46Y430AHYY2Q"
  private static let third = "01M7XPVMXP15ZJJCNDK68GN2WR"

  private func start(
    _ path: String, _ options: StartupOptions = StartupOptions()
  ) throws -> BlockStart {
    BlockStart(
      try DataDirectory(path: path), options, ServerWords(directory: path, storagePath: "data"))
  }

  private func replace(_ old: String, with new: String, in path: String) throws {
    let text = try readText(path)
    try #require(text.contains(old))
    try writeFile(path, Array(text.replacing(old, with: new).utf8))
  }

  @Test func `all are served, and the head begins where the newest ends`() throws {
    let found = try start(Fixture("damaged-base/main").data)
    #expect(found.served.map(\.name) == [Self.first, Self.second, Self.third])
    #expect(found.minValidTime == 1_794_895_200_000)
    #expect(found.deleted.isEmpty)
    #expect(found.ignored.isEmpty)
    #expect(found.refusal == nil)
  }

  @Test func `one whose meta.json cannot be read stays, and is not served`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    try writeFile(copy.data + "/\(Self.third)/meta.json", [])
    let found = try start(copy.data)
    #expect(found.served.map(\.name) == [Self.first, Self.second])
    #expect(found.ignored.map(\.name) == [Self.third])
    #expect(found.minValidTime == 1_794_888_000_000)
    #expect(
      found.warnings == [
        "Failed to read meta.json for a block during reloadBlocks. Skipping dir=data/\(Self.third)"
      ])
  }

  @Test func `the parents of one that opens are deleted, even if they do not open themselves`()
    throws
  {
    let copy = try Fixture("damaged-base/main").copy()
    try replace(
      "\"level\": 1",
      with: """
        "parents": [{"ulid": "\(Self.first)", "minTime": 0, "maxTime": 1}], "level": 2
        """, in: copy.data + "/\(Self.second)/meta.json")
    try writeFile(copy.data + "/\(Self.first)/index", [])
    let found = try start(copy.data)
    #expect(found.refusal == nil)
    #expect(found.served.map(\.name) == [Self.second, Self.third])
    #expect(found.deleted.map(\.name) == [Self.first])
    #expect(found.warnings == ["Deleting obsolete block block=\(Self.first)"])
  }

  @Test func `several that do not open are all named`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    try writeFile(copy.data + "/\(Self.first)/index", [])
    try writeFile(copy.data + "/\(Self.second)/tombstones", [])
    let (one, other) = ("mmap, size 0: invalid argument", "tombstones header: invalid size")
    #expect(
      try start(copy.data).refusal
        == "reloadBlocks: corrupted block \(Self.first): \(one)\ncorrupted block \(Self.second): "
        + other)
    #expect(
      try start(copy.data, StartupOptions(version: .v2_53)).refusal
        == "2 errors: \(one); \(other)")
  }

  @Test func `what is older than the retention goes, counted back from the newest`() throws {
    let path = Fixture("damaged-base/main").data
    let options = StartupOptions(flags: ["storage.tsdb.retention.time=3h"])
    let found = try start(path, options)
    #expect(found.deleted.map(\.name) == [Self.first])
    #expect(found.served.map(\.name) == [Self.second, Self.third])
  }

  @Test func `what does not fit beside the head goes, the oldest first`() throws {
    let path = Fixture("damaged-base/main").data
    let directory = try DataDirectory(path: path)
    var size = directory.headChunks.totalSize + (directory.wal?.size ?? 0)
    size += directory.wal?.checkpoints.reduce(0) { $0 + $1.size } ?? 0
    size += directory.blocks.reduce(0) { $0 + $1.size }
    let fits = StartupOptions(flags: ["storage.tsdb.retention.size=\(size)B"])
    #expect(try start(path, fits).deleted.isEmpty)
    let tight = StartupOptions(flags: ["storage.tsdb.retention.size=\(size - 1)B"])
    #expect(try start(path, tight).deleted.map(\.name) == [Self.first])
  }
}
