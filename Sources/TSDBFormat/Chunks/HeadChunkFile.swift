/// One chunk of a head chunk file; its samples are not decoded.
public struct HeadChunk: Equatable, Sendable {
  /// Where it begins in the file.
  public let offset: Int
  /// The reference of its series, as the WAL defines it.
  public let series: UInt64
  /// First and last sample, in milliseconds since 1970, as the chunk's header claims.
  public let minTime: Int64
  /// See `minTime`.
  public let maxTime: Int64
  /// How the samples are packed.
  public let encoding: ChunkEncoding
  /// True if its samples came out of order (bit 7 of the encoding byte).
  public let isOutOfOrder: Bool
  /// Samples in it, as its first bytes claim.
  public let sampleCount: Int
  /// Where its data begin in the file, with the sample count: `dataSize` bytes, which
  /// `SampleBatch.decode` takes.
  public let dataOffset: Int
  /// Bytes of packed samples, the count among them.
  public let dataSize: Int

  /// First byte behind the chunk, its checksum included.
  public var end: Int { dataOffset &+ dataSize &+ 4 }
}

/// A reader of a file of `chunks_head`: full chunks of the head, so that they need no memory
/// (Prometheus: tsdb/chunks/head_chunks.go).
///
///     magic be32 0x0130bc91 | version 1 | padding 3
///     series be64 | mint be64 | maxt be64 | encoding 1 | length uvarint | data | crc be32   …
///     zeros to the end: files are allocated before they are written
///
/// The checksum covers all of the chunk before it. Damage is an event like a chunk is; the walk goes
/// on behind it where the damaged chunk's length leads to something sound, and else ends.
public struct HeadChunkFile: ~Escapable {
  /// What the walk meets.
  public enum Event: Equatable, Sendable {
    /// A chunk whose checksum holds.
    case chunk(HeadChunk)
    /// Something that is no chunk, or one whose checksum does not hold.
    case damage(DecodeError)
  }

  /// Bytes at the end of the file that were given up, because damage hid where chunks begin.
  public private(set) var unreadBytes = 0

  private let bytes: RawSpan
  private let holes: [Range<Int>]
  private var position = HeadChunkFile.headerSize
  private var isAtEnd = false

  static let magic: UInt32 = 0x0130_bc91
  private static let headerSize = 8
  /// The largest chunk without its data; where less is left, the server takes only zeros.
  private static let largestHeader = 34
  private static let checksumSize = 4
  private static let mostDamagedInARow = 64

  /// The header of a file. Chunks do not say where they stand, so they can be copied behind it as they
  /// are.
  public static func writeHeader(to output: inout ByteBuffer) {
    output.append(bigEndian: magic)
    output.append(bigEndian: UInt32(1) &<< 24)
  }

  /// Checks the header of a file. Of `holes`, in their order, it is known that they are zeros.
  @_lifetime(copy bytes)
  public init(_ bytes: RawSpan, holes: [Range<Int>] = []) throws(DecodeError) {
    self.bytes = bytes
    self.holes = holes
    var cursor = ByteCursor(bytes, at: 0, in: .headChunkHeader)
    try cursor.magic(HeadChunkFile.magic)
    let place = cursor.offset
    let version = try cursor.uint8()
    guard version == 1 else {
      throw cursor.failure(.unsupportedVersion(found: UInt64(version)), at: place)
    }
    try cursor.skip(3)
  }

  /// The next chunk or damage; nil at the end.
  public mutating func next() -> Event? {
    guard !isAtEnd, position < bytes.byteCount else { return nil }
    if bytes.byteCount - position < HeadChunkFile.largestHeader { return endOfFile() }
    do {
      let (chunk, end) = try decode(at: position)
      guard let chunk else { return endMarker() }
      position = end
      return .chunk(chunk)
    } catch {
      let damaged = position
      if let next = endOfDamagedChunk(at: damaged), leadsToSoundBytes(next) {
        position = next
      } else {
        giveUp(at: damaged)
      }
      return .damage(error)
    }
  }

