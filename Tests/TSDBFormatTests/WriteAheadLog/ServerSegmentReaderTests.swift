import TestSupport
import Testing

@testable import TSDBFormat

@Suite struct ServerSegmentReaderTests {
  /// The places of all records, and where reading stopped.
  private func read(
    _ segment: [UInt8], knowsZstd: Bool = true
  ) -> (records: [Range<Int>], stop: ServerSegmentReader.Stop?) {
    var reader = ServerSegmentReader(segment.rawBytes, knowsZstd: knowsZstd)
    var bytes = ByteBuffer()
    var records: [Range<Int>] = []
    while let place = reader.next(into: &bytes) { records.append(place) }
    return (records, reader.stop)
  }

  @Test func `a sound segment is read to its end, record by record like the other reader`() throws {
    let segment = try readFile(Fixture("damaged-base/main").file("wal/00000005"))
    let found = read(segment)
    #expect(found.stop == nil)
    #expect(found.records == SegmentReading(segment).records.map(\.range))
  }

  @Test(arguments: [
    ("wal-bad-snappy", 14_876, 15_344, "snappy: corrupt input")
  ])
  func `a server's words and offset are those of its log`(
    name: String, record: Int, offset: Int, cause: String
  ) throws {
    let copy = try Fixture.damaged(name)
    let stop = read(try readFile(copy.data + "/wal/00000005")).stop
    #expect(stop == .init(record: record, offset: offset, cause: cause))
  }

  @Test func `a flipped bit stops a server behind the fragment, with both checksums`() throws {
    var segment = try readFile(Fixture("damaged-base/main").file("wal/00000005"))
    segment.flip(at: 14_903, bit: 3)
    let stop = read(segment).stop
    #expect(stop?.offset == 15_344)
    #expect(stop?.cause == "unexpected checksum a8665a5a, expected d109742b")
  }

  @Test func `behind a cut, zeros follow to the end of the page`() throws {
    var segment = try readFile(Fixture("damaged-base/main").file("wal/00000008"))
    segment.cut(to: 16_570)
    let stop = read(segment).stop
    #expect(stop?.record == 16_550)
    #expect(stop?.offset == 17_006)
    #expect(stop?.cause == "unexpected checksum c3b0ae9d, expected bfc8239b")
  }

  @Test func `padding that is not zero, an unknown piece, and a length beyond the page`() throws {
    let sound = try readFile(Fixture("damaged-base/main").file("wal/00000005"))
    var segment = sound
    segment[32_668] = 0x5a
    #expect(read(segment).stop?.cause == "unexpected non-zero byte in padded page")
    #expect(read(segment).stop?.offset == 32_768)
    segment = sound
    segment[14_876] = 0x0f
    #expect(read(segment).stop?.cause == "unexpected record type 7")
    segment = sound
    segment[14_877] = 0xff
    segment[14_878] = 0xff
    #expect(read(segment).stop?.cause == "invalid record size 65535")
  }

  @Test func `a zeroed page joins pieces of two records, which does not unpack`() throws {
    var segment = try readFile(Fixture("damaged-base/main").file("wal/00000003"))
    segment.fill(32_768..<65_536)
    #expect(read(segment).stop?.offset == 65_940)
    #expect(read(segment).stop?.cause == "snappy: corrupt input")
  }

  @Test func `a record that is begun again, or has no begin, is refused`() {
    var builder = WALBuilder()
    builder.append(kind: 2, [1])
    builder.append(kind: 1, [2])
    #expect(read(builder.bytes).stop?.cause == "unexpected full record")
    builder = WALBuilder()
    builder.append(kind: 3, [1])
    #expect(read(builder.bytes).stop?.cause == "unexpected middle record, dropping buffer")
    builder = WALBuilder()
    builder.append(kind: 2, [1])
    builder.append(kind: 2, [1])
    #expect(read(builder.bytes).stop?.cause == "unexpected first record, dropping buffer")
  }

  @Test func `no prefix and no flipped bit of a segment leads anywhere but to an end`() throws {
    let segment = Array(try readFile(Fixture("damaged-base/main").file("wal/00000005"))[..<2000])
    for count in 0...segment.count {
      // A server reads zeros up to the end of the page: a record may lack zeros and be whole.
      let records = read(Array(segment[..<count])).records
      #expect(records.allSatisfy { $0.lowerBound < count && $0.upperBound <= 32_768 })
    }
    for offset in segment.indices {
      var spoilt = segment
      spoilt.flip(at: offset, bit: offset % 8)
      #expect(read(spoilt).records.count <= read(segment).records.count + 8)
    }
  }
}
