import TSDBStore
import TestSupport
import Testing

@Suite struct ReplayOrderTests {
  private let mixed = Fixture("sound/head-mixed").data
  private let snapshot = Fixture("sound/snapshot-3.14").data

  private func names(_ order: ReplayOrder) -> [String] {
    order.parts.flatMap { part, files in files.map { "\(part.rawValue) \($0.name)" } }
  }

  @Test func `the last checkpoint comes first, then the segments behind it`() throws {
    let order = ReplayOrder(try DataDirectory(path: mixed))
    #expect(
      names(order) == ["checkpoint 00000000", "wal 00000003", "wal 00000004", "wal 00000005"])
    #expect(order.firstSegment == 3)
    #expect(order.isWhole)
    #expect(order.segments.map(\.start) == [0, 0, 0, 0])
  }

  @Test func `a segment that the checkpoint replaces is not read`() throws {
    let copy = try Fixture("sound/head-mixed").copy()
    try writeFile(copy.data + "/wal/00000002", [])
    let directory = try DataDirectory(path: copy.data)
    #expect(directory.wal?.segments.count == 4)
    #expect(ReplayOrder(directory).wal.map(\.number) == [3, 4, 5])
    #expect(directory.wal?.isPassedOver == false)
  }

  @Test func `a snapshot is begun with, and the log from where it was taken`() throws {
    let directory = try DataDirectory(path: snapshot)
    let last = try #require(directory.snapshots.last)
    let order = ReplayOrder(directory, from: last)
    #expect(order.firstSegment == last.segment)
    #expect(order.parts.first?.files.map(\.path) == last.segments.map(\.path))
    let cut = try #require(order.segments.first { $0.part == .wal })
    #expect(cut.start == 327_680)
    #expect(ReplayOrder(directory).segments.allSatisfy { $0.start == 0 })
  }

  @Test func `a checkpoint that is older than the snapshot is not read`() throws {
    let copy = try Fixture("sound/head-mixed").copy()
    try copyTree(
      from: copy.data + "/wal/checkpoint.00000002",
      to: copy.data + "/chunk_snapshot.000004.0000000000")
    let directory = try DataDirectory(path: copy.data)
    let order = ReplayOrder(directory, from: directory.snapshots.last)
    #expect(order.checkpoint == nil)
    #expect(names(order) == ["snapshot 00000000", "wal 00000004", "wal 00000005"])
  }
}
