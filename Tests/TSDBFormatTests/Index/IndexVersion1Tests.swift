import TSDBFormat
import TestSupport
import Testing

/// Version 1: symbols and series by byte offset, entries without padding. No released server writes it
/// any more, so the sections here are put together by hand.
@Suite struct IndexVersion1Tests {
  private struct Built {
    var bytes: [UInt8] = [0xba, 0xaa, 0xd7, 0x00, 1]
    var entries: [Int] = []
  }

  private func section(_ body: [UInt8]) -> [UInt8] {
    bigEndianBytes(UInt32(body.count)) + body + bigEndianBytes(crc32c(body.rawBytes))
  }

  /// Symbols `a` at byte 13 and `b` at byte 15, and three series, each `a="b"` with one chunk.
  private func build() -> Built {
    var built = Built()
    built.bytes += section([0, 0, 0, 2, 1, 0x61, 1, 0x62])
    for chunk in 1...3 {
      built.entries.append(built.bytes.count)
      let body: [UInt8] = [1, 13, 15, 1, 20, 5, UInt8(chunk)]
      built.bytes += [UInt8(body.count)] + body + bigEndianBytes(crc32c(body.rawBytes))
    }
    let end = built.bytes.count
    let postings = section([0, 0, 0, 3] + built.entries.flatMap { bigEndianBytes(UInt32($0)) })
    built.bytes += postings
    let table = built.bytes.count
    built.bytes += section([0, 0, 0, 1, 2, 0, 0, UInt8(end)])
    let contents = [5, built.entries[0], end, table, end, table].flatMap {
      bigEndianBytes(UInt64($0))
    }
    built.bytes += contents + bigEndianBytes(crc32c(contents.rawBytes))
    return built
  }

  @Test func `symbols are found by their offsets`() {
    let built = build()
    let index = WholeIndex(built.bytes)
    #expect(index.damage == [])
    #expect(index.symbols == ["a", "b"])
    #expect(index.series.map(\.reference) == built.entries.map { UInt64($0) })
    #expect(index.series.map(\.labels) == [["a=b"], ["a=b"], ["a=b"]])
    #expect(index.series.map(\.minTime) == [10, 10, 10])
    #expect(index.series.map(\.maxTime) == [15, 15, 15])
    #expect(index.allPostings == 3)
  }

  @Test func `an offset at which no symbol starts is a finding`() {
    var built = build()
    let start = built.entries[1]
    built.bytes[start + 2] = 14
    built.bytes.fixChecksum(of: start + 1..<start + 8, at: start + 8)
    let index = WholeIndex(built.bytes)
    #expect(index.series.count == 2)
    #expect(
      index.damage == [
        DecodeError(
          section: .indexSeries, offset: start + 2,
          problem: .malformed(why: "no symbol starts at byte 14"))
      ])
  }

  @Test func `the walk finds the entry behind a damaged one without alignment`() {
    var built = build()
    built.bytes.fill(built.entries[1]..<built.entries[1] + 3, with: 0xff)
    let index = WholeIndex(built.bytes)
    #expect(index.series.map(\.reference) == [built.entries[0], built.entries[2]].map(UInt64.init))
    #expect(index.damage.count == 1)
  }
}
