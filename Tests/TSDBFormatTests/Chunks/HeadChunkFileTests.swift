import TSDBFormat
import TestSupport
import Testing

@Suite struct HeadChunkFileTests {
  /// Three chunks as a server writes them, then zeros.
  static let sound: [UInt8] = {
    var bytes: [UInt8] = [0x01, 0x30, 0xbc, 0x91, 1, 0, 0, 0]
    bytes += chunk(series: 1, encoding: 1, count: 120, size: 40)
    bytes += chunk(series: 2, encoding: 0x81, count: 30, size: 20)
    bytes += chunk(series: 3, encoding: 6, count: 0xc005, size: 200)
    return bytes + [UInt8](repeating: 0, count: 100)
  }()

  static func chunk(series: UInt64, encoding: UInt8, count: UInt16, size: Int) -> [UInt8] {
    var bytes = bigEndianBytes(series) + bigEndianBytes(Int64(1000)) + bigEndianBytes(Int64(2000))
    bytes.append(encoding)
    bytes += size < 128 ? [UInt8(size)] : [UInt8(size & 0x7f) | 0x80, UInt8(size >> 7)]
    bytes += bigEndianBytes(count) + [UInt8](repeating: 0x5a, count: size - 2)
    return bytes + bigEndianBytes(crc32c(bytes.rawBytes))
  }

  struct Walk: Equatable {
    var chunks: [HeadChunk] = []
    var damage: [DecodeError] = []
    var unread = 0
  }

  func walk(_ bytes: [UInt8]) throws -> Walk {
    var file = try HeadChunkFile(bytes.rawBytes)
    var walk = Walk()
    while let event = file.next() {
      switch event {
      case .chunk(let chunk): walk.chunks.append(chunk)
      case .damage(let error): walk.damage.append(error)
      }
    }
    walk.unread = file.unreadBytes
    return walk
  }

  @Test func `chunks are read up to the zeros`() throws {
    let walk = try walk(Self.sound)
    #expect(walk.damage == [])
    #expect(walk.unread == 0)
    #expect(walk.chunks.map(\.series) == [1, 2, 3])
    #expect(walk.chunks.map(\.offset) == [8, 8 + 70, 8 + 70 + 50])
    #expect(walk.chunks.map(\.encoding) == [.xor, .xor, .floatHistogramST])
    #expect(walk.chunks.map(\.isOutOfOrder) == [false, true, false])
    #expect(walk.chunks.map(\.sampleCount) == [120, 30, 5])
    #expect(walk.chunks.map(\.dataSize) == [40, 20, 200])
    #expect(walk.chunks.map(\.maxTime) == [2000, 2000, 2000])
  }

  /// The first chunk of a real file, as Docs/formats/head-chunks.md spells it out.
  @Test func `the worked example of the documentation is right`() throws {
    let bytes = try readFile(Fixture("damaged-base/main").data + "/chunks_head/000001")
    let first = try #require(try walk(bytes).chunks.first)
    #expect(first.offset == 8)
    #expect(first.series == 1)
    #expect(first.minTime == 1_794_895_200_000)
    #expect(first.maxTime == 1_794_896_985_000)
    #expect(first.encoding == .xor)
    #expect(first.sampleCount == 120)
    #expect(first.dataSize == 48)
    #expect(Array(bytes[82..<86]) == [0xc9, 0xfd, 0x82, 0xb4])
  }

