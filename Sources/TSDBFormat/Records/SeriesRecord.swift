/// The series that records of type 1 define, each as what differs from the one before.
///
///     type uint8 = 1 | repeat: ref be64, labels
///     labels: count uvarint | repeat: name, value, each with its uvarint length
///
/// Neighbours in a record share most of their labels. A label that is written as the one at the same
/// place of the series before is only compared, not decoded; what is left are the changes. The body
/// is the same in `wal`, checkpoints and agent directories (Prometheus: tsdb/record/record.go).
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

  /// A label that the series before does not have at the same place.
  public struct Change: Equatable, Sendable {
    /// Which label of the series it is, from 0.
    public var place: UInt32
    /// Its name.
    public var name: Slice
    /// Its value.
    public var value: Slice
  }

  /// One series.
  public struct Series: Equatable, Sendable {
    /// The ref that stands for it in other records.
    public var ref: UInt64
    /// How many labels it has.
    public var labelCount: Int
    /// Where its changes end in `changes`; they start where those of the series before end.
    public var changesEnd: Int
  }

  /// The series, record after record.
  public private(set) var series: [Series] = []
  /// The changes of all series. The first series of each record changes everything.
  public private(set) var changes: [Change] = []
  /// The labels of the last series, as they are written.
  private var row: [Slice] = []

  /// No series, to be filled again and again.
  public init() {}

  /// Forgets all series and keeps their memory.
  public mutating func removeAll() {
    series.removeAll(keepingCapacity: true)
    changes.removeAll(keepingCapacity: true)
  }

  /// Where the changes of a series are.
  public func changeRange(of index: Int) -> Range<Int> {
    (index == 0 ? 0 : series[index &- 1].changesEnd)..<series[index].changesEnd
  }

  /// Decodes one more record, `payload`, whose first byte is the type; slices point into it. What was
  /// decoded before a failure stays.
  ///
  /// `offset` is the record's place in the segment, for failures.
  public mutating func append(_ payload: RawSpan, at offset: Int) throws(DecodeError) {
    var cursor = ByteCursor(payload, ofRecordAt: offset, in: .seriesRecord)
    try cursor.skip(1)
    row.removeAll(keepingCapacity: true)
    while !cursor.isAtEnd {
      let kept = changes.count
      do {
        let ref = try cursor.uint64()
        // A label takes at least two bytes, so a count cannot ask for more than the record holds.
        let count = try cursor.count(ofAtLeast: 2)
        try labels(count, from: &cursor)
        series.append(Series(ref: ref, labelCount: count, changesEnd: changes.count))
      } catch {
        changes.removeSubrange(kept...)
        throw error
      }
    }
  }

  private mutating func labels(_ count: Int, from cursor: inout ByteCursor) throws(DecodeError) {
    let known = min(count, row.count)
    for place in 0..<known {
      let start = UInt32(truncatingIfNeeded: cursor.position)
      if cursor.skip(ifNextAre: row[place]) {
        row[place].start = start
      } else {
        row[place] = try change(at: place, from: &cursor)
      }
    }
    row.removeSubrange(known...)
    for place in known..<count { row.append(try change(at: place, from: &cursor)) }
  }

  /// Decodes a label; gives where it is written.
  private mutating func change(
    at place: Int, from cursor: inout ByteCursor
  ) throws(DecodeError) -> Slice {
    let start = cursor.position
    let name = try cursor.slice()
    let value = try cursor.slice()
    changes.append(Change(place: UInt32(truncatingIfNeeded: place), name: name, value: value))
    return Slice(
      start: UInt32(truncatingIfNeeded: start),
      length: UInt32(truncatingIfNeeded: cursor.position &- start))
  }
}

extension ByteCursor {
  /// Where the next string is, behind its uvarint length.
  fileprivate mutating func slice() throws(DecodeError) -> SeriesRecord.Slice {
    let length = try count()
    let start = position
    try skip(length)
    return SeriesRecord.Slice(
      start: UInt32(truncatingIfNeeded: start), length: UInt32(truncatingIfNeeded: length))
  }

  /// Steps over the next bytes if they are those of `slice`, which lies before them.
  fileprivate mutating func skip(ifNextAre slice: SeriesRecord.Slice) -> Bool {
    skip(ifNextEqual: Int(slice.start), count: Int(slice.length))
  }
}
