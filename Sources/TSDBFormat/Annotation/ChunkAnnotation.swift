/// The fields of chunk files and of `tombstones` (Prometheus: tsdb/chunks/chunks.go,
/// head_chunks.go; tsdb/tombstones/tombstones.go).
extension Annotation {
  /// The header of a chunk segment of a block.
  public static func chunkSegmentHeader(of file: RawSpan) -> Annotation {
    fileHeader(of: file, ChunkSegment.magic, .chunkSegmentHeader)
  }

  /// The header of a head chunk file.
  public static func headChunkHeader(of file: RawSpan) -> Annotation {
    fileHeader(of: file, HeadChunkFile.magic, .headChunkHeader)
  }

  private static func fileHeader(
    of file: RawSpan, _ magic: UInt32, _ section: Section
  ) -> Annotation {
    let end = min(ChunkSegment.headerByteCount, file.byteCount)
    var annotation = Annotation(at: 0, limit: .max)
    var cursor = ByteCursor(file.extracting(0..<end), at: 0, in: section)
    do throws(DecodeError) {
      try annotation.magic(magic, &cursor)
      try annotation.version(1...1, &cursor)
      try cursor.skip(3)
      annotation.leaf("padding", upTo: cursor.offset)
    } catch {
      annotation.fail(error, upTo: end)
    }
    return annotation
  }

  /// The chunk at `offset` of a whole segment file of a block.
  public static func chunk(of file: RawSpan, at offset: Int, limit: Int) -> Annotation {
    let start = min(max(offset, 0), file.byteCount)
    var annotation = Annotation(at: start, limit: limit)
    var cursor = ByteCursor(
      file.extracting(start..<file.byteCount), at: start, in: .chunk)
    do throws(DecodeError) {
      let length = try annotation.count("length", &cursor)
      var covered = cursor
      try annotation.chunkBody(&cursor, length: length)
      try annotation.checksum(of: try covered.take(length &+ 1), &cursor)
    } catch {
      annotation.fail(error, upTo: min(file.byteCount, max(annotation.offset, start &+ 16)))
    }
    return annotation
  }

  /// The chunk at `offset` of a whole head chunk file.
  public static func headChunk(of file: RawSpan, at offset: Int, limit: Int) -> Annotation {
    let start = min(max(offset, 0), file.byteCount)
    var annotation = Annotation(at: start, limit: limit)
    let rest = file.extracting(start..<file.byteCount)
    var cursor = ByteCursor(rest, at: start, in: .headChunk)
    do throws(DecodeError) {
      let series = try annotation.uint64("series ref", &cursor)
      let minTime = try annotation.time("min time", &cursor)
      let maxTime = try annotation.time("max time", &cursor)
      if series == 0 && minTime == 0 && maxTime == 0 { return annotation }
      let code = try annotation.uint8("encoding", &cursor) {
        let name = ChunkEncoding(code: $0 & 0x7f).description
        return $0 & 0x80 == 0 ? name : name + ", out of order"
      }
      let length = try annotation.count("length", &cursor)
      let place = cursor.offset
      annotation.chunkData(
        try cursor.take(length), at: place, ChunkEncoding(code: code & 0x7f))
      try annotation.checksum(of: rest.extracting(0..<cursor.position), &cursor)
    } catch {
      annotation.fail(error, upTo: min(file.byteCount, max(annotation.offset, start &+ 16)))
    }
    return annotation
  }

  /// Encoding and data.
  private mutating func chunkBody(
    _ cursor: inout ByteCursor, length: Int
  ) throws(DecodeError) {
    let code = try uint8("encoding", &cursor) { ChunkEncoding(code: $0).description }
    let place = cursor.offset
    chunkData(try cursor.take(length), at: place, ChunkEncoding(code: code))
  }

  /// A whole `tombstones` file.
  public static func tombstones(of file: RawSpan, limit: Int) -> Annotation {
    var annotation = Annotation(at: 0, limit: limit)
    var cursor = ByteCursor(file, at: 0, in: .tombstonesHeader)
    do throws(DecodeError) {
      try annotation.magic(TombstonesFile.magic, &cursor)
      try annotation.version(1...1, &cursor)
      cursor.section = .tombstones
      guard cursor.remaining >= 4 else {
        throw cursor.failure(.truncated(needed: 4, available: cursor.remaining))
      }
      let place = cursor.offset
      let bytes = try cursor.take(cursor.remaining &- 4)
      var body = ByteCursor(bytes, at: place, in: .tombstones)
      do throws(DecodeError) {
        try annotation.tombstones(&body)
      } catch {
        annotation.fail(error, upTo: cursor.offset)
      }
      annotation.cover(upTo: cursor.offset)
      try annotation.checksum(of: bytes, &cursor)
    } catch {
      annotation.fail(error, upTo: file.byteCount)
    }
    return annotation
  }

  /// Deleted stretches up to the end of `cursor`.
  mutating func tombstones(_ cursor: inout ByteCursor) throws(DecodeError) {
    while !cursor.isAtEnd, !isFull {
      begin("tombstone")
      try uvarint("series", &cursor)
      try varintTime("min time", &cursor)
      try varintTime("max time", &cursor)
      end()
    }
  }
}
