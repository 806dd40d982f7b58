import TestSupport
import Testing

@testable import TSDBFormat

/// A segment that is read in slices by several readers, as `SegmentReader` promises.
@Suite struct SegmentSliceTests {
  static let sliceSizes = [1, 2, 3, 16]

  private func check(_ bytes: [UInt8], _ what: String) {
    let whole = SegmentReading(bytes)
    #expect(whole.accountingFault(of: bytes) == nil, "\(what)")
    for size in Self.sliceSizes {
      #expect(SegmentReading(bytes, slicesOf: size) == whole, "\(what), slices of \(size)")
    }
  }

  /// A segment of about twenty pages with records from nothing to four pages.
  private func segment(_ random: inout SeededRandom) -> [UInt8] {
    var builder = WALBuilder()
    while builder.bytes.count < 20 * Fragment.pageSize {
      let size =
        switch Int.random(in: 0..<10, using: &random) {
        case 0: 0
        case 1: Int.random(in: 30_000...140_000, using: &random)
        case 2: max(builder.room - Int.random(in: 0...14, using: &random), 0)
        case 3: Int.random(in: 2_000...30_000, using: &random)
        default: Int.random(in: 1...2_000, using: &random)
        }
      builder.add(SampleRecords.bytes(size, seed: builder.recordCount))
      if Int.random(in: 0..<60, using: &random) == 0 { builder.addZeroPage() }
    }
    return builder.bytes
  }

  private func spoil(_ bytes: inout [UInt8], _ random: inout SeededRandom) {
    let page = Fragment.pageSize
    let border = Int.random(in: 1..<bytes.count / page, using: &random) * page
    let near = border + Int.random(in: -20...20, using: &random)
    let at = Int.random(in: 0..<bytes.count, using: &random)
    let header = pieceStarts(bytes).randomElement(using: &random) ?? at
    switch Int.random(in: 0..<9, using: &random) {
    case 0: bytes.flip(at: at, bit: Int.random(in: 0..<8, using: &random))
    case 1: bytes.flip(at: min(near, bytes.count - 1), bit: Int.random(in: 0..<8, using: &random))
    case 2: bytes.flip(at: header, bit: Int.random(in: 0..<3, using: &random))
    case 3: bytes[min(header + 2, bytes.count - 1)] &+= UInt8.random(in: 1...255, using: &random)
    case 4: bytes.fill(border..<min(border + page, bytes.count))
    case 5: bytes.fill(near..<min(near + 3 * page, bytes.count))
    case 6:
      let end = min(at + Int.random(in: 1...50_000, using: &random), bytes.count)
      for index in at..<end { bytes[index] = UInt8.random(in: 0...255, using: &random) }
    case 7: bytes.cut(to: max(at, 2 * page))
    default: bytes.removeSubrange(at..<min(at + page, bytes.count - page))
    }
  }

  /// Offsets of the headers that can still be found.
  private func pieceStarts(_ bytes: [UInt8]) -> [Int] {
    var starts: [Int] = []
    var offset = 0
    while offset < bytes.count {
      guard let fragment = try? Fragment(bytes.rawBytes, at: offset), fragment.kind != .pageEnd
      else {
        offset = Fragment.end(ofPageAt: offset)
        continue
      }
      starts.append(offset)
      offset = fragment.end
    }
    return starts
  }

  @Test func `slices of a sound segment give each record once`() {
    var random = SeededRandom(seed: 2)
    for _ in 0..<2 {
      let bytes = segment(&random)
      check(bytes, "seed \(random.seed)")
      #expect(SegmentReading(bytes).damage == [], "seed \(random.seed)")
    }
  }

  @Test(arguments: 0..<10)
  func `slices of a damaged segment give the same records and the same damage`(number: Int) {
    var random = SeededRandom(seed: 1000 + UInt64(number))
    for round in 0..<3 {
      var bytes = segment(&random)
      for _ in 0..<Int.random(in: 1...6, using: &random) { spoil(&bytes, &random) }
      check(bytes, "seed \(random.seed) round \(round)")
    }
  }

  @Test func `a record longer than many slices belongs to the slice where it begins`() {
    let bytes = WALBuilder([[1], SampleRecords.bytes(9 * Fragment.pageSize), [2]]).bytes
    var batch = RecordBatch()
    var first = SegmentReader(bytes.rawBytes, pages: 0..<1)
    first.read(into: &batch)
    #expect(batch.entries.map(\.byteCount) == [1, 9 * Fragment.pageSize])
    for page in 1..<9 {
      var other = SegmentReader(bytes.rawBytes, pages: page..<page + 1)
      batch.removeAll()
      other.read(into: &batch)
      #expect(batch.entries == [])
      #expect(batch.damage == [])
    }
    check(bytes, "long record")
  }

  @Test func `slices of servers' segments are the whole segment`() throws {
    for name in ["sound/head-mixed", "sound/st-zstd-3.14", "sound/ooo-3.5"] {
      let wal = Fixture(name).file("wal")
      for segment in try namesInFolder(wal) where segment.hasPrefix("0") {
        check(try readFile(wal + "/" + segment), "\(name) \(segment)")
      }
    }
  }

  @Test func `pages behind the end of a segment hold nothing`() {
    let bytes = WALBuilder([[1]]).bytes
    var batch = RecordBatch()
    var reader = SegmentReader(bytes.rawBytes, pages: 5..<9)
    reader.read(into: &batch)
    #expect(batch.entries == [])
    #expect(batch.damage == [])
  }
}