  @Test func `every chunk that Prometheus 3 point 14 wrote is found as it says`() throws {
    let fixture = Fixture("sound/snapshot-3.14")
    let lines = String(decoding: try fixture.truth("headchunks.txt"), as: UTF8.self)
      .split(separator: "\n").filter { $0.hasPrefix(" c ") }
    let walk = try walk(try readFile(fixture.data + "/chunks_head/000001"))
    let found = walk.chunks.map { chunk in
      " c ref=\((1 << 32) + chunk.offset) series=\(chunk.series) mint=\(chunk.minTime)"
        + " maxt=\(chunk.maxTime) ooo=\(chunk.isOutOfOrder) crc=true enc=\(chunk.encoding.code)("
    }
    #expect(lines.count == found.count)
    for (line, expected) in zip(lines, found) { #expect(line.hasPrefix(expected)) }
    let counts = lines.compactMap { $0.split(separator: " ").first { $0.hasPrefix("n=") } }
    #expect(counts.map { Int($0.dropFirst(2)) } == walk.chunks.map(\.sampleCount))
    #expect(walk.damage == [])
  }

  @Test func `a damaged chunk is reported and the next ones are read`() throws {
    var bytes = Self.sound
    bytes.flip(at: 50)
    let walk = try walk(bytes)
    #expect(walk.chunks.map(\.series) == [2, 3])
    #expect(walk.damage.map(\.rule) == ["chunks-head.chunk.checksum"])
    #expect(walk.damage.map(\.offset) == [74])
    #expect(walk.unread == 0)
  }

  @Test func `two damaged chunks in a row do not hide the third`() throws {
    var bytes = Self.sound
    bytes.flip(at: 50)
    bytes.flip(at: 110)
    let walk = try walk(bytes)
    #expect(walk.chunks.map(\.series) == [3])
    #expect(walk.damage.count == 2)
  }

  @Test func `a length that leads to nowhere ends the walk`() throws {
    var bytes = Self.sound
    bytes[33] = 41
    let wrong = try walk(bytes)
    #expect(wrong.chunks == [])
    #expect(wrong.damage.map(\.rule) == ["chunks-head.chunk.checksum"])
    #expect(wrong.unread == bytes.count - 8)

    bytes.put([0xff, 0xff, 0xff, 0xff, 0x7f], at: 33)
    let huge = try walk(bytes)
    #expect(huge.damage.map(\.rule) == ["chunks-head.chunk.range"])
    #expect(huge.damage.map(\.offset) == [33])
  }

  @Test func `a length that leads into the zeros does not hide chunks`() throws {
    var bytes = Self.sound
    bytes.put([0xd0, 0x02], at: 33)
    let walk = try walk(bytes)
    #expect(walk.damage.count == 1)
    #expect(walk.unread == bytes.count - 8)
  }

  @Test func `bytes behind the marker of the end are reported`() throws {
    var bytes = Self.sound
    bytes.fill(8..<78)
    let walk = try walk(bytes)
    #expect(walk.chunks == [])
    #expect(
      walk.damage == [
        DecodeError(section: .headChunk, offset: 85, problem: .nonZeroPadding(found: 2))
      ])
  }

  @Test(arguments: [
    (0, 0x02, "chunks-head.header.magic"), (4, 9, "chunks-head.header.version"),
    (4, 0, "chunks-head.header.version"),
  ])
  func `a bad header is refused`(offset: Int, byte: UInt8, rule: String) {
    var bytes = Self.sound
    bytes[offset] = byte
    #expect {
      try walk(bytes)
    } throws: {
      ($0 as? DecodeError)?.rule == rule
    }
  }

  @Test func `every shorter file gives the chunks before the cut and a failure`() throws {
    let starts = try walk(Self.sound).chunks.map(\.offset) + [Self.sound.count - 100]
    for count in 0..<Self.sound.count {
      let bytes = Array(Self.sound[..<count])
      if count < 8 {
        #expect(throws: DecodeError.self) { try walk(bytes) }
        continue
      }
      let cut = try walk(bytes)
      let ends = starts.dropFirst().filter { $0 <= count }
      #expect(cut.chunks.count == ends.count)
      // A cut within the zeros that a reference begins with looks like a tail of zeros.
      let isWhole = bytes[(ends.last ?? 8)...].allSatisfy { $0 == 0 }
      #expect(cut.damage.isEmpty == isWhole)
    }
  }

  @Test func `every flipped bit is noticed, or in padding`() throws {
    let whole = try walk(Self.sound)
    for index in Self.sound.indices {
      for bit in 0..<8 {
        var bytes = Self.sound
        bytes.flip(at: index, bit: bit)
        let found = try? walk(bytes)
        if (5..<8).contains(index) {
          #expect(found == whole)
        } else {
          #expect(found == nil || found?.damage.isEmpty == false, "byte \(index) bit \(bit)")
        }
      }
    }
  }
}
