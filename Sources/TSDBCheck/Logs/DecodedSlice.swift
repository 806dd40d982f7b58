internal import TSDBFormat
internal import TSDBStore

/// A slice of a log after the part of its check that needs no other: records are unframed,
/// decompressed and decoded, and of series there is a hash of the labels.
struct DecodedSlice: Sendable {
  /// A series that a record defines.
  struct Definition: Sendable {
    /// Index of the record in the batch.
    let record: Int
    /// The ref.
    let ref: UInt64
    /// Hash of the label set, seeded in each process: two label sets that share it by chance are
    /// taken for one, which happens to one head of a million series in thirty million.
    let labels: UInt64
  }

  /// The slice.
  let slice: SegmentSlice
  /// What did not fit into the batch.
  let rest: SegmentSlice?
  /// Its records; samples are decoded where their refs are known, later.
  private(set) var batch = RecordBatch()
  /// Series, in the order of the records.
  private(set) var definitions: [Definition] = []
  /// Markers of a WBL, with the index of their record.
  private(set) var markers: [(record: Int, marker: MmapMarker)] = []
  /// Refs of exemplars, metadata and deletions, with the index of their record.
  private(set) var others: [(record: Int, ref: UInt64)] = []
  /// What is wrong with fragments and with the bodies of records other than samples.
  private(set) var damage: [RecordBatch.Damage]
  /// The first records of types that only newer servers know (11 to 13), and how many there are.
  private(set) var newer = Tally()
  /// The first record of a type that is not known at all, and how many there are.
  private(set) var unknown = Tally()

  /// The first record that is compressed with zstd, and how many there are.
  private(set) var zstd = Tally()

  /// Series whose labels no server writes.
  private(set) var labelFlaws: [LabelFlaw: FlawedSeries] = [:]
  /// Native histograms whose buckets are not those of their spans.
  private(set) var histogramFlaws: [HistogramFlaw: FlawedHistograms] = [:]

  /// Series with one flaw.
  struct FlawedSeries: Sendable {
    /// How many.
    var count = 0
    /// Offset of the record of the first.
    let offset: Int
    /// Its ref.
    let ref: UInt64
    /// Its labels.
    let labels: [Label]
  }

  /// Histograms with one flaw.
  struct FlawedHistograms: Sendable {
    /// How many.
    var count = 0
    /// Offset of the record of the first.
    let offset: Int
    /// The ref of its series.
    let ref: UInt64
    /// How many buckets its spans speak of.
    let buckets: UInt64
  }

  /// How many of something, and the first.
  struct Tally: Sendable {
    /// How many.
    private(set) var count = 0
    /// Offset of the record of the first.
    private(set) var first: Int?
    /// Type code of the first.
    private(set) var code: UInt8 = 0

    fileprivate mutating func add(_ code: UInt8, at offset: Int) {
      count += 1
      guard first == nil else { return }
      first = offset
      self.code = code
    }
  }

  /// Reads `slice` into the memory of `batch`, whose records are forgotten.
  init(_ slice: SegmentSlice, level: CheckLevel, into batch: inout RecordBatch) {
    slice.read(into: &batch)
    self.slice = slice
    rest = slice.rest(behind: batch)
    damage = batch.damage
    var series = SeriesRecord()
    for (index, entry) in batch.entries.enumerated() {
      let payload = batch.payload(of: entry)
      if entry.compression == .zstd, slice.part != .snapshot { zstd.add(0, at: entry.offset) }
      do throws(DecodeError) {
        if slice.part == .snapshot {
          try checkSnapshot(payload, at: entry.offset, level)
        } else {
          try check(payload, record: index, entry.offset, &series)
        }
      } catch {
        damage.append(.init(error: error, lost: entry.offset..<entry.end))
      }
    }
    self.batch = batch
  }

  private mutating func check(
    _ payload: RawSpan, record: Int, _ offset: Int, _ series: inout SeriesRecord
  ) throws(DecodeError) {
    guard payload.byteCount > 0 else {
      throw DecodeError(
        section: .walRecord, offset: offset, inner: 0,
        problem: .truncated(needed: 1, available: 0))
    }
    let code = payload.byte(at: 0)
    let type = RecordType(code: code)
    switch type {
    case .series:
      series.removeAll()
      defer {
        define(series, payload, record: record)
        findFlaws(of: series, payload, at: offset)
      }
      try series.append(payload, at: offset)
    case .exemplars:
      try ExemplarsRecord.decode(payload, at: offset) { others.append((record, $0.ref)) }
    case .metadata:
      try MetadataRecord.decode(payload, at: offset) { others.append((record, $0.ref)) }
    case .mmapMarkers:
      try MmapMarkersRecord.decode(payload, at: offset) { markers.append((record, $0)) }
    case .samplesV2: newer.add(code, at: offset)
    case .histogramSamplesV2, .floatHistogramSamplesV2:
      newer.add(code, at: offset)
      findFlaws(of: type, payload, at: offset)
    case .unknown: unknown.add(code, at: offset)
    case .histogramSamples, .floatHistogramSamples, .customBucketsHistogramSamples,
      .customBucketsFloatHistogramSamples:
      findFlaws(of: type, payload, at: offset)
    case .samples, .tombstones: break
    }
  }

