import TestSupport
import Testing

@testable import TSDBFormat

/// A few pages of a segment can hold gigabytes: they come batch by batch, and what no server writes does
/// not come at all.
@Suite struct FullBatchTests {
  /// Five records of 32 MiB each, in one page.
  private static let segment: [UInt8] = {
    var wal = WALBuilder()
    for _ in 0..<5 { wal.add(zstdBomb(blocks: 256), flags: 0x10) }
    return wal.bytes
  }()

  @Test func `a batch that is full takes no more, and reading goes on where it ended`() {
    var reader = SegmentReader(Self.segment.rawBytes)
    var batch = RecordBatch()
    var sizes: [[Int]] = []
    var offsets: [Int] = []
    repeat {
      batch.removeAll()
      reader.read(into: &batch)
      sizes.append(batch.entries.map(\.byteCount))
      offsets += batch.entries.map(\.offset)
      #expect(batch.damage.isEmpty)
      #expect(batch.rest == nil || batch.rest == batch.entries.last?.end)
    } while !reader.isDone
    #expect(sizes == [[32 << 20, 32 << 20], [32 << 20, 32 << 20], [32 << 20]])
    #expect(offsets == offsets.sorted() && Set(offsets).count == 5)
  }

  @Test func `another reader goes on from there as well`() throws {
    var batch = RecordBatch()
    var reader = SegmentReader(Self.segment.rawBytes, pages: 0..<1)
    reader.read(into: &batch)
    let rest = try #require(batch.rest)
    var other = SegmentReader(Self.segment.rawBytes, pages: 0..<1, from: rest)
    batch.removeAll()
    other.read(into: &batch)
    #expect(batch.entries.first?.offset == rest)
    #expect(batch.entries.count == 2)
  }

  @Test func `a record that unpacks to more than a server writes is damage of its own kind`() {
    var wal = WALBuilder()
    wal.add([1, 2, 3])
    let bomb = zstdBomb(blocks: 257)
    wal.add(bomb, flags: 0x10)
    wal.add([4, 5])
    var reader = SegmentReader(wal.bytes.rawBytes)
    var batch = RecordBatch()
    reader.read(into: &batch)
    #expect(batch.entries.map(\.byteCount) == [3, 2])
    #expect(batch.damage.map(\.error.rule) == ["wal.compression.too-large"])
    #expect(batch.damage.first?.lost == wal.range(ofRecord: 1))
    guard case .tooLarge(let found, let limit, let unit) = batch.damage.first?.error.problem else {
      Issue.record("another problem")
      return
    }
    #expect(found > 32 << 20 && limit == 32 << 20)
    #expect(unit == "bytes in a record of \(bomb.count)")
  }

  @Test func `a server reads such a record, and so it stops no server`() {
    var wal = WALBuilder()
    wal.add(zstdBomb(blocks: 257), flags: 0x10)
    wal.add([4, 5])
    var reader = ServerSegmentReader(wal.bytes.rawBytes)
    var bytes = ByteBuffer()
    #expect(reader.next(into: &bytes) == wal.range(ofRecord: 0))
    #expect(bytes.count == 0)
    #expect(reader.next(into: &bytes) == wal.range(ofRecord: 1))
    #expect(bytes.count == 2)
    #expect(reader.next(into: &bytes) == nil)
    #expect(reader.stop == nil)
  }

  @Test func `pages of a hole are stepped over, and what follows is read`() {
    var wal = WALBuilder()
    wal.add([1, 2, 3])
    wal.padPage()
    for _ in 0..<20 { wal.addZeroPage() }
    wal.add([4, 5])
    let plain = wal.bytes
    // What is said to be a hole is not looked at: here it holds something else.
    var poisoned = plain
    for page in 2..<20 { poisoned[page * Fragment.pageSize + 100] = 7 }
    let hole = 1 * Fragment.pageSize + 50..<20 * Fragment.pageSize + 10
    var (expected, found) = (RecordBatch(), RecordBatch())
    var reader = SegmentReader(plain.rawBytes)
    reader.read(into: &expected)
    var skipping = SegmentReader(poisoned.rawBytes, holes: [hole])
    skipping.read(into: &found)
    #expect(found.entries == expected.entries && found.damage.isEmpty)
    #expect(expected.entries.count == 2)
  }
}
