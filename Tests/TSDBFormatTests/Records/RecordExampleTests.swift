import TestSupport
import Testing

@testable import TSDBFormat

/// The worked examples of Docs/formats/records.md, decoded.
@Suite struct RecordExampleTests {
  private func record(_ fixture: String, _ segment: String, at offset: Int) throws -> [UInt8] {
    let bytes = try readFile(Fixture(fixture).file("wal/" + segment))
    let found = SegmentReading(bytes).records.first { $0.range.lowerBound == offset }
    return try #require(found).payload
  }

  @Test func `the series record is as the documentation spells it`() throws {
    let payload = try record("sound/head-mixed", "checkpoint.00000002/00000000", at: 0x6c1)
    var series = SeriesRecord()
    try series.append(payload.rawBytes, at: 0x6c1)
    #expect(series.series.map(\.ref) == [97])
    let words = series.changes.flatMap { [$0.name, $0.value] }.map {
      String(decoding: [UInt8]($0.bytes(in: payload.rawBytes)), as: UTF8.self)
    }
    #expect(words == ["__name__", "flapper", "job", "edge"])
  }

  @Test func `the samples of the second version are as the documentation spells them`() throws {
    let payload = try record("sound/st-zstd-3.14", "00000000", at: 0x58ac)
    let decoded = DecodedRows { rows throws(DecodeError) in
      try rows.decodeSamplesV2(payload.rawBytes, at: 0x58ac)
    }
    #expect(decoded.failure == nil)
    #expect(decoded.rows.map(\.ref) == [34, 35, 36])
    #expect(decoded.rows.allSatisfy { $0.time == 1_767_226_035_000 })
    #expect(decoded.rows.map { Double(bitPattern: $0.value) } == [1404, 933, 1360])
    var cursor = ByteCursor(payload.rawBytes, ofRecordAt: 0x58ac, in: .samplesV2Record)
    try cursor.skip(1)
    var header = RowHeaderV2()
    var startTimes: [Int64] = []
    while !cursor.isAtEnd {
      try header.decode(&cursor)
      startTimes.append(header.startTime)
      try cursor.skip(8)
    }
    #expect(startTimes == [1_767_225_594_561, 1_767_225_821_874, 1_767_225_594_207])
  }
}
