/// An example of what a series counted: a value with labels of its own, such as a trace.
public struct Exemplar: Equatable, Sendable {
  /// Series ref.
  public var ref: UInt64
  /// Milliseconds since 1970.
  public var time: Int64
  /// Bits of the float.
  public var value: UInt64
  /// Its own labels, in the order of the disk; those of the series are in the series record.
  public var labels: [Label]

  /// An exemplar of the series `ref`.
  public init(ref: UInt64, time: Int64, value: UInt64, labels: [Label]) {
    self.ref = ref
    self.time = time
    self.value = value
    self.labels = labels
  }
}

/// The exemplars of a record of type 4.
///
///     type uint8 = 4 | baseRef be64 | baseT be64 | repeat: dref varint, dt varint, f64, labels
///
/// (Prometheus: tsdb/record/record.go, `ExemplarsFromBuffer`.) Chunk snapshots have the same body.
public enum ExemplarsRecord {
  /// Calls `each` with every exemplar of `payload`, whose first byte is the type; what stands before
  /// a failure is handed over. `offset` is the record's place in the segment, for failures.
  public static func decode(
    _ payload: RawSpan, at offset: Int, each: (Exemplar) -> Void
  ) throws(DecodeError) {
    try decode(ByteCursor(payload, ofRecordAt: offset, in: .exemplarsRecord), each: each)
  }

  static func decode(
    _ start: consuming ByteCursor, each: (Exemplar) -> Void
  ) throws(DecodeError) {
    var cursor = start
    try cursor.skip(1)
    guard !cursor.isAtEnd else { return }
    let baseRef = try cursor.uint64()
    let baseTime = try cursor.int64()
    while !cursor.isAtEnd {
      let ref = baseRef &+ UInt64(bitPattern: try cursor.varint())
      let time = baseTime &+ (try cursor.varint())
      let value = try cursor.uint64()
      each(Exemplar(ref: ref, time: time, value: value, labels: try cursor.labels()))
    }
  }
}
