import TestSupport
import Testing

@testable import TSDBFormat

@Suite struct OldSegmentTests {
  private static let records: [[UInt8]] = [
    [1] + RecordBuilder.series(1, [("__name__", "up"), ("x", "1")]),
    RecordBuilder.samples([(1, 1000, 1), (1, 2000, 2)]),
    RecordBuilder.tombstones([(1, 0, 1500)]),
    RecordBuilder.samples([(1, 3000, 3)]),
  ]

  private func failure(
    _ offset: Int, _ problem: DecodeError.Problem, _ section: Section = .oldSegmentEntry
  ) -> DecodeError {
    DecodeError(section: section, offset: offset, problem: problem)
  }

  @Test func `entries are the records of today`() {
    var builder = OldLogBuilder(Self.records)
    builder.add(zeros: 5000)
    let reading = SegmentReading(builder.bytes)
    #expect(reading.payloads == Self.records)
    #expect(reading.damage == [])
    #expect(reading.records.map(\.range.lowerBound) == builder.entries.map(\.lowerBound))
  }

  @Test func `a segment of today is not taken for an old one`() {
    func isOld(_ bytes: [UInt8]) -> Bool { OldSegment.isOld(bytes.rawBytes) }
    #expect(!isOld(WALBuilder(Self.records).bytes))
    #expect(isOld(OldLogBuilder().bytes))
  }

