/// A record of the log, decoded whole into values, for those who look at one. Those who read them
/// all use the decoders of its types, which keep nothing.
public enum DecodedRecord: Equatable, Sendable {
  /// Type 1.
  case series([Series])
  /// Types 2 and 11.
  case samples([Sample])
  /// Type 3.
  case tombstones([Tombstone])
  /// Type 4.
  case exemplars([Exemplar])
  /// Type 5.
  case mmapMarkers([MmapMarker])
  /// Type 6.
  case metadata([MetricMetadata])
  /// Types 7 to 10, 12 and 13.
  case histograms([HistogramSample])
  /// A type that was not known when this was built: its code, and the bytes behind it.
  case unknown(code: UInt8, bytes: [UInt8])

  /// A series and the ref that stands for it in other records.
  public struct Series: Equatable, Sendable {
    /// The ref.
    public var ref: UInt64
    /// Its labels, in the order of the disk.
    public var labels: [Label]

    /// A series.
    public init(ref: UInt64, labels: [Label]) {
      self.ref = ref
      self.labels = labels
    }
  }

  /// A float.
  public struct Sample: Equatable, Sendable {
    /// Series ref.
    public var ref: UInt64
    /// Milliseconds since 1970.
    public var time: Int64
    /// When the counter was started, in milliseconds since 1970; 0 where that is not known.
    public var startTime: Int64
    /// Bits of the float.
    public var value: UInt64

    /// A float of the series `ref`.
    public init(ref: UInt64, time: Int64, startTime: Int64 = 0, value: UInt64) {
      self.ref = ref
      self.time = time
      self.startTime = startTime
      self.value = value
    }
  }

  /// A native histogram.
  public struct HistogramSample: Equatable, Sendable {
    /// Series ref.
    public var ref: UInt64
    /// Milliseconds since 1970.
    public var time: Int64
    /// When the counter was started, in milliseconds since 1970; 0 where that is not known.
    public var startTime: Int64
    /// The histogram.
    public var histogram: Histogram

    /// A native histogram of the series `ref`.
    public init(ref: UInt64, time: Int64, startTime: Int64 = 0, histogram: Histogram) {
      self.ref = ref
      self.time = time
      self.startTime = startTime
      self.histogram = histogram
    }
  }

  /// Decodes the whole of `payload`, the decompressed record at `offset` of its segment. A record
  /// without a byte is refused as truncated.
  public init(payload: RawSpan, at offset: Int) throws(DecodeError) {
    var failure: DecodeError?
    self.init(payload: payload, at: offset, failure: &failure)
    if let failure { throw failure }
  }

  /// The same for a record that may be damaged: what stands before a failure is kept.
  public init(payload: RawSpan, at offset: Int, failure: inout DecodeError?) {
    guard payload.byteCount > 0 else {
      self = .unknown(code: 0, bytes: [])
      failure = DecodeError(
        section: .walRecord, offset: offset, inner: 0,
        problem: .truncated(needed: 1, available: 0))
      return
    }
    let code = payload.byte(at: 0)
    let type = RecordType(code: code)
    switch type {
    case .series:
      self = .series(
        Self.collect(&failure) { add throws(DecodeError) in
          try Self.series(payload, at: offset, each: add)
        })
    case .samples, .samplesV2:
      self = .samples(
        Self.collect(&failure) { add throws(DecodeError) in
          try Self.samples(payload, type, at: offset, each: add)
        })
    case .tombstones:
      self = .tombstones(
        Self.collect(&failure) { add throws(DecodeError) in
          try TombstonesRecord.decode(payload, at: offset, each: add)
        })
    case .exemplars:
      self = .exemplars(
        Self.collect(&failure) { add throws(DecodeError) in
          try ExemplarsRecord.decode(payload, at: offset, each: add)
        })
    case .mmapMarkers:
      self = .mmapMarkers(
        Self.collect(&failure) { add throws(DecodeError) in
          try MmapMarkersRecord.decode(payload, at: offset, each: add)
        })
    case .metadata:
      self = .metadata(
        Self.collect(&failure) { add throws(DecodeError) in
          try MetadataRecord.decode(payload, at: offset, each: add)
        })
    case .histogramSamples, .floatHistogramSamples, .customBucketsHistogramSamples,
      .customBucketsFloatHistogramSamples, .histogramSamplesV2, .floatHistogramSamplesV2:
      let rows: [HistogramRow] = Self.collect(&failure) { add throws(DecodeError) in
        var rows = HistogramRows()
        try rows.decode(payload, type, at: offset, each: add)
      }
      self = .histograms(rows.compactMap { HistogramSample($0, payload, at: offset) })
    case .unknown:
      self = .unknown(code: code, bytes: [UInt8](payload.extracting(1..<payload.byteCount)))
    }
  }

  private static func collect<Entry>(
    _ failure: inout DecodeError?,
    _ decode: (_ add: (Entry) -> Void) throws(DecodeError) -> Void
  ) -> [Entry] {
    var entries: [Entry] = []
    do {
      try decode { entries.append($0) }
    } catch {
      failure = error
    }
    return entries
  }

  private static func series(
    _ payload: RawSpan, at offset: Int, each: (Series) -> Void
  ) throws(DecodeError) {
    var cursor = ByteCursor(payload, ofRecordAt: offset, in: .seriesRecord)
    try cursor.skip(1)
    while !cursor.isAtEnd {
      let ref = try cursor.uint64()
      each(Series(ref: ref, labels: try cursor.labels()))
    }
  }

  private static func samples(
    _ payload: RawSpan, _ type: RecordType, at offset: Int, each: (Sample) -> Void
  ) throws(DecodeError) {
    var rows = SampleRows()
    let add: SampleRows.Each = { piece, startTimes in
      for index in piece.indices {
        let row = piece[index]
        let startTime = startTimes.isEmpty ? 0 : startTimes[index]
        each(Sample(ref: row.ref, time: row.time, startTime: startTime, value: row.value))
      }
    }
    if type == .samplesV2 {
      try rows.decodeSamplesV2(payload, at: offset, each: add)
    } else {
      try rows.decodeSamples(payload, at: offset, each: add)
    }
  }
}

extension DecodedRecord.HistogramSample {
  /// The histogram of a row that was walked; what the walk lets pass, this decodes.
  fileprivate init?(_ row: HistogramRow, _ payload: RawSpan, at offset: Int) {
    let body = payload.extracting(row.body)
    guard
      let histogram = try? Histogram(
        body: body, isFloat: row.isFloat, at: offset, inner: row.body.lowerBound)
    else { return nil }
    self.init(ref: row.ref, time: row.time, startTime: row.startTime, histogram: histogram)
  }
}
