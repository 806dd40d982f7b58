import TestSupport
import Testing

@testable import TSDBFormat

@Suite struct SegmentWriterTests {
  /// Borders: nothing left in the page, one to six bytes of padding, a first fragment without data.
  @Test(arguments: Array(32740...32775) + Array(65510...65540) + [98_270, 98_277, 131_000])
  func `a record of any size lies where the server's rule puts it`(size: Int) {
    let records = [[1], SampleRecords.bytes(size), [2, 2], [], SampleRecords.bytes(40_000)]
    for leading in [0, 1] {
      let wanted = Array(records.dropFirst(leading))
      let written = SegmentWriter.segment(wanted.map { ($0, .none) }, fillingPage: false)
      #expect(written == WALBuilder(wanted).bytes)
    }
  }

  @Test func `a closed segment ends with its page`() {
    let written = SegmentWriter.segment([([1, 2, 3], .none)], fillingPage: true)
    #expect(written.count == Fragment.pageSize)
    #expect(SegmentReading(written).payloads == [[1, 2, 3]])
    #expect(SegmentWriter.segment([], fillingPage: true) == [])
  }

  @Test(arguments: [RecordCompression.snappy, .zstd])
  func `a record is compressed only where that makes it shorter`(codec: RecordCompression) {
    let long = [UInt8](repeating: 7, count: 5000)
    var numbers = SeededRandom(seed: 3)
    let random = (0..<300).map { _ in UInt8(truncatingIfNeeded: numbers.next()) }
    let records = [long, [], [9], random]
    let reading = SegmentReading(
      SegmentWriter.segment(records.map { ($0, codec) }, fillingPage: true))
    #expect(reading.payloads == records)
    #expect(reading.records.map(\.compression) == [codec, .none, .none, .none])
    #expect(reading.damage == [])
  }

  /// Every segment that servers wrote, laid out anew from its records, holds the same records; where
  /// none of them is compressed, or our snappy packs as Go's does, it is the same to the byte.
  @Test(
    arguments: (Fixture.all("sound") + Fixture.all("states") + Fixture.all("damaged-base")
      + Fixture.allOfFullSet("sound")))
  func `segments of real servers are written again`(fixture: Fixture) throws {
    for path in try segments(of: fixture) {
      let bytes = try readFile(path)
      guard bytes.count <= 16 << 20 else { continue }
      let reading = SegmentReading(bytes)
      guard reading.damage.isEmpty, !reading.records.isEmpty else { continue }
      let written = SegmentWriter.segment(
        reading.records.map { ($0.payload, $0.compression) },
        fillingPage: bytes.count % Fragment.pageSize == 0)
      let again = SegmentReading(written)
      #expect(again.payloads == reading.payloads, "\(path)")
      #expect(again.damage == [])
      #expect(again.accountingFault(of: written) == nil)
      if reading.records.allSatisfy({ $0.compression == .none }) {
        #expect(written == bytes, "\(path)")
      }
    }
  }

  private func segments(of fixture: Fixture) throws -> [String] {
    var paths: [String] = []
    for folder in ["wal", "wbl"] where exists(fixture.file(folder)) {
      for name in try namesInFolder(fixture.file(folder)) {
        let path = fixture.file(folder + "/" + name)
        if isDirectory(path) {
          paths += try namesInFolder(path).map { path + "/" + $0 }
        } else if Int(name) != nil {
          paths.append(path)
        }
      }
    }
    return paths
  }
}

extension SegmentWriter {
  /// A whole segment.
  static func segment(
    _ records: [([UInt8], RecordCompression)], fillingPage: Bool
  ) -> [UInt8] {
    var writer = SegmentWriter()
    var bytes: [UInt8] = []
    for (record, compression) in records {
      writer.append(record.rawBytes, compression) { bytes.append($0) }
    }
    writer.finish(fillingPage: fillingPage) { bytes.append($0) }
    return bytes
  }
}
