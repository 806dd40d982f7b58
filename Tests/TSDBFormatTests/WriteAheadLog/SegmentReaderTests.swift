import TestSupport
import Testing

@testable import TSDBFormat

@Suite struct SegmentReaderTests {
  private let page = Fragment.pageSize

  private func walError(_ section: Section, _ offset: Int, _ problem: DecodeError.Problem)
    -> DecodeError
  {
    DecodeError(section: section, offset: offset, problem: problem)
  }

  @Test func `an empty segment and one of zeros hold nothing and are sound`() {
    for count in [0, 1, 6, 7, 32767, 32768, 32769, 100_000] {
      let reading = SegmentReading([UInt8](repeating: 0, count: count))
      #expect(reading.records == [])
      #expect(reading.damage == [])
    }
  }

  /// Borders: nothing left in the page, one to six bytes of padding, a first fragment without data.
  @Test(arguments: Array(32740...32775) + Array(65510...65540) + [98_270, 98_277, 131_000])
  func `a record of any size around the page border is read back`(size: Int) {
    let records = [[1], SampleRecords.bytes(size), [2, 2], [], SampleRecords.bytes(40_000)]
    for leading in [0, 1] {
      let segment = WALBuilder(Array(records.dropFirst(leading))).bytes
      let reading = SegmentReading(segment)
      #expect(reading.payloads == Array(records.dropFirst(leading)))
      #expect(reading.damage == [])
      #expect(reading.accountingFault(of: segment) == nil)
    }
  }

  @Test func `a record may begin with a fragment without data`() {
    var builder = WALBuilder([SampleRecords.bytes(page - 14)])
    #expect(builder.room == 7)
    builder.add([5, 6])
    #expect(builder.pieces.map(\.kind) == [1, 2, 4])
    #expect(builder.pieces[1].range.count == 7)
    #expect(SegmentReading(builder.bytes).payloads[1] == [5, 6])
  }

  @Test func `every flipped bit of a segment is told and costs the record it is in`() {
    let builder = SampleRecords.twoPages
    let whole = SegmentReading(builder.bytes)
    let wanted = (0..<builder.recordCount).map { builder.range(ofRecord: $0) }
    var bytes = builder.bytes
    var faults: [String] = []
    for offset in interestingOffsets(of: builder) {
      let isHeader = builder.pieces.contains { (0..<3).contains(offset - $0.range.lowerBound) }
      for bit in isHeader ? Array(0..<8) : [offset % 8] {
        bytes.flip(at: offset, bit: bit)
        let reading = SegmentReading(bytes)
        // The upper three bits of a type byte say nothing, servers do not look at them either; of the
        // compression, that of the last piece counts.
        let piece = builder.pieces.first { $0.range.lowerBound == offset }
        let isIdle = piece.map { bit > 4 || bit > 2 && ($0.kind == 2 || $0.kind == 3) } ?? false
        let fault =
          isIdle
          ? (reading == whole ? nil : "the flip changed something")
          : fault(of: reading, spoilt: offset, whole: whole, ranges: wanted)
        if let fault = fault ?? reading.accountingFault(of: bytes) {
          faults.append("byte \(offset) bit \(bit): \(fault)")
        }
        bytes.flip(at: offset, bit: bit)
      }
    }
    #expect(faults == [])
  }

  private func fault(
    of reading: SegmentReading, spoilt: Int, whole: SegmentReading, ranges: [Range<Int>]
  ) -> String? {
    // A one in the padding can be a whole record without data, which no server writes.
    if reading.damage.isEmpty && !reading.records.contains(where: { $0.payload.isEmpty }) {
      return "no damage is told"
    }
    for (index, range) in ranges.enumerated() where !range.contains(spoilt) {
      if !reading.records.contains(whole.records[index]) { return "record \(index) is gone" }
    }
    return nil
  }

  /// All headers and their neighbourhoods, and some of the data between.
  private func interestingOffsets(of builder: WALBuilder) -> [Int] {
    var offsets: Set<Int> = []
    for piece in builder.pieces {
      let begin = piece.range.lowerBound
      offsets.formUnion(begin..<min(begin + 8, piece.range.upperBound))
      offsets.insert(piece.range.upperBound - 1)
    }
    // The padding.
    let last = builder.pieces[builder.pieces.count - 2].range.upperBound
    offsets.formUnion([last, last + 1, 2 * page - 1])
    return offsets.sorted()
  }

