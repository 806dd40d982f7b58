/// Takes entries out of records of the log. What stays is copied as it is written, so that a record
/// of a kind that is known in part only loses nothing but what was meant.
///
/// Refs and times stand in records as differences: in types 2, 4 and 7 to 10 to a pair in front that
/// stays, in types 11 to 13 to the entry before, so that those are written anew
/// (Prometheus: tsdb/record/record.go).
public struct RecordFilter: Sendable {
  /// What became of a record.
  public struct Outcome: Equatable, Sendable {
    /// Entries that stay.
    public var kept = 0
    /// Entries that leave.
    public var dropped = 0
    /// When those were taken that leave, of entries that have a time.
    public var times = TimeRange()
    /// When all entries were taken, those that stay too.
    public var allTimes = TimeRange()

    fileprivate mutating func note(_ isKept: Bool, at time: Int64? = nil) {
      if let time { allTimes.include(time) }
      if isKept {
        kept &+= 1
      } else {
        dropped &+= 1
        if let time { times.include(time) }
      }
    }
  }

  private var output = ByteBuffer()
  /// Where in the payload the entry begins that was read last: after a failure, what stands before it
  /// can be decoded, and is the header alone where there is no entry.
  public private(set) var lastEntry = 0

  /// No record yet.
  public init() {}

  /// The last record without the entries that left it. If none left, or if none stayed, there is
  /// nothing to write, and this means nothing.
  public var bytes: RawSpan {
    @_lifetime(borrow self)
    get { output.bytes }
  }

  /// Filters a record of series (type 1): `isKept` gets the ref, and the labels as they are written,
  /// behind their count.
  public mutating func filterSeries(
    _ payload: RawSpan, at offset: Int, isKept: (UInt64, RawSpan) throws(DecodeError) -> Bool
  ) throws(DecodeError) -> Outcome {
    var outcome = Outcome()
    var cursor = ByteCursor(payload, ofRecordAt: offset, in: .seriesRecord)
    var copy = try begin(payload, &cursor, headerSize: 1)
    while !cursor.isAtEnd {
      let start = cursor.position
      lastEntry = start
      let ref = try cursor.uint64()
      let labels = cursor.position
      let count = try cursor.count(ofAtLeast: 2)
      for _ in 0..<count &* 2 { try cursor.skip(try cursor.count()) }
      let keeps = try isKept(ref, payload.extracting(labels..<cursor.position))
      outcome.note(keeps)
      copy.take(start, keeps, payload, &output)
    }
    copy.finish(payload, &output)
    return outcome
  }

  /// Filters a record of markers (type 5): `place` gives the chunk that a marker shall name, nil for
  /// one that leaves.
  public mutating func filterMarkers(
    _ payload: RawSpan, at offset: Int, place: (MmapMarker) -> UInt64?
  ) throws(DecodeError) -> (Outcome, changed: Bool) {
    var outcome = Outcome()
    var changed = false
    var cursor = ByteCursor(payload, ofRecordAt: offset, in: .mmapMarkersRecord)
    _ = try begin(payload, &cursor, headerSize: 1)
    while !cursor.isAtEnd {
      lastEntry = cursor.position
      let marker = MmapMarker(ref: try cursor.uint64(), chunk: try cursor.uint64())
      let chunk = place(marker)
      outcome.note(chunk != nil)
      changed = changed || chunk != marker.chunk
      guard let chunk else { continue }
      output.append(bigEndian: marker.ref)
      output.append(bigEndian: chunk)
    }
    return (outcome, changed)
  }

  /// An entry that has a time: a sample, a histogram, an exemplar.
  public struct Row: Sendable {
    /// The ref of its series.
    public let ref: UInt64
    /// Milliseconds since 1970.
    public let time: Int64
    /// Where what follows ref and time is in the payload: the value, the body of a histogram.
    public let body: Range<Int>
  }

