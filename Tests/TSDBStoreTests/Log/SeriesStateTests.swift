import TSDBFormat
import TestSupport
import Testing

@testable import TSDBStore

@Suite struct SeriesStateTests {
  @Test func `the state that a server left is read`() throws {
    let path = Fixture("sound/snapshot-3.14").file("wal/series_state.json")
    #expect(
      try SeriesState.read(path: path)
        == SeriesState(lastSeriesID: 36, lastWALSegment: 0, cleanShutdown: true))
  }

  @Test func `missing keys are as in Go, and unknown ones do not matter`() throws {
    let empty = SeriesState(lastSeriesID: 0, lastWALSegment: 0, cleanShutdown: false)
    #expect(try SeriesState(json: Array("{}".utf8)) == empty)
    let text = #"{"last_series_id":18446744073709551615,"last_wal_segment":-1,"later":[1]}"#
    #expect(
      try SeriesState(json: Array(text.utf8))
        == SeriesState(lastSeriesID: .max, lastWALSegment: -1, cleanShutdown: false))
  }

  @Test func `every cut is refused`() {
    let whole = Array(#"{"last_series_id":36,"last_wal_segment":0,"clean_shutdown":true}"#.utf8)
    for count in 0..<whole.count {
      let failure = #expect(throws: DecodeError.self) {
        try SeriesState(json: Array(whole[..<count]))
      }
      #expect(
        failure?.rule == "wal.series-state." + (count == 0 ? "truncated" : "malformed"))
    }
  }

  @Test func `no flipped bit traps`() {
    let whole = Array(#"{"last_series_id":36,"last_wal_segment":0,"clean_shutdown":true}"#.utf8)
    for offset in whole.indices {
      for bit in 0..<8 {
        var bytes = whole
        bytes.flip(at: offset, bit: bit)
        _ = try? SeriesState(json: bytes)
      }
    }
  }

  @Test func `a file that is too large is not read`() throws {
    let folder = try TemporaryDirectory()
    let path = folder.path + "/series_state.json"
    try writeFile(path, [UInt8](repeating: 0x20, count: 1 << 17))
    #expect(
      throws: FileError.damaged(
        path: path,
        DecodeError(
          section: .seriesState, offset: 0,
          problem: .outOfRange(found: 1 << 17, allowed: 0...(1 << 16))))
    ) { try SeriesState.read(path: path) }
  }
}