  /// The chunk at `start` and the offset behind it; no chunk if it is the marker of the end.
  private func decode(at start: Int) throws(DecodeError) -> (HeadChunk?, end: Int) {
    let rest = bytes.extracting(start..<bytes.byteCount)
    var cursor = ByteCursor(rest, at: start, in: .headChunk)
    let series = try cursor.uint64()
    let minTime = try cursor.int64()
    let maxTime = try cursor.int64()
    if series == 0 && minTime == 0 && maxTime == 0 { return (nil, cursor.offset) }
    let encoding = try cursor.uint8()
    let size = try cursor.count()
    let dataOffset = cursor.offset
    var data = ByteCursor(try cursor.take(size), at: dataOffset, in: .headChunk)
    try cursor.checksum(of: rest.extracting(0..<cursor.position))
    let packing = ChunkEncoding(code: encoding & 0x7f)
    let chunk = HeadChunk(
      offset: start, series: series, minTime: minTime, maxTime: maxTime, encoding: packing,
      isOutOfOrder: encoding & 0x80 != 0,
      sampleCount: sampleCount(try data.uint16(), packing), dataOffset: dataOffset,
      dataSize: size)
    return (chunk, cursor.offset)
  }

  /// Histograms with start timestamps keep their counter reset in the upper two bits.
  private func sampleCount(_ raw: UInt16, _ encoding: ChunkEncoding) -> Int {
    Int(encoding.isHistogramST ? raw & 0x3fff : raw)
  }

  /// Where the damaged chunk at `start` says that it ends, if that is in the file.
  private func endOfDamagedChunk(at start: Int) -> Int? {
    let lengthOffset = start + 25
    guard lengthOffset < bytes.byteCount else { return nil }
    var cursor = ByteCursor(
      bytes.extracting(lengthOffset..<bytes.byteCount), at: lengthOffset, in: .headChunk)
    do {
      try cursor.skip(try cursor.count())
      try cursor.skip(HeadChunkFile.checksumSize)
      return cursor.offset
    } catch {
      return nil
    }
  }

  /// True if the lengths from `start` on lead to a chunk whose checksum holds, or to the place where
  /// the chunks end. A few damaged chunks may follow one another: a lost sector is longer than a
  /// chunk.
  private func leadsToSoundBytes(_ start: Int) -> Bool {
    var place = start
    for _ in 0..<HeadChunkFile.mostDamagedInARow {
      if isSound(at: place) { return true }
      guard let next = endOfDamagedChunk(at: place) else { return false }
      place = next
    }
    return false
  }

  private func isSound(at start: Int) -> Bool {
    // A wrong length can lead to anywhere in the zeros; a right one to their begin.
    if isZero(from: start) {
      return !bytes.extracting(start - HeadChunkFile.checksumSize..<start).isZero
    }
    do {
      return try decode(at: start).0 != nil
    } catch {
      return false
    }
  }

  private func isZero(from start: Int) -> Bool {
    bytes.firstNonZero(in: start..<bytes.byteCount, holes: holes) == nil
  }

  /// Behind the marker, and in a tail too short for a chunk, there must be zeros only. A server does
  /// not look behind the marker: a chunk there is lost to it.
  private mutating func endMarker() -> Event? {
    guard let offset = bytes.firstNonZero(in: position..<bytes.byteCount, holes: holes) else {
      isAtEnd = true
      return nil
    }
    giveUp(at: offset)
    return .damage(
      DecodeError(
        section: .headChunk, offset: offset,
        problem: .nonZeroPadding(found: bytes.byte(at: offset))))
  }

  private mutating func endOfFile() -> Event? {
    let left = bytes.byteCount - position
    if isZero(from: position) {
      isAtEnd = true
      return nil
    }
    let offset = position
    giveUp(at: offset)
    return .damage(
      DecodeError(
        section: .headChunk, offset: offset,
        problem: .truncated(needed: HeadChunkFile.largestHeader, available: left)))
  }

  private mutating func giveUp(at offset: Int) {
    unreadBytes = bytes.byteCount - offset
    isAtEnd = true
  }
}