  /// Filters a record of any other type that is known; `isKept` gets the ref. A record of an unknown
  /// type has no entries.
  public mutating func filter(
    _ payload: RawSpan, _ type: RecordType, at offset: Int, isKept: (UInt64) -> Bool
  ) throws(DecodeError) -> Outcome {
    switch type {
    case .tombstones:
      try filterEntries(payload, .tombstonesRecord, at: offset, isKept) {
        cursor throws(DecodeError) in
        let ref = try cursor.uint64()
        _ = try cursor.varint()
        _ = try cursor.varint()
        return ref
      }
    case .metadata:
      try filterEntries(payload, .metadataRecord, at: offset, isKept) {
        cursor throws(DecodeError) in
        let ref = try cursor.uvarint()
        try cursor.skip(1)
        let fields = try cursor.count(ofAtLeast: 2)
        for _ in 0..<fields &* 2 { try cursor.skip(try cursor.count()) }
        return ref
      }
    case .series, .mmapMarkers, .unknown: Outcome()
    case .samples, .samplesV2, .exemplars, .histogramSamples, .floatHistogramSamples,
      .customBucketsHistogramSamples, .customBucketsFloatHistogramSamples, .histogramSamplesV2,
      .floatHistogramSamplesV2:
      try filterRows(payload, type, at: offset) { isKept($0.ref) }
    }
  }

  /// Filters a record whose entries have times; one of another type has none.
  public mutating func filterRows(
    _ payload: RawSpan, _ type: RecordType, at offset: Int, isKept: (Row) -> Bool
  ) throws(DecodeError) -> Outcome {
    switch type {
    case .samples:
      try filterRows(payload, .samplesRecord, at: offset, isKept) {
        cursor throws(DecodeError) in try cursor.skip(8)
      }
    case .exemplars:
      try filterRows(payload, .exemplarsRecord, at: offset, isKept) {
        cursor throws(DecodeError) in try cursor.skipExemplar()
      }
    case .histogramSamples, .customBucketsHistogramSamples:
      try filterRows(payload, .histogramSamplesRecord, at: offset, isKept) {
        cursor throws(DecodeError) in try Histogram.skip(&cursor, isFloat: false)
      }
    case .floatHistogramSamples, .customBucketsFloatHistogramSamples:
      try filterRows(payload, .floatHistogramSamplesRecord, at: offset, isKept) {
        cursor throws(DecodeError) in try Histogram.skip(&cursor, isFloat: true)
      }
    case .samplesV2:
      try filterRowsV2(payload, .samplesV2Record, at: offset, isKept) {
        cursor throws(DecodeError) in try cursor.skip(8)
      }
    case .histogramSamplesV2:
      try filterRowsV2(payload, .histogramSamplesV2Record, at: offset, isKept) {
        cursor throws(DecodeError) in try Histogram.skip(&cursor, isFloat: false)
      }
    case .floatHistogramSamplesV2:
      try filterRowsV2(payload, .floatHistogramSamplesV2Record, at: offset, isKept) {
        cursor throws(DecodeError) in try Histogram.skip(&cursor, isFloat: true)
      }
    case .series, .mmapMarkers, .unknown, .tombstones, .metadata: Outcome()
    }
  }

  /// Filters a record of a chunk snapshot. One of a series has one entry, whose labels decide.
  public mutating func filterSnapshot(
    _ payload: RawSpan, at offset: Int, isSeriesKept: (UInt64, RawSpan) -> Bool,
    isKept: (UInt64) -> Bool
  ) throws(DecodeError) -> Outcome {
    var outcome = Outcome()
    var cursor = ByteCursor(payload, ofRecordAt: offset, in: .snapshotRecord)
    switch SnapshotRecord.RecordKind(rawValue: try cursor.uint8()) {
    case .series:
      let ref = try cursor.uint64()
      let start = cursor.position
      let count = try cursor.count(ofAtLeast: 2)
      for _ in 0..<count &* 2 { try cursor.skip(try cursor.count()) }
      outcome.note(isSeriesKept(ref, payload.extracting(start..<cursor.position)))
    case .tombstones:
      guard case .tombstones(let all) = try SnapshotRecord(payload: payload, at: offset) else {
        return outcome
      }
      var kept: [Tombstone] = []
      for tombstone in all {
        let keeps = isKept(tombstone.series)
        outcome.note(keeps)
        if keeps { kept.append(tombstone) }
      }
      output.truncate(to: 0)
      SnapshotRecord.write(kept, to: &output)
    case .exemplars:
      outcome = try filterRows(payload, .snapshotExemplars, at: offset, { isKept($0.ref) }) {
        cursor throws(DecodeError) in try cursor.skipExemplar()
      }
    case nil: outcome.kept = 1
    }
    return outcome
  }
}

extension RecordFilter {
  private typealias Skip = (inout ByteCursor) throws(DecodeError) -> Void

  /// Copies the first `headerSize` bytes, the type among them.
  private mutating func begin(
    _ payload: RawSpan, _ cursor: inout ByteCursor, headerSize: Int
  ) throws(DecodeError) -> RunCopy {
    output.truncate(to: 0)
    lastEntry = headerSize
    output.append(try cursor.take(headerSize))
    return RunCopy(next: headerSize)
  }

