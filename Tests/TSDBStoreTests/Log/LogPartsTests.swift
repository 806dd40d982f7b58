import TSDBFormat
import TestSupport
import Testing

@testable import TSDBStore

@Suite struct LogPartsTests {
  private let mixed = Fixture("sound/head-mixed").data
  private let snapshot = Fixture("sound/snapshot-3.14").data

  private func kinds(_ path: String) throws -> [LogPart] {
    try LogParts(path: path).parts.map(\.part)
  }

  @Test func `a data directory gives checkpoint, log, late log and snapshot`() throws {
    #expect(try kinds(mixed) == [.checkpoint, .wal])
    #expect(try kinds(snapshot) == [.wal, .wbl, .snapshot])
    let log = try LogParts(path: mixed)
    #expect(log.parts[0].segments.map(\.number) == [0])
    #expect(log.parts[1].segments.map(\.name) == ["00000003", "00000004", "00000005"])
    #expect(log.before == [])
    #expect(log.damage == [])
  }

  @Test func `a folder of segments gives its own, and what stands before`() throws {
    let wal = try LogParts(path: mixed + "/wal")
    #expect(wal.parts.map(\.part) == [.wal])
    #expect(wal.before.map(\.path) == [mixed + "/wal/checkpoint.00000002/00000000"])
    #expect(try kinds(mixed + "/wal/checkpoint.00000002") == [.checkpoint])
    #expect(try kinds(snapshot + "/wbl/") == [.wbl])
    #expect(try kinds(snapshot + "/chunk_snapshot.000000.0000327680") == [.snapshot])
  }

  @Test func `a segment gives itself, and those before it`() throws {
    let log = try LogParts(path: mixed + "/wal/00000004")
    #expect(log.parts.map(\.part) == [.wal])
    #expect(log.parts[0].segments.map(\.name) == ["00000004"])
    #expect(log.before.map(\.name) == ["00000000", "00000003"])
    #expect(log.size == log.parts[0].segments[0].size)
    #expect(try kinds(snapshot + "/wbl/00000000") == [.wbl])
  }

  @Test func `a file that is no segment is refused`() {
    let path = snapshot + "/wal/series_state.json"
    let failure = #expect(throws: FileError.self) { try LogParts(path: path) }
    #expect(failure?.description == "\(path): not a segment of a log: its name is no number")
    #expect(
      throws: FileError.system(path: mixed + "/none", operation: "look at", errno: 2)
    ) { try LogParts(path: mixed + "/none") }
  }
}
