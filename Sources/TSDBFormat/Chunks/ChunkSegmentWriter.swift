/// Lays chunks out as a file of a block's `chunks` folder (Prometheus: tsdb/chunks/chunks.go,
/// `Writer`).
///
///     header, then for each chunk: length uvarint | encoding u8 | data | CRC-32C be32
public struct ChunkSegmentWriter: Sendable {
  /// Bytes of a segment as servers begin the next one (`DefaultChunkSegmentSize`).
  public static let segmentSize = 512 << 20
  /// Bytes of a chunk besides its data, at most.
  public static let overhead = 5 + 1 + 4

  /// What was not taken yet.
  public private(set) var pending = ByteBuffer()
  private var written = 0

  /// At the begin of a segment.
  public init() {
    pending.append(bigEndian: ChunkSegment.magic)
    pending.append(bigEndian: UInt32(1) &<< 24)
  }

  /// Bytes of the segment so far: where the next chunk goes.
  public var byteCount: Int { written + pending.count }

  /// Appends a chunk; gives its offset in the segment.
  public mutating func append(_ data: RawSpan, _ encoding: ChunkEncoding) -> Int {
    let place = byteCount
    pending.append(uvarint: UInt64(data.byteCount))
    let start = pending.count
    pending.append(encoding.code)
    pending.append(data)
    pending.append(checksumFrom: start)
    return place
  }

  /// Forgets what is pending, after it was written somewhere.
  public mutating func takePending() {
    written += pending.count
    pending.truncate(to: 0)
  }
}
