/// The series a record of type 1 defines, as columns that point into the record.
///
///     type uint8 = 1 | repeat: ref be64, labels
///     labels: count uvarint | repeat: name, value, each with its uvarint length
///
/// The body is the same in `wal`, checkpoints and agent directories.
public struct SeriesRecord: Sendable {
  /// A byte range inside the record.
  public struct Slice: Equatable, Sendable {
    /// Index of the first byte.
    public var start: UInt32
    /// Number of bytes.
    public var length: UInt32

    /// Its bytes in `payload`, the record it was decoded from.
    @_lifetime(copy payload)
    public func bytes(in payload: RawSpan) -> RawSpan {
      payload.extracting(Int(start)..<Int(start) + Int(length))
    }
  }

  /// A label whose name and value are slices of the record.
  public struct LabelSlice: Equatable, Sendable {
    /// The name.
    public var name: Slice
    /// The value.
    public var value: Slice
    /// From the first byte of the name's length to the last of the value: labels that are written
    /// alike are alike.
    public var encoded: Slice
  }

  /// The refs the record defines, in its order.
  public private(set) var refs: [UInt64] = []
  /// For each ref, the index behind its last label.
  public private(set) var labelEnds: [Int] = []
  /// All labels, series after series.
  public private(set) var labels: [LabelSlice] = []

  /// An empty record, to be filled again and again.
  public init() {}

  /// Decodes `payload`, whose first byte is the type. What was decoded before a failure stays.
  ///
  /// `offset` is the record's place in the segment, for failures.
  public mutating func decode(_ payload: RawSpan, at offset: Int) throws(DecodeError) {
    refs.removeAll(keepingCapacity: true)
    labelEnds.removeAll(keepingCapacity: true)
    labels.removeAll(keepingCapacity: true)
    var cursor = ByteCursor(payload, ofRecordAt: offset, in: .seriesRecord)
    try cursor.skip(1)
    while !cursor.isAtEnd {
      let kept = labels.count
      do {
        let ref = try cursor.uint64()
        // A label takes at least two bytes, so a count cannot ask for more than the record holds.
        let count = try cursor.count(ofAtLeast: 2)
        for _ in 0..<count { labels.append(try Self.label(&cursor)) }
        refs.append(ref)
        labelEnds.append(labels.count)
      } catch {
        labels.removeSubrange(kept...)
        throw error
      }
    }
  }

  private static func label(_ cursor: inout ByteCursor) throws(DecodeError) -> LabelSlice {
    let begin = cursor.position
    let name = try slice(&cursor)
    let value = try slice(&cursor)
    let encoded = Slice(
      start: UInt32(truncatingIfNeeded: begin),
      length: UInt32(truncatingIfNeeded: cursor.position &- begin))
    return LabelSlice(name: name, value: value, encoded: encoded)
  }

  private static func slice(_ cursor: inout ByteCursor) throws(DecodeError) -> Slice {
    let length = try cursor.count()
    let start = cursor.position
    try cursor.skip(length)
    return Slice(
      start: UInt32(truncatingIfNeeded: start), length: UInt32(truncatingIfNeeded: length))
  }
}