  @Test func `a damaged magic number is told, and the entries are read`() {
    var bytes = OldLogBuilder(Self.records).bytes
    bytes[1] = 0
    let reading = SegmentReading(bytes)
    #expect(reading.payloads == Self.records)
    #expect(
      reading.damage.map(\.error) == [
        failure(0, .badMagic(expected: 0x43af_00ef, found: 0x4300_00ef), .oldSegmentHeader)
      ])
  }

  @Test func `a damaged entry costs itself alone, whatever of it is damaged`() {
    let builder = OldLogBuilder(Self.records)
    let hurt = builder.entries[1]
    for offset in hurt {
      for bit in [0, 3, 7] {
        var bytes = builder.bytes
        bytes.flip(at: offset, bit: bit)
        let reading = SegmentReading(bytes)
        #expect(
          reading.payloads == [Self.records[0]] + Self.records[2...], "byte \(offset), bit \(bit)")
        #expect(reading.damage.count == 1)
        #expect(reading.damage.first?.lost == hurt)
      }
    }
  }

  @Test func `every shorter segment ends with an entry, or with a finding where it is cut`() {
    let builder = OldLogBuilder(Self.records)
    for count in 4..<builder.bytes.count {
      let reading = SegmentReading(Array(builder.bytes.prefix(count)))
      let whole = builder.entries.filter { $0.upperBound <= count }
      #expect(reading.payloads == Array(Self.records.prefix(whole.count)), "\(count) bytes")
      let isBetween = count == 8 || builder.entries.contains { $0.upperBound == count }
      #expect(reading.damage.isEmpty == isBetween, "\(count) bytes")
    }
  }

  @Test func `what stands behind space that was set aside is told, and read`() {
    var builder = OldLogBuilder(Array(Self.records.prefix(2)))
    let start = builder.bytes.count
    builder.add(zeros: 100)
    builder.add(type: 3, Array(Self.records[3].dropFirst()))
    let reading = SegmentReading(builder.bytes)
    #expect(reading.payloads == [Self.records[0], Self.records[1], Self.records[3]])
    #expect(
      reading.damage == [
        .init(
          error: failure(start + 100, .nonZeroPadding(found: 3)), lost: start..<start + 100)
      ])
  }

  /// Each of 60,000 false entries claims all that follows: read to its end for each, that would be 30 GB.
  @Test func `lengths that claim the rest again and again are not all believed`() throws {
    var builder = OldLogBuilder()
    builder.add(type: 3, [0])
    let small = Array(builder.bytes[builder.entries[0]])
    let size = 1 << 20
    var bytes = OldLogBuilder().bytes
    while bytes.count < size - 64 {
      bytes += [2, 1] + bigEndianBytes(UInt32(size - bytes.count - 32)) + small
    }
    bytes += [UInt8](repeating: 0xff, count: size - bytes.count)
    let reading = SegmentReading(bytes)
    let last = try #require(reading.damage.last)
    #expect(reading.records.count < 100)
    #expect(reading.damage.count == reading.records.count + 1)
    #expect(last.lost.upperBound == size)
  }

  /// The same with ends that lie before zeros.
  @Test func `zeros are not looked through again and again`() throws {
    let small = Array(OldLogBuilder([Self.records[3]]).bytes.dropFirst(8))
    let (size, units) = (1 << 20, 2000)
    var bytes = OldLogBuilder().bytes
    let zeros = bytes.count + units * (6 + small.count)
    for _ in 0..<units {
      bytes += [2, 1] + bigEndianBytes(UInt32(zeros - bytes.count - 10)) + small
    }
    bytes += [UInt8](repeating: 0, count: size - bytes.count - 1) + [7]
    let reading = SegmentReading(bytes)
    #expect(reading.records.count < 100)
    #expect(reading.damage.last?.lost.upperBound == size)
  }

  /// The words are those of 2.42, which was started on such segments.
  @Test func `a migration stops where a server does`() {
    let builder = OldLogBuilder(Self.records)
    let second = builder.entries[1]
    func migration(_ change: (inout [UInt8]) -> Void) -> OldSegmentMigration {
      var bytes = builder.bytes
      change(&bytes)
      return OldSegmentMigration(of: bytes.rawBytes)
    }
    #expect(migration { _ in }.end == builder.bytes.count)
    #expect(migration { _ in }.cause == nil)
    let flipped = migration { $0.flip(at: second.lowerBound + 10) }
    #expect(flipped.end == second.lowerBound)
    #expect(flipped.cause?.hasPrefix("unexpected CRC32 checksum ") == true)
    #expect(migration { $0[second.lowerBound] = 1 }.cause == "invalid entry type 1")
    #expect(
      migration { $0 = Array($0.prefix(second.lowerBound + 3)) }.cause
        == "invalid entry header size 3")
    #expect(
      migration { $0 = Array($0.prefix(second.lowerBound + 9)) }.cause
        == "invalid entry body size 3")
    #expect(
      migration { $0 = Array($0.prefix(second.upperBound - 2)) }.cause
        == "invalid checksum length 2")
    // Nothing at all behind a header, or before the checksum, is the end of the file to Go.
    #expect(migration { $0 = Array($0.prefix(second.lowerBound + 6)) }.cause == nil)
    #expect(migration { $0 = Array($0.prefix(second.upperBound - 4)) }.cause == nil)
  }

  @Test func `a header that a server does not take is told in its words`() {
    func refusal(_ bytes: [UInt8]) -> String? {
      OldSegmentMigration.refusal(ofHeader: bytes.rawBytes, named: "data/wal/000002")
    }
    #expect(refusal(OldLogBuilder().bytes) == nil)
    #expect(refusal([]) == "validate meta \"data/wal/000002\": EOF")
    #expect(refusal([0x43, 0xaf, 0, 0xef, 1, 0]) == "invalid header size 6 in \"data/wal/000002\"")
    #expect(
      refusal([0x43, 0x50, 0, 0xef, 1, 0, 0, 0])
        == "invalid magic header 435000ef in \"data/wal/000002\"")
    #expect(
      refusal([0x43, 0xaf, 0, 0xef, 2, 0, 0, 0])
        == "unknown WAL segment format 2 in \"data/wal/000002\"")
  }

  /// The worked example of Docs/formats/old-log.md.
  @Test func `the first entry is as the documentation spells it`() throws {
    let bytes = try readFile(Fixture("field/log-of-2.0").file("wal/000001"))
    let first = try OldEntry(bytes.rawBytes, at: 8)
    #expect(first.type == .series)
    #expect(first.length == 0x9c)
    #expect(first.end == 0xae)
    #expect(Array(bytes[0xaa..<0xae]) == [0xa4, 0x08, 0x38, 0xde])
    #expect(bytes[0x16] == 3)
    #expect(SegmentReading(bytes).records.count == 51)
  }

  @Test func `what is written anew is read as it was`() {
    var writer = OldSegmentWriter()
    for record in Self.records { writer.append(record.rawBytes) }
    #expect(writer.take() == OldLogBuilder(Self.records).bytes)
    writer.append(damagedBytes: 40)
    #expect(writer.take().count == 40)
  }

  @Test func `the fields of an entry cover it`() {
    let builder = OldLogBuilder(Self.records)
    let all = 0..<builder.bytes.count
    let fields = Annotation.fragments(of: builder.bytes.rawBytes, in: all, limit: 1000)
    #expect(fields.problems == [])
    #expect(
      fields.fields.filter { !$0.isLeaf }.map(\.name) == ["header"]
        + Array(repeating: "entry", count: 4))
    #expect(
      fields.fields.filter(\.isLeaf).reduce(0) { $0 + $1.bits.count } == builder.bytes.count * 8)
  }
}
