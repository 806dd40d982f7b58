import TestSupport
import Testing

@testable import TSDBFormat

@Suite struct RecordCompressionTests {
  private func plain(_ compression: RecordCompression, _ bytes: [UInt8]) -> [UInt8]? {
    var buffer = ByteBuffer()
    buffer.append([0xaa, 0xbb].rawBytes)
    let isGood = compression.decompress(bytes.rawBytes, appendingTo: &buffer) == .whole
    let all = [UInt8](buffer.bytes(in: 0..<buffer.count))
    #expect(Array(all[..<2]) == [0xaa, 0xbb])
    if !isGood { #expect(all.count == 2, "a refused record leaves the buffer as it was") }
    return isGood ? Array(all[2...]) : nil
  }

  private static let text = Array("epimetheus epimetheus epimetheus".utf8)

  /// The text as a literal of 11 bytes and a copy of 21 from 11 bytes back.
  private static let snappyText: [UInt8] =
    [0x20, 0x28] + Array("epimetheus ".utf8) + [0x52, 0x0b, 0x00]

  @Test func `known bytes are decompressed`() {
    #expect(plain(.none, Self.text) == Self.text)
    #expect(plain(.snappy, Self.snappyText) == Self.text)
    #expect(plain(.snappy, storedSnappyBytes(Self.text)) == Self.text)
    #expect(plain(.zstd, storedZstdBytes(Self.text)) == Self.text)
    #expect(plain(.zstd, zstdBomb(blocks: 3)) == [UInt8](repeating: 0, count: 3 << 17))
  }

  @Test(arguments: RecordCompression.allCases)
  func `an empty record is empty, whatever its flag says`(compression: RecordCompression) {
    #expect(plain(compression, []) == [])
  }

  @Test func `every cut of compressed bytes is refused`() {
    for (compression, bytes) in [
      (.snappy, Self.snappyText), (.snappy, storedSnappyBytes(Self.text)),
      (.zstd, storedZstdBytes(Self.text)),
    ] as [(RecordCompression, [UInt8])] {
      for count in 1..<bytes.count {
        #expect(plain(compression, Array(bytes[..<count])) == nil, "\(compression) \(count)")
      }
    }
  }

  @Test func `bytes behind the compressed ones are refused`() {
    #expect(plain(.snappy, Self.snappyText + [0]) == nil)
    #expect(plain(.zstd, storedZstdBytes(Self.text) + [0]) == nil)
  }

  @Test func `flipped bits never trap`() {
    for (compression, bytes) in [
      (.snappy, Self.snappyText), (.zstd, storedZstdBytes(Self.text)),
    ] as [(RecordCompression, [UInt8])] {
      for offset in bytes.indices {
        for bit in 0..<8 {
          var flipped = bytes
          flipped.flip(at: offset, bit: bit)
          if let plain = plain(compression, flipped) { #expect(plain.count < 1 << 20) }
        }
      }
    }
  }

  @Test(arguments: [UInt64(1 << 20), (1 << 32) - 1, 1 << 40, .max])
  func `a snappy header that promises more than its bytes can hold is refused`(length: UInt64) {
    #expect(plain(.snappy, uvarintBytes(length) + [0, 1, 2]) == nil)
  }

  @Test func `a zstd record that grows without end is refused at the limit`() {
    let bomb = zstdBomb(blocks: 64)
    var buffer = ByteBuffer()
    let limit = 1 << 20
    guard
      case .tooLarge(let size) = RecordCompression.zstd.decompress(
        bomb.rawBytes, appendingTo: &buffer, limit: limit)
    else {
      Issue.record("it was unpacked")
      return
    }
    #expect(size > limit)
    #expect(buffer.count == 0)
    #expect(
      RecordCompression.zstd.decompress(bomb.rawBytes, appendingTo: &buffer, limit: 64 << 17)
        == .whole)
    #expect(buffer.count == 64 << 17)
  }

  @Test func `several zstd frames are one record, as for servers`() {
    #expect(plain(.zstd, storedZstdBytes([1, 2]) + storedZstdBytes([3])) == [1, 2, 3])
  }

  /// One server run uncompressed, one with snappy, one with zstd.
  @Test func `a log that was written with each setting has records of each`() throws {
    var counts: [RecordCompression: Int] = [:]
    let wal = Fixture("sound/head-mixed").file("wal")
    for name in try namesInFolder(wal) where name.hasPrefix("0") {
      let reading = SegmentReading(try readFile(wal + "/" + name))
      #expect(reading.damage == [])
      for record in reading.records {
        counts[record.compression, default: 0] += 1
        #expect(record.payload.first.map { (1...10).contains($0) } == true)
      }
    }
    #expect(Set(counts.keys) == [.none, .snappy, .zstd])
  }

  @Test func `flipped bits in a server's compressed records never trap`() throws {
    for (fixture, compression) in [
      ("damaged-base/main", .snappy), ("sound/st-zstd-3.14", .zstd),
    ] as [(String, RecordCompression)] {
      let wal = Fixture(fixture).file("wal")
      let segment = try #require(try namesInFolder(wal).first { $0.hasPrefix("0") })
      let bytes = try readFile(wal + "/" + segment)
      let record = try #require(
        SegmentReading(bytes).records.first {
          $0.compression == compression && $0.range.count < 4096
        })
      let compressed = Array(bytes[record.range].dropFirst(7))
      #expect(plain(compression, compressed) == record.payload)
      for offset in compressed.indices {
        var flipped = compressed
        flipped.flip(at: offset, bit: offset % 8)
        if let plain = plain(compression, flipped) { #expect(plain.count < 1 << 26) }
      }
    }
  }

  @Test func `a record may be 32 MiB, or 256 times its size on disk, and never more than 1 GiB`() {
    #expect(RecordCompression.largestRecord(compressedTo: 1) == 32 << 20)
    #expect(RecordCompression.largestRecord(compressedTo: 1 << 17) == 32 << 20)
    #expect(RecordCompression.largestRecord(compressedTo: 1 << 20) == 256 << 20)
    #expect(RecordCompression.largestRecord(compressedTo: 1 << 30) == 1 << 30)
  }

  @Test func `a snappy header that promises more than a server writes is too large, not damaged`() {
    // Of 2 MiB a server can have made at most 512 MiB; snappy allows 64 times, which is less: so the
    // bound is tried with one of our own.
    let bytes = storedSnappyBytes(Self.text)
    var buffer = ByteBuffer()
    #expect(
      RecordCompression.snappy.decompress(bytes.rawBytes, appendingTo: &buffer, limit: 16)
        == .tooLarge(Self.text.count))
    #expect(buffer.count == 0)
  }

  @Test func `a frame that says that it holds a gigabyte is passed over without unpacking it`() {
    // Magic, a content size of eight bytes in a single segment, a block of one repeated byte.
    let bytes: [UInt8] =
      [0x28, 0xb5, 0x2f, 0xfd, 0xe0] + [0, 0, 0, 0x40, 0, 0, 0, 0] + [0x03, 0, 0x10, 0]
    var buffer = ByteBuffer()
    #expect(
      RecordCompression.zstd.decompress(bytes.rawBytes, appendingTo: &buffer) == .tooLarge(1 << 30))
    #expect(buffer.count == 0)
  }
}
