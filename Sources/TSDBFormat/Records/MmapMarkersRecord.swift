/// Says that the samples of a series that stand before it in the WBL are in a chunk of `chunks_head`.
public struct MmapMarker: Equatable, Sendable {
  /// Series ref.
  public var ref: UInt64
  /// The chunk as a server refers to it: number of the file and offset in it, 32 bits each; 0 where
  /// none was written yet (`ChunkDiskMapperRef` in tsdb/chunks/head_chunks.go).
  public var chunk: UInt64

  /// A marker of the series `ref`.
  public init(ref: UInt64, chunk: UInt64) {
    self.ref = ref
    self.chunk = chunk
  }

  /// Number of the file in `chunks_head`.
  public var file: Int { Int(truncatingIfNeeded: chunk >> 32) }
  /// Where the chunk begins in the file.
  public var offset: Int { Int(truncatingIfNeeded: chunk & 0xffff_ffff) }
}

/// The markers of a record of type 5, which only a WBL holds.
///
///     type uint8 = 5 | repeat: ref be64, chunk be64
///
/// (Prometheus: tsdb/record/record.go, `MmapMarkers`.)
public enum MmapMarkersRecord {
  /// Calls `each` with every marker of `payload`, whose first byte is the type; what stands before a
  /// failure is handed over. `offset` is the record's place in the segment, for failures.
  public static func decode(
    _ payload: RawSpan, at offset: Int, each: (MmapMarker) -> Void
  ) throws(DecodeError) {
    var cursor = ByteCursor(payload, ofRecordAt: offset, in: .mmapMarkersRecord)
    try cursor.skip(1)
    while !cursor.isAtEnd {
      let ref = try cursor.uint64()
      each(MmapMarker(ref: ref, chunk: try cursor.uint64()))
    }
  }
}
