/// Writes records of the log, and of chunk snapshots, anew with other label values. All else stays as it
/// is written: refs, times, samples, the order of entries, names of labels.
///
/// Bytes that cannot be decoded may be anything, label values among them: they become filler, in a way
/// that they cannot be decoded either.
public struct LabelRewriter: Sendable {
  /// What stands for the value of a label; nil where it stays.
  public typealias Replace = (_ name: RawSpan, _ value: RawSpan) -> [UInt8]?

  /// What became of a record.
  public enum Outcome: Equatable, Sendable {
    /// All of it could be decoded, or is of a type that nobody knows.
    case whole
    /// Its end cannot be decoded, for the same reason as before.
    case spoilt
    /// Its end cannot be decoded, but for another reason.
    case spoiltOtherwise
    /// What could not be decoded is left out.
    case shortened
  }

  /// A label of the series before: where it was read, and where it is written.
  private struct Place {
    var source: Range<Int>
    var target: Range<Int>
    var isReplaced: Bool
  }

  /// True if texts about metrics leave: the help of metadata, and fields of it that nobody knows.
  private let dropsTexts: Bool
  private var output = ByteBuffer()
  private var row: [Place] = []
  private var filter = RecordFilter()
  /// Where the entry under way begins: in the record, and in what is written.
  private var entry = (source: 0, target: 0)
  /// How many values were replaced so far.
  public private(set) var replaced = 0

  /// Rewrites records; with `dropsTexts` metadata loses its help.
  public init(dropsTexts: Bool) {
    self.dropsTexts = dropsTexts
  }

  /// The last record with other values.
  public var bytes: RawSpan {
    @_lifetime(borrow self)
    get { output.bytes }
  }

  /// Rewrites `payload`, a decompressed record of a log, or of a chunk snapshot.
  public mutating func rewrite(
    _ payload: RawSpan, ofSnapshot isSnapshot: Bool, _ replace: Replace
  ) -> Outcome {
    output.truncate(to: 0)
    guard payload.byteCount > 0 else { return .whole }
    entry = (1, 1)
    do throws(DecodeError) {
      if isSnapshot {
        try rewriteSnapshot(payload, replace)
      } else {
        try rewriteLog(payload, replace)
      }
      return .whole
    } catch {
      output.truncate(to: entry.target)
      return fill(max(payload.byteCount - entry.source, 0), like: error, isSnapshot)
    }
  }

  private mutating func rewriteLog(
    _ payload: RawSpan, _ replace: Replace
  ) throws(DecodeError) {
    let type = RecordType(code: payload.byte(at: 0))
    switch type {
    case .series: try rewriteSeries(payload, replace)
    case .exemplars: try rewriteExemplars(payload, .exemplarsRecord, replace)
    case .metadata: try rewriteMetadata(payload)
    case .unknown:
      output.append(payload.byte(at: 0))
      output.append(
        [UInt8](repeating: SegmentWriter.filler, count: payload.byteCount - 1).rawBytes)
    case .samples, .samplesV2, .histogramSamples, .floatHistogramSamples,
      .customBucketsHistogramSamples, .customBucketsFloatHistogramSamples, .histogramSamplesV2,
      .floatHistogramSamplesV2, .tombstones, .mmapMarkers:
      try copy(payload, type)
    }
  }

  /// A record without labels, once it is known to be one.
  private mutating func copy(_ payload: RawSpan, _ type: RecordType) throws(DecodeError) {
    do throws(DecodeError) {
      if type == .mmapMarkers {
        _ = try filter.filterMarkers(payload, at: 0) { $0.chunk }
      } else {
        _ = try filter.filter(payload, type, at: 0) { _ in true }
      }
    } catch {
      let sound = min(max(filter.lastEntry, 1), payload.byteCount)
      output.append(payload.extracting(0..<sound))
      entry = (sound, sound)
      throw error
    }
    output.append(payload)
  }
}

extension LabelRewriter {
  private mutating func rewriteSeries(
    _ payload: RawSpan, _ replace: Replace
  ) throws(DecodeError) {
    var cursor = ByteCursor(payload, ofRecordAt: 0, in: .seriesRecord)
    output.append(try cursor.uint8())
    row.removeAll(keepingCapacity: true)
    while !cursor.isAtEnd {
      entry = (cursor.position, output.count)
      output.append(bigEndian: try cursor.uint64())
      try rewriteLabels(&cursor, payload, replace)
    }
  }

  /// Neighbours share most of their labels: what is written as in the series before is copied from what
  /// became of it there.
  private mutating func rewriteLabels(
    _ cursor: inout ByteCursor, _ payload: RawSpan, _ replace: Replace
  ) throws(DecodeError) {
    let count = try cursor.count(ofAtLeast: 2)
    output.append(uvarint: UInt64(count))
    if row.count > count { row.removeSubrange(count...) }
    for place in 0..<count {
      let (source, target) = (cursor.position, output.count)
      if place < row.count,
        cursor.skip(ifNextEqual: row[place].source.lowerBound, count: row[place].source.count)
      {
        output.append(again: row[place].target)
        if row[place].isReplaced { replaced &+= 1 }
      } else {
        let isReplaced = try rewriteLabel(&cursor, replace)
        let new = Place(source: 0..<0, target: 0..<0, isReplaced: isReplaced)
        if place < row.count { row[place] = new } else { row.append(new) }
      }
      row[place].source = source..<cursor.position
      row[place].target = target..<output.count
    }
  }