  @Test func `every cut leaves the records before it`() {
    let builder = SampleRecords.twoPages
    let whole = SegmentReading(builder.bytes)
    let cuts = interestingOffsets(of: builder) + [builder.bytes.count]
    for cut in cuts {
      let bytes = Array(builder.bytes[..<cut])
      let reading = SegmentReading(bytes)
      let kept = whole.records.filter { $0.range.upperBound <= cut }
      #expect(reading.records == kept, "cut to \(cut)")
      #expect(reading.accountingFault(of: bytes) == nil, "cut to \(cut)")
      let isClean = bytes[(kept.last?.range.upperBound ?? 0)...].allSatisfy { $0 == 0 }
      #expect(reading.damage.count == (isClean ? 0 : 1), "cut to \(cut)")
    }
  }

  @Test(arguments: [UInt8(3), 4]) func `an orphan is told and costs itself only`(kind: UInt8) {
    var builder = WALBuilder([[1, 1]])
    builder.append(kind: kind, [9, 9, 9])
    builder.add([2, 2])
    let reading = SegmentReading(builder.bytes)
    #expect(reading.payloads == [[1, 1], [2, 2]])
    #expect(
      reading.damage == [
        .init(
          error: walError(.walFragment, 9, .unexpectedFragment(found: kind, after: 0)),
          lost: 9..<19)
      ])
  }

  @Test(arguments: [UInt8(1), 2]) func `a record that is cut off by the next is told once`(
    next: UInt8
  ) {
    var builder = WALBuilder([[1, 1]])
    builder.append(kind: 2, [9, 9, 9])
    builder.append(kind: 3, [9])
    builder.append(kind: next, [2, 2])
    if next == 2 { builder.append(kind: 4, [3]) }
    let reading = SegmentReading(builder.bytes)
    #expect(reading.payloads == [[1, 1], next == 2 ? [2, 2, 3] : [2, 2]])
    #expect(
      reading.damage == [
        .init(
          error: walError(.walFragment, 27, .unexpectedFragment(found: next, after: 3)),
          lost: 9..<27)
      ])
  }

  @Test func `a run of orphans is one loss`() {
    var builder = WALBuilder([[1, 1]])
    builder.append(kind: 3, [9, 9, 9])
    builder.append(kind: 3, [9])
    builder.append(kind: 4, [9])
    builder.add([2, 2])
    let reading = SegmentReading(builder.bytes)
    #expect(reading.payloads == [[1, 1], [2, 2]])
    #expect(reading.rules == ["wal.fragment.sequence"])
    #expect(reading.lost == [9..<35])
  }

  @Test func `a segment that ends inside a record is torn`() {
    var builder = WALBuilder([[1, 1]])
    builder.append(kind: 2, [9, 9, 9])
    let reading = SegmentReading(builder.bytes)
    #expect(
      reading.damage == [
        .init(error: walError(.walRecord, 9, .torn(available: 10)), lost: 9..<19)
      ])
  }

  /// Disk full or power loss: a first fragment at the page's end, then zeros to the segment's end.
  @Test func `a record that is followed by zeros is torn where the zeros begin`() {
    var builder = WALBuilder([SampleRecords.bytes(20_000)])
    let start = builder.bytes.count
    builder.append(kind: 2, SampleRecords.bytes(page - start - 7))
    builder.addZeroPage()
    let reading = SegmentReading(builder.bytes)
    #expect(reading.records.count == 1)
    #expect(
      reading.damage == [
        .init(
          error: walError(.walRecord, start, .torn(available: page - start)), lost: start..<page)
      ])
  }

  /// Joining the pieces on both sides of a page of zeros would make a record nobody wrote.
  @Test func `a zeroed page in a plain record over three pages costs this record`() {
    var builder = WALBuilder([[1, 1], SampleRecords.bytes(90_000), [2, 2]])
    let record = builder.range(ofRecord: 1)
    builder.padPage()
    var bytes = builder.bytes
    bytes.fill(page..<2 * page)
    let reading = SegmentReading(bytes)
    #expect(reading.payloads == [[1, 1], [2, 2]])
    #expect(
      reading.damage == [
        .init(
          error: walError(.walRecord, record.lowerBound, .torn(available: page - 9)), lost: record)
      ])
  }

  @Test func `a zeroed page between records costs what was in it`() {
    let builder = WALBuilder((0..<150).map { SampleRecords.bytes(1000, seed: $0) })
    var bytes = builder.bytes
    bytes.fill(page..<2 * page)
    let reading = SegmentReading(bytes)
    let kept = (0..<150).map { builder.range(ofRecord: $0) }
      .filter { $0.upperBound <= page || $0.lowerBound >= 2 * page }
    #expect(reading.records.map(\.range) == kept)
    // The record that ran into the page; the end of the one that ran out of it goes with it.
    #expect(reading.rules == ["wal.record.torn"])
    #expect(reading.accountingFault(of: bytes) == nil)
  }

  @Test func `padding that is not zero is told at the stray byte`() {
    var builder = WALBuilder([[1, 1]])
    builder.padPage()
    builder.add([2, 2])
    var bytes = builder.bytes
    bytes[page - 100] = 0x5a
    let reading = SegmentReading(bytes)
    #expect(reading.payloads == [[1, 1], [2, 2]])
    #expect(
      reading.damage == [
        .init(error: walError(.walPage, page - 100, .nonZeroPadding(found: 0x5a)), lost: 9..<page)
      ])
  }

  @Test func `an unknown fragment type costs one fragment`() {
    var builder = WALBuilder([[1, 1]])
    builder.append(kind: 7, [9, 9, 9])
    builder.add([2, 2])
    let reading = SegmentReading(builder.bytes)
    #expect(reading.payloads == [[1, 1], [2, 2]])
    #expect(
      reading.damage == [
        .init(error: walError(.walFragment, 9, .unknownCode(found: 7)), lost: 9..<19)
      ])
  }

  @Test func `a length that leads past the page costs one fragment`() {
    var builder = WALBuilder([[1, 1]])
    builder.append(kind: 1, [9, 9, 9])
    builder.add([2, 2])
    var bytes = builder.bytes
    bytes[10] = 0xff
    let reading = SegmentReading(bytes)
    #expect(reading.payloads == [[1, 1], [2, 2]])
    #expect(reading.rules == ["wal.fragment.range"])
    #expect(reading.lost == [9..<19])
  }

  /// Equal records lie at equal distances, so that a wrong length can point at a whole fragment.
  @Test func `a wrong length does not lead past whole records`() {
    let records = (0..<8).map { SampleRecords.bytes(57, seed: $0) }
    var bytes = WALBuilder(records).bytes
    // 57 + 64: the fragment behind the next.
    bytes[2 * 64 + 2] = 121
    let reading = SegmentReading(bytes)
    #expect(reading.payloads == records.enumerated().filter { $0.offset != 2 }.map(\.element))
    #expect(reading.lost == [128..<192])
  }

  @Test func `garbage behind the last record is told`() {
    let records = [[1, 1], SampleRecords.bytes(40_000)]
    var random = SeededRandom(seed: 5)
    let garbage = (0..<500).map { _ in UInt8.random(in: 1...255, using: &random) }
    var builder = WALBuilder(records)
    builder.padPage()
    let bytes = builder.bytes + garbage
    let reading = SegmentReading(bytes)
    #expect(reading.payloads == records, "seed \(random.seed)")
    #expect(reading.damage.isEmpty == false, "seed \(random.seed)")
    #expect(reading.accountingFault(of: bytes) == nil, "seed \(random.seed)")
  }

  @Test func `random bytes never trap and are all accounted for`() {
    var random = SeededRandom(seed: 11)
    for round in 0..<40 {
      let bytes = (0..<Int.random(in: 0...70_000, using: &random)).map { _ -> UInt8 in
        // Many zeros and small numbers, so that headers come out right now and then.
        let byte = UInt8.random(in: 0...255, using: &random)
        return byte < 128 ? byte & 0x3 : byte
      }
      let reading = SegmentReading(bytes)
      #expect(reading.accountingFault(of: bytes) == nil, "seed \(random.seed) round \(round)")
    }
  }
}
