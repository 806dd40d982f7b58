import TSDBAnalysis
import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@Suite struct SegmentSummaryTests {
  @Test func `a segment is counted`() {
    let path = Fixture("damaged-base/main").file("wal/00000003")
    let summary = SegmentSummary(path: path)
    #expect(summary.size == 98304)
    #expect(summary.pages == 3)
    #expect(summary.records == 201)
    #expect(summary.types["samples"]?.records == 200)
    #expect(summary.types["series"]?.records == 1)
    #expect(summary.compressions == [.snappy: 201])
    #expect(summary.offsets == 0...91643)
    #expect(summary.times == TimeRange(minTime: 1_794_894_000_000, maxTime: 1_794_896_985_000))
    #expect(summary.problems == [])
    #expect(summary.lostBytes == 0)
  }

  @Test func `a chunk snapshot has types of its own`() throws {
    let fixture = Fixture("sound/snapshot-3.14")
    let folder = fixture.file("chunk_snapshot.000000.0000327680")
    let summary = SegmentSummary(path: folder + "/00000000", isSnapshot: true)
    #expect(summary.types.keys.allSatisfy { $0.hasPrefix("snapshot_") })
    #expect(summary.types["snapshot_series"]?.records ?? 0 > 0)
    #expect(summary.problems == [])
  }

  @Test func `damage is counted, and the rest is`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    let path = copy.data + "/wal/00000005"
    let sound = SegmentSummary(path: path)
    try damage(path) { $0.flip(at: 14903, bit: 3) }
    let spoilt = SegmentSummary(path: path)
    #expect(spoilt.records == sound.records - 1)
    #expect(spoilt.problems.count == 1)
    #expect(spoilt.lostBytes > 0)
  }

  @Test func `a file that cannot be read is a problem`() {
    let summary = SegmentSummary(path: "/nonexistent/00000000")
    #expect(summary.records == 0)
    #expect(summary.problems.count == 1)
  }
}