  /// Gives true if the value was replaced.
  private mutating func rewriteLabel(
    _ cursor: inout ByteCursor, _ replace: Replace
  ) throws(DecodeError) -> Bool {
    let name = try cursor.lengthPrefixed()
    let value = try cursor.lengthPrefixed()
    output.append(lengthPrefixed: name)
    guard let other = replace(name, value) else {
      output.append(lengthPrefixed: value)
      return false
    }
    replaced &+= 1
    output.append(lengthPrefixed: other.rawBytes)
    return true
  }

  private mutating func rewriteExemplars(
    _ payload: RawSpan, _ section: Section, _ replace: Replace
  ) throws(DecodeError) {
    var cursor = ByteCursor(payload, ofRecordAt: 0, in: section)
    output.append(try cursor.uint8())
    guard !cursor.isAtEnd else { return }
    output.append(try cursor.take(16))
    while !cursor.isAtEnd {
      entry = (cursor.position, output.count)
      output.append(varint: try cursor.varint())
      output.append(varint: try cursor.varint())
      output.append(bigEndian: try cursor.uint64())
      row.removeAll(keepingCapacity: true)
      try rewriteLabels(&cursor, payload, replace)
    }
  }

  private mutating func rewriteMetadata(_ payload: RawSpan) throws(DecodeError) {
    var cursor = ByteCursor(payload, ofRecordAt: 0, in: .metadataRecord)
    output.append(try cursor.uint8())
    while !cursor.isAtEnd {
      entry = (cursor.position, output.count)
      output.append(uvarint: try cursor.uvarint())
      output.append(try cursor.uint8())
      let fields = try cursor.count(ofAtLeast: 2)
      output.append(uvarint: UInt64(fields))
      for _ in 0..<fields {
        let name = try cursor.lengthPrefixed()
        let value = try cursor.lengthPrefixed()
        output.append(lengthPrefixed: name)
        let stays = !dropsTexts || name.isEqual(to: Self.unitName.rawBytes)
        output.append(lengthPrefixed: stays ? value : value.extracting(0..<0))
      }
    }
  }

  private static let unitName = [UInt8]("UNIT".utf8)

  private mutating func rewriteSnapshot(
    _ payload: RawSpan, _ replace: Replace
  ) throws(DecodeError) {
    var cursor = ByteCursor(payload, ofRecordAt: 0, in: .snapshotRecord)
    let code = try cursor.uint8()
    output.append(code)
    switch SnapshotRecord.RecordKind(rawValue: code) {
    case .series:
      cursor.section = .snapshotSeries
      output.append(bigEndian: try cursor.uint64())
      row.removeAll(keepingCapacity: true)
      try rewriteLabels(&cursor, payload, replace)
      let start = cursor.position
      entry = (start, output.count)
      var whole = ByteCursor(payload, ofRecordAt: 0, in: .snapshotSeries)
      try whole.skip(1)
      _ = try SnapshotSeries(from: &whole)
      output.append(payload.extracting(start..<whole.position))
      entry = (whole.position, output.count)
      guard whole.isAtEnd else { throw whole.failure(.trailingBytes(count: whole.remaining)) }
    case .exemplars:
      output.truncate(to: 0)
      try rewriteExemplars(payload, .snapshotExemplars, replace)
    case .tombstones, nil:
      _ = try SnapshotRecord(payload: payload, at: 0)
      output.append(try cursor.take(cursor.remaining))
    }
  }
}

extension LabelRewriter {
  /// Appends about `count` bytes of filler that fail as `wanted` did, and are no entry.
  private mutating func fill(
    _ count: Int, like wanted: DecodeError, _ isSnapshot: Bool
  ) -> Outcome {
    let start = output.count
    let entries = Self.decode(output.bytes, isSnapshot).entries
    var other: (byte: UInt8, size: Int)?
    // No server writes such a large record; what is tried costs as much as the record each time.
    let isLarge = start + count > 1 << 20
    let sizes = isLarge ? [count] : [count, count - 1, count + 1] + Array(1...12)
    for size in sizes where size > 0 {
      for byte in [SegmentWriter.filler, 0xff, 0x80, 0] {
        append(size, of: byte, from: start)
        let result = Self.decode(output.bytes, isSnapshot)
        guard let failure = result.failure, result.entries == entries else { continue }
        if failure.rule == wanted.rule { return .spoilt }
        other = other ?? (byte, size)
      }
    }
    append(other?.size ?? 0, of: other?.byte ?? 0, from: start)
    return other == nil ? .shortened : .spoiltOtherwise
  }

  private mutating func append(_ size: Int, of byte: UInt8, from start: Int) {
    output.truncate(to: start)
    output.append([UInt8](repeating: byte, count: size).rawBytes)
  }

  /// Why a record cannot be decoded, if so, and how many entries stand before that.
  private static func decode(
    _ payload: RawSpan, _ isSnapshot: Bool
  ) -> (failure: DecodeError?, entries: Int) {
    var failure: DecodeError?
    if isSnapshot {
      do throws(DecodeError) {
        _ = try SnapshotRecord(payload: payload, at: 0)
      } catch {
        failure = error
      }
      return (failure, 0)
    }
    let record = DecodedRecord(payload: payload, at: 0, failure: &failure)
    return (failure, record.entryCount)
  }
}

extension DecodedRecord {
  /// How many entries it has.
  fileprivate var entryCount: Int {
    switch self {
    case .series(let all): all.count
    case .samples(let all): all.count
    case .tombstones(let all): all.count
    case .exemplars(let all): all.count
    case .mmapMarkers(let all): all.count
    case .metadata(let all): all.count
    case .histograms(let all): all.count
    case .unknown: 0
    }
  }
}