  /// Entries that stand for themselves: `ref` reads one and gives its ref.
  private mutating func filterEntries(
    _ payload: RawSpan, _ section: Section, at offset: Int, _ isKept: (UInt64) -> Bool,
    ref: (inout ByteCursor) throws(DecodeError) -> UInt64
  ) throws(DecodeError) -> Outcome {
    var outcome = Outcome()
    var cursor = ByteCursor(payload, ofRecordAt: offset, in: section)
    var copy = try begin(payload, &cursor, headerSize: 1)
    while !cursor.isAtEnd {
      let start = cursor.position
      lastEntry = start
      let keeps = isKept(try ref(&cursor))
      outcome.note(keeps)
      copy.take(start, keeps, payload, &output)
    }
    copy.finish(payload, &output)
    return outcome
  }

  /// Rows behind a pair of ref and time from which all of them are counted; `skip` steps over what
  /// follows the two in a row.
  private mutating func filterRows(
    _ payload: RawSpan, _ section: Section, at offset: Int, _ isKept: (Row) -> Bool,
    skip: Skip
  ) throws(DecodeError) -> Outcome {
    var outcome = Outcome()
    var cursor = ByteCursor(payload, ofRecordAt: offset, in: section)
    lastEntry = 1
    guard payload.byteCount > 1 else { return outcome }
    var base = cursor
    try base.skip(1)
    let ref = try base.uint64()
    let time = try base.int64()
    var copy = try begin(payload, &cursor, headerSize: 17)
    while !cursor.isAtEnd {
      let start = cursor.position
      lastEntry = start
      let rowRef = ref &+ UInt64(bitPattern: try cursor.varint())
      let rowTime = time &+ (try cursor.varint())
      let body = cursor.position
      try skip(&cursor)
      let keeps = isKept(Row(ref: rowRef, time: rowTime, body: body..<cursor.position))
      outcome.note(keeps, at: rowTime)
      copy.take(start, keeps, payload, &output)
    }
    copy.finish(payload, &output)
    return outcome
  }

  /// Rows that each count from the one before.
  private mutating func filterRowsV2(
    _ payload: RawSpan, _ section: Section, at offset: Int, _ isKept: (Row) -> Bool,
    skip: Skip
  ) throws(DecodeError) -> Outcome {
    var outcome = Outcome()
    var cursor = ByteCursor(payload, ofRecordAt: offset, in: section)
    _ = try begin(payload, &cursor, headerSize: 1)
    var header = RowHeaderV2()
    var writer = RowHeaderV2Writer()
    while !cursor.isAtEnd {
      lastEntry = cursor.position
      try header.decode(&cursor)
      let start = cursor.position
      try skip(&cursor)
      let keeps = isKept(Row(ref: header.ref, time: header.time, body: start..<cursor.position))
      outcome.note(keeps, at: header.time)
      guard keeps else { continue }
      writer.append(
        ref: header.ref, time: header.time, startTime: header.startTime, to: &output)
      output.append(payload.extracting(start..<cursor.position))
    }
    return outcome
  }
}

/// Copies entries that stay, neighbours at once.
private struct RunCopy {
  /// Where the entries begin that stay and are not copied yet.
  var next: Int

  /// The entry at `start` stays or leaves.
  mutating func take(
    _ start: Int, _ isKept: Bool, _ payload: RawSpan, _ output: inout ByteBuffer
  ) {
    if isKept {
      if next < 0 { next = start }
    } else if next >= 0 {
      output.append(payload.extracting(next..<start))
      next = -1
    }
  }

  /// The last entry was taken.
  func finish(_ payload: RawSpan, _ output: inout ByteBuffer) {
    if next >= 0 { output.append(payload.extracting(next..<payload.byteCount)) }
  }
}

extension ByteCursor {
  /// Steps over what follows ref and time of an exemplar.
  fileprivate mutating func skipExemplar() throws(DecodeError) {
    try skip(8)
    let count = try count(ofAtLeast: 2)
    for _ in 0..<count &* 2 { try skip(try self.count()) }
  }
}

extension SnapshotRecord {
  /// Appends a record of deletions.
  static func write(_ tombstones: [Tombstone], to output: inout ByteBuffer) {
    var body = ByteBuffer()
    body.append(1)
    for tombstone in tombstones { tombstone.write(to: &body) }
    output.append(RecordKind.tombstones.rawValue)
    output.append(lengthPrefixed: body.bytes)
  }
}
