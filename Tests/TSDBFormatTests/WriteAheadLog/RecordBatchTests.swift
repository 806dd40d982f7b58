import TestSupport
import Testing

@testable import TSDBFormat

@Suite struct RecordBatchTests {
  @Test func `a batch gives each record its bytes and its place`() {
    let records: [[UInt8]] = [[1, 2, 3], [], [4]]
    var batch = RecordBatch()
    let segment = WALBuilder(records).bytes
    var reader = SegmentReader(segment.rawBytes)
    reader.read(into: &batch)
    #expect(batch.entries.map(\.offset) == [0, 10, 17])
    #expect(batch.entries.map(\.end) == [10, 17, 25])
    #expect(batch.entries.map(\.byteCount) == [3, 0, 1])
    for (entry, record) in zip(batch.entries, records) {
      #expect([UInt8](batch.payload(of: entry)) == record)
    }
    #expect(batch.damage == [])
  }

  @Test func `a batch that was emptied holds only what comes next`() {
    var batch = RecordBatch()
    let garbled = WALBuilder([[1, 2, 3]]).bytes + [7]
    var first = SegmentReader(garbled.rawBytes)
    first.read(into: &batch)
    #expect(batch.damage.count == 1)
    batch.removeAll()
    #expect(batch.entries == [])
    #expect(batch.damage == [])
    let other = WALBuilder([[7]]).bytes
    var second = SegmentReader(other.rawBytes)
    second.read(into: &batch)
    #expect(batch.entries.count == 1)
    for entry in batch.entries { #expect([UInt8](batch.payload(of: entry)) == [7]) }
  }

  @Test func `reading appends behind what is in`() {
    var batch = RecordBatch()
    for record in [[1, 1], [2], [3, 3, 3]] as [[UInt8]] {
      let segment = WALBuilder([record]).bytes
      var reader = SegmentReader(segment.rawBytes)
      reader.read(into: &batch)
    }
    #expect(batch.entries.map { [UInt8](batch.payload(of: $0)) } == [[1, 1], [2], [3, 3, 3]])
  }
}