  private mutating func findFlaws(of series: SeriesRecord, _ payload: RawSpan, at offset: Int) {
    series.forEachFlaw(of: 0..<series.series.count, in: payload) { index, flaw, labels in
      if labelFlaws[flaw] == nil {
        let labels = labels.map {
          Label(
            name: [UInt8]($0.name.bytes(in: payload)), value: [UInt8]($0.value.bytes(in: payload)))
        }
        labelFlaws[flaw] = FlawedSeries(
          offset: offset, ref: series.series[index].ref, labels: labels)
      }
      labelFlaws[flaw]?.count &+= 1
    }
  }

  private mutating func findFlaws(of type: RecordType, _ payload: RawSpan, at offset: Int) {
    var rows = HistogramRows()
    // A record that cannot be decoded is another finding.
    try? rows.decode(payload, type, at: offset) { row in
      guard
        let shape = HistogramShape(of: payload.extracting(row.body), isFloat: row.isFloat),
        let flaw = shape.flaw
      else { return }
      histogramFlaws[
        flaw,
        default: FlawedHistograms(offset: offset, ref: row.ref, buckets: shape.mostBuckets)
      ].count &+= 1
    }
  }

  /// Keeps the refs of the series of a record, and a hash for each label set: of the hashes of its
  /// labels, so that a label that a series shares with the one before is hashed once.
  private mutating func define(_ series: SeriesRecord, _ payload: RawSpan, record: Int) {
    var row: [UInt64] = []
    for (index, one) in series.series.enumerated() {
      if row.count > one.labelCount { row.removeSubrange(one.labelCount...) }
      for change in series.changes[series.changeRange(of: index)] {
        let place = Int(change.place)
        let hash = LabelHash.hash(
          change.value.bytes(in: payload), LabelHash.hash(change.name.bytes(in: payload), 0))
        if place < row.count { row[place] = hash } else { row.append(hash) }
      }
      let labels = row.reduce(UInt64(row.count)) { LabelHash.mix($0, $1) }
      definitions.append(Definition(record: record, ref: one.ref, labels: labels))
    }
  }

  private func checkSnapshot(
    _ payload: RawSpan, at offset: Int, _ level: CheckLevel
  ) throws(DecodeError) {
    let record = try SnapshotRecord(payload: payload, at: offset)
    guard level > .quick, case .series(let series) = record, let chunk = series.chunk else {
      return
    }
    var samples = SampleBatch()
    do throws(DecodeError) {
      try samples.decode(payload.extracting(chunk.data), chunk.encoding, at: 0)
    } catch {
      throw DecodeError(
        section: error.section, offset: offset, inner: chunk.data.lowerBound &+ error.offset,
        problem: error.problem)
    }
  }
}

/// Hashes of labels: eight bytes at a time through a multiplication of full width, with numbers that are
/// drawn in each process, so that nobody can prepare labels that collide.
private enum LabelHash {
  private static let keys = (
    UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max) | 1
  )

  static func mix(_ hash: UInt64, _ value: UInt64) -> UInt64 {
    let product = (hash ^ keys.0 ^ value).multipliedFullWidth(by: keys.1)
    return product.high ^ product.low
  }

  /// Takes the length and the bytes in.
  static func hash(_ bytes: RawSpan, _ start: UInt64) -> UInt64 {
    var hash = mix(start, UInt64(bytes.byteCount))
    var place = 0
    while place &+ 8 <= bytes.byteCount {
      hash = mix(hash, bytes.word(at: place))
      place &+= 8
    }
    var rest: UInt64 = 0
    while place < bytes.byteCount {
      rest = rest &<< 8 | UInt64(bytes.byte(at: place))
      place &+= 1
    }
    return mix(hash, rest)
  }
}

extension RawSpan {
  /// Eight bytes as a number.
  fileprivate func word(at place: Int) -> UInt64 {
    var word: UInt64 = 0
    for index in place..<place &+ 8 { word = word &<< 8 | UInt64(byte(at: index)) }
    return word
  }
}
