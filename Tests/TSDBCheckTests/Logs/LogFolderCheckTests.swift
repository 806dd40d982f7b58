import TSDBStore
import TestSupport
import Testing

@testable import TSDBCheck

@Suite struct LogFolderCheckTests {
  private func rules(_ spoil: (String) throws -> Void) async throws -> [String] {
    let copy = try Fixture("damaged-base/main").copy()
    defer { withExtendedLifetime(copy) {} }
    try spoil(copy.data + "/wal")
    return try await logRules(copy.data)
  }

  @Test func `an interrupted repair is a loss`() async throws {
    let found = try await rules { try writeFile($0 + "/00000008.repair", [1]) }
    #expect(found == ["loss wal.leftover.repair"])
  }

  @Test func `a checkpoint that was being written is info`() async throws {
    let found = try await rules { try makeFolder($0 + "/checkpoint.00000004.tmp") }
    #expect(found == ["info wal.leftover.temporary"])
  }

  @Test func `an older checkpoint, and segments that are in the last, are info`() async throws {
    let found = try await rules {
      try makeFolder($0 + "/checkpoint.00000001")
      try writeFile($0 + "/00000002", [])
    }
    #expect(found == ["info wal.checkpoint.older", "info wal.segments.replaced"])
  }

  @Test func `one empty segment at the end is nothing, more are told`() async throws {
    #expect(try await rules { try writeFile($0 + "/00000009", []) } == [])
    let found = try await rules {
      try writeFile($0 + "/00000009", [])
      try writeFile($0 + "/00000010", [])
    }
    #expect(found == ["info wal.segments.empty"])
  }

  @Test func `a folder named like a segment is fatal`() async throws {
    let found = try await rules { try makeFolder($0 + "/00000009") }
    #expect(found == ["fatal wal.segments.not-a-file", "fatal file.unreadable"])
  }

  @Test func `a state of the series that names a later segment is a warning`() async throws {
    let state = #"{"last_series_id":9,"last_wal_segment":77,"clean_shutdown":true}"#
    let found = try await rules { try writeFile($0 + "/series_state.json", Array(state.utf8)) }
    #expect(found == ["warning wal.series-state.ahead"])
    let empty = try await rules { try writeFile($0 + "/series_state.json", []) }
    #expect(empty == ["info wal.series-state.truncated"])
  }
}
