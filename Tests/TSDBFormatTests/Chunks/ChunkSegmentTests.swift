import TSDBFormat
import TestSupport
import Testing

/// The worked example of Docs/formats/chunks.md, and what damage to chunks does.
@Suite struct ChunkSegmentTests {
  /// All chunks of a block, in the order of its index: segment bytes and offsets.
  private func chunks(of block: String) throws -> (segment: [UInt8], offsets: [Int]) {
    let index = WholeIndex(try readFile(block + "/index"))
    let offsets = index.series.flatMap(\.chunks).map(\.reference.offset)
    return (try readFile(block + "/chunks/000001"), offsets)
  }

  private static let histograms =
    Fixture("sound/nh-3.5").data + "/01M7XRBF0V8MEX6N8D9JNHEACQ"

  @Test func `the worked example is read as a server wrote it`() throws {
    let segment = try ExampleBlock.chunks()
    try ChunkSegment.checkHeader(segment.rawBytes)
    let chunk = try Chunk(of: segment.rawBytes, at: 8)
    #expect(chunk.encoding == .xor)
    #expect(chunk.sampleCount == 24)
    #expect(chunk.data.byteCount == 183)
    #expect(chunk.offset == 11)
    #expect(chunk.end == 0xc6)
  }

  @Test func `chunks follow one another to the end of the segment`() throws {
    let (segment, offsets) = try chunks(of: ExampleBlock.path)
    var next = ChunkSegment.headerByteCount
    for offset in offsets {
      #expect(offset == next)
      next = try Chunk(of: segment.rawBytes, at: offset).end
    }
    #expect(next == segment.count)
  }

  @Test(arguments: [0, 3, 4, 7]) func `a header cut short is refused`(length: Int) throws {
    let segment = Array(try ExampleBlock.chunks()[..<length])
    #expect(throws: DecodeError.self) { try ChunkSegment.checkHeader(segment.rawBytes) }
  }

  @Test func `another magic or version is refused`() throws {
    var segment = try ExampleBlock.chunks()
    segment[4] = 2
    #expect(
      throws: DecodeError(
        section: .chunkSegmentHeader, offset: 4, problem: .unsupportedVersion(found: 2))
    ) { try ChunkSegment.checkHeader(segment.rawBytes) }
    segment[0] = 0
    #expect(
      throws: DecodeError(
        section: .chunkSegmentHeader, offset: 0,
        problem: .badMagic(expected: 0x85bd_40dd, found: 0x00bd_40dd))
    ) { try ChunkSegment.checkHeader(segment.rawBytes) }
  }

  @Test func `a chunk cut short is refused at every length`() throws {
    let segment = try ExampleBlock.chunks()
    let end = try Chunk(of: segment.rawBytes, at: 8).end
    for length in 8..<end {
      #expect(throws: DecodeError.self, "at \(length)") {
        _ = try Chunk(of: segment.rawBytes.extracting(0..<length), at: 8).end
      }
    }
  }

  @Test func `every flipped bit of a chunk is found`() throws {
    let segment = try ExampleBlock.chunks()
    let end = try Chunk(of: segment.rawBytes, at: 8).end
    for offset in 8..<end {
      for bit in 0..<8 {
        var flipped = segment
        flipped.flip(at: offset, bit: bit)
        #expect(throws: DecodeError.self, "byte \(offset), bit \(bit)") {
          _ = try Chunk(of: flipped.rawBytes, at: 8).end
        }
      }
    }
  }

  @Test(arguments: [-1, 0, 7, 1 << 20, Int.max]) func `an offset outside is refused`(
    offset: Int
  ) throws {
    let segment = try ExampleBlock.chunks()
    #expect(throws: DecodeError.self) { _ = try Chunk(of: segment.rawBytes, at: offset).end }
  }

  @Test func `an unknown encoding is a case, not a failure`() throws {
    var segment = try ExampleBlock.chunks()
    let end = try Chunk(of: segment.rawBytes, at: 8).end
    segment[10] = 99
    segment.fixChecksum(of: 10..<end - 4, at: end - 4)
    #expect(try Chunk(of: segment.rawBytes, at: 8).encoding == .unknown(99))
  }

  @Test func `codes stand for encodings and back`() {
    for code in UInt8.min...UInt8.max {
      #expect(ChunkEncoding(code: code).code == code)
    }
    #expect(
      (1...6).map { ChunkEncoding(code: $0).description } == [
        "XOR", "histogram", "floathistogram", "XOR2", "histogramST", "floathistogramST",
      ])
  }

  /// The bit-flip sweep beyond the checksum: a writer's bug, or damage that somebody sealed.
  @Test func `histograms damaged under a true checksum never trap`() throws {
    let (segment, offsets) = try chunks(of: Self.histograms)
    var read = 0
    for offset in offsets {
      let chunk = try Chunk(of: segment.rawBytes, at: offset)
      guard chunk.encoding.kind == .histogram || chunk.encoding.kind == .floatHistogram else {
        continue
      }
      let (start, end) = (chunk.offset, chunk.end)
      for position in start..<min(start + 40, end - 4) {
        var flipped = Array(segment[..<end])
        flipped.flip(at: position, bit: position % 8)
        flipped.fixChecksum(of: start - 1..<end - 4, at: end - 4)
        let damaged = try Chunk(of: flipped.rawBytes, at: offset)
        do throws(DecodeError) {
          let buckets = try HistogramBuckets(of: damaged)
          #expect(buckets.bucketCount >= 0)
        } catch {
          #expect(error.section == .chunkData)
          #expect((start...end).contains(error.offset))
        }
        read += 1
      }
    }
    #expect(read > 100)
  }

  @Test func `histograms cut short under a true checksum are refused`() throws {
    let (segment, offsets) = try chunks(of: Self.histograms)
    let offset = try #require(
      offsets.first {
        (try? Chunk(of: segment.rawBytes, at: $0).encoding.kind == .histogram) ?? false
      })
    let chunk = try Chunk(of: segment.rawBytes, at: offset)
    let data = [UInt8](chunk.data)
    for length in 2..<min(data.count - 1, 120) {
      let body: [UInt8] = [2] + data[..<length]
      let cut = [UInt8](repeating: 0, count: 8) + [UInt8(length)] + body
      let sealed = cut + bigEndianBytes(crc32c(body.rawBytes))
      let damaged = try Chunk(of: sealed.rawBytes, at: 8)
      #expect(throws: DecodeError.self, "at \(length)") { _ = try HistogramBuckets(of: damaged) }
    }
  }

  @Test func `float histograms and stale ones are counted`() throws {
    let (segment, offsets) = try chunks(of: Self.histograms)
    var stale = 0
    var kinds: Set<ChunkEncoding> = []
    for offset in offsets {
      let chunk = try Chunk(of: segment.rawBytes, at: offset)
      kinds.insert(chunk.encoding)
      guard chunk.encoding.kind != .float else { continue }
      let buckets = try HistogramBuckets(of: chunk)
      stale += buckets.staleCount
      #expect(buckets.staleCount <= chunk.sampleCount)
    }
    #expect(kinds == [.xor, .histogram, .floatHistogram])
    #expect(stale >= 0)
  }
}
