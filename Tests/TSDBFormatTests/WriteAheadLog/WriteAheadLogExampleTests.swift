import TestSupport
import Testing

@testable import TSDBFormat

/// The worked examples of Docs/formats/wal.md, decoded.
@Suite struct WriteAheadLogExampleTests {
  @Test func `the two records of the WBL are as the documentation spells them`() throws {
    let bytes = try readFile(Fixture("sound/ooo-3.5").file("wbl/00000001"))
    let reading = SegmentReading(bytes)
    let (marker, samples) = (reading.records[0], reading.records[1])
    #expect(marker.range == 0..<0x18)
    #expect(marker.compression == .none)
    #expect(marker.payload == [5, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0])
    #expect(Array(bytes[3..<7]) == [0x8a, 0x7d, 0xeb, 0xe4])
    #expect(samples.range == 0x18..<0x18 + 7 + 26)
    #expect(samples.compression == .snappy)
    #expect(samples.payload.count == 27)
    #expect(samples.payload.prefix(2) == [2, 0])
    #expect(bytes[0x1f] == 0x1b)
  }

  @Test func `the record over two pages is as the documentation spells it`() throws {
    let bytes = try readFile(Fixture("damaged-base/main").file("wal/00000003"))
    let first = try Fragment(bytes.rawBytes, at: 0x7f72)
    let last = try Fragment(bytes.rawBytes, at: 0x8000)
    #expect(first.kind == .first)
    #expect(first.length == 135)
    #expect(first.end == 0x8000)
    #expect(last.kind == .last)
    #expect(last.length == 331)
    #expect(last.compression == .snappy)
    #expect(Array(bytes[0x7f75..<0x7f79]) == [0x1a, 0x8a, 0x68, 0x64])
    #expect(Array(bytes[0x8003..<0x8007]) == [0x7a, 0x61, 0x60, 0x89])
    let record = SegmentReading(bytes).records.first { $0.range.lowerBound == 0x7f72 }
    #expect(record?.range.upperBound == last.end)
    #expect(record?.payload.first == 2)
  }
}
