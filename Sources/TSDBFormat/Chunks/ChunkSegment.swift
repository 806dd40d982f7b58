/// One file of a block's `chunks` folder (Prometheus: tsdb/chunks/chunks.go).
///
///     header:  magic 0x85bd40dd be32 | version u8 (1) | 3 bytes of padding
///     chunk:   length uvarint | encoding u8 | data | CRC-32C be32 of encoding and data
///
/// The length is that of the data alone. The index says where chunks start.
public enum ChunkSegment {
  /// `MagicChunks`.
  public static let magic: UInt32 = 0x85bd_40dd
  /// Bytes of the header (`SegmentHeaderSize`).
  public static let headerByteCount = 8

  /// Checks the header of a whole segment file.
  public static func checkHeader(_ file: RawSpan) throws(DecodeError) {
    var cursor = ByteCursor(file, at: 0, in: .chunkSegmentHeader)
    try cursor.magic(magic)
    let start = cursor.offset
    let version = try cursor.uint8()
    guard version == 1 else {
      throw cursor.failure(.unsupportedVersion(found: UInt64(version)), at: start)
    }
    try cursor.skip(3)
  }

  /// Bytes of the chunk at `offset` of a whole segment file, from its length to its checksum, by what the length
  /// says; throws where the file has not so many. The data and the checksum are not looked at.
  public static func chunkSize(of file: RawSpan, at offset: Int) throws(DecodeError) -> Int {
    guard offset >= headerByteCount, offset < file.byteCount else {
      throw DecodeError(
        section: .chunk, offset: offset,
        problem: .outOfRange(
          found: Int64(offset),
          allowed: Int64(headerByteCount)...Int64(max(file.byteCount &- 1, headerByteCount))))
    }
    var cursor = ByteCursor(file.extracting(offset..<file.byteCount), at: offset, in: .chunk)
    let length = try cursor.count()
    // Its encoding, and its checksum.
    try cursor.skip(length)
    try cursor.skip(5)
    return cursor.position
  }
}

/// A chunk of a block, its checksum found true; the samples are not decoded.
public struct Chunk: ~Escapable {
  /// How its samples are packed.
  public let encoding: ChunkEncoding
  /// How many samples its header claims.
  public let sampleCount: Int
  /// The data, which begin with the sample count.
  public let data: RawSpan
  /// File offset of `data`.
  public let offset: Int
  /// First byte behind the chunk.
  public let end: Int

  /// Reads the chunk at `offset` of a whole segment file.
  @_lifetime(copy file)
  public init(of file: RawSpan, at offset: Int) throws(DecodeError) {
    let allowed = ChunkSegment.headerByteCount...max(file.byteCount, ChunkSegment.headerByteCount)
    guard allowed.contains(offset), offset < file.byteCount else {
      throw DecodeError(
        section: .chunk, offset: offset,
        problem: .outOfRange(
          found: Int64(offset),
          allowed: Int64(allowed.lowerBound)...Int64(max(allowed.upperBound &- 1, 8))))
    }
    var cursor = ByteCursor(file.extracting(offset..<file.byteCount), at: offset, in: .chunk)
    let claimed = try cursor.uvarint()
    guard claimed <= UInt64(cursor.remaining) else {
      throw cursor.failure(
        .truncated(needed: Int(clamping: claimed), available: cursor.remaining))
    }
    let length = Int(truncatingIfNeeded: claimed)
    var covered = cursor
    encoding = ChunkEncoding(code: try cursor.uint8())
    self.offset = cursor.offset
    data = try cursor.take(length)
    let encodingAndData = try covered.take(length &+ 1)
    try cursor.checksum(of: encodingAndData)
    end = cursor.offset
    var header = ByteCursor(data, at: self.offset, in: .chunkData)
    let count = Int(try header.uint16())
    sampleCount = encoding.isHistogramST ? count & 0x3fff : count
  }
}
