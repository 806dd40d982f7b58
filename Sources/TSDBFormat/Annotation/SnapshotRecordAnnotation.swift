/// The fields of the records of a chunk snapshot, which have a numbering of their own (Prometheus:
/// tsdb/head_wal.go, `encodeToSnapshotRecord`).
///
///     1 series:     ref be64 | labels | 0 be64 | chunks uvarint (0 or 1) | chunk
///     chunk:        min time be64 | max time be64 | encoding u8 | length uvarint, data | last sample
///     2 tombstones: length uvarint | a body as in a block's file, without magic and checksum
///     3 exemplars:  as in a log
///
/// The last sample is 4 × (time be64, value f64) for floats, else a histogram as records hold it.
extension Annotation {
  /// Walks over `payload`, the plain bytes of the snapshot record at `offset` of its segment.
  public static func snapshotRecord(
    _ payload: RawSpan, at offset: Int, limit: Int
  ) -> Annotation {
    var annotation = Annotation(at: 0, limit: limit)
    var cursor = ByteCursor(payload, ofRecordAt: offset, in: .snapshotRecord)
    do throws(DecodeError) {
      try annotation.snapshotRecord(&cursor)
    } catch {
      annotation.fail(error, upTo: payload.byteCount)
    }
    annotation.end(to: 0)
    annotation.cover(upTo: payload.byteCount)
    return annotation
  }

  private mutating func snapshotRecord(_ cursor: inout ByteCursor) throws(DecodeError) {
    let start = cursor.offset
    let code = try uint8("type", &cursor) {
      switch $0 {
      case 1: "series"
      case 2: "tombstones"
      case 3: "exemplars"
      default: nil
      }
    }
    switch code {
    case 1:
      cursor.section = .snapshotSeries
      try snapshotSeries(&cursor)
    case 2:
      cursor.section = .snapshotTombstones
      _ = try count("length", &cursor)
      try version(1...1, &cursor)
      try tombstones(&cursor)
    case 3:
      cursor.section = .snapshotExemplars
      try exemplars(&cursor)
    default: throw cursor.failure(.unknownCode(found: code), at: start)
    }
    guard cursor.isAtEnd || isFull else {
      throw cursor.failure(.trailingBytes(count: cursor.remaining))
    }
  }

  private mutating func snapshotSeries(_ cursor: inout ByteCursor) throws(DecodeError) {
    try uint64("ref", &cursor)
    _ = try labels(&cursor)
    try uint64("chunk range", &cursor)
    guard try uvarint("chunks", &cursor) != 0 else { return }
    begin("chunk")
    try time("min time", &cursor)
    try time("max time", &cursor)
    let encoding = ChunkEncoding(
      code: try uint8("encoding", &cursor) { ChunkEncoding(code: $0).description })
    let length = try count("length", &cursor)
    let place = cursor.offset
    chunkData(try cursor.take(length), at: place, encoding)
    moveProblems(intoRecordOf: cursor)
    end()
    switch encoding.kind {
    case .float:
      begin("last samples")
      for _ in 0..<4 {
        begin("sample")
        let time = try time("time", &cursor)
        end(.sample(ref: nil, time: time, bits: try float("value", &cursor)))
      }
      end()
    case .histogram: try histogram(&cursor, isFloat: false)
    case .floatHistogram: try histogram(&cursor, isFloat: true)
    case .unknown: throw cursor.failure(.unknownCode(found: encoding.code))
    }
  }
}
