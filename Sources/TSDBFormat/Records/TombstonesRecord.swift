/// The deletions of a record of type 3.
///
///     type uint8 = 3 | repeat: ref be64, mint varint, maxt varint
///
/// (Prometheus: tsdb/record/record.go, `Tombstones`.) Refs are those of the head, not those of a
/// block's index.
public enum TombstonesRecord {
  /// Calls `each` with every deleted stretch of `payload`, whose first byte is the type; what stands
  /// before a failure is handed over. `offset` is the record's place in the segment, for failures.
  public static func decode(
    _ payload: RawSpan, at offset: Int, each: (Tombstone) -> Void
  ) throws(DecodeError) {
    var cursor = ByteCursor(payload, ofRecordAt: offset, in: .tombstonesRecord)
    try cursor.skip(1)
    while !cursor.isAtEnd {
      let ref = try cursor.uint64()
      let minTime = try cursor.varint()
      each(Tombstone(series: ref, minTime: minTime, maxTime: try cursor.varint()))
    }
  }
}
