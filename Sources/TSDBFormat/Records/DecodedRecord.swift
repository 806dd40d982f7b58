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
    var cursor = ByteCursor(payload, ofRecordAt: offset, in: .walRecord)
    let code = try cursor.uint8()
    let type = RecordType(code: code)
    switch type {
    case .series: self = .series(try Self.series(payload, at: offset))
    case .samples, .samplesV2: self = .samples(try Self.samples(payload, type, at: offset))
    case .tombstones:
      var entries: [Tombstone] = []
      try TombstonesRecord.decode(payload, at: offset) { entries.append($0) }
      self = .tombstones(entries)
    case .exemplars:
      var entries: [Exemplar] = []
      try ExemplarsRecord.decode(payload, at: offset) { entries.append($0) }
      self = .exemplars(entries)
    case .mmapMarkers:
      var entries: [MmapMarker] = []
      try MmapMarkersRecord.decode(payload, at: offset) { entries.append($0) }
      self = .mmapMarkers(entries)
    case .metadata:
      var entries: [MetricMetadata] = []
      try MetadataRecord.decode(payload, at: offset) { entries.append($0) }
      self = .metadata(entries)
    case .histogramSamples, .floatHistogramSamples, .customBucketsHistogramSamples,
      .customBucketsFloatHistogramSamples, .histogramSamplesV2, .floatHistogramSamplesV2:
      self = .histograms(try Self.histograms(payload, type, at: offset))
    case .unknown: self = .unknown(code: code, bytes: [UInt8](cursor.takeRest()))
    }
  }

  private static func series(
    _ payload: RawSpan, at offset: Int
  ) throws(DecodeError) -> [Series] {
    var cursor = ByteCursor(payload, ofRecordAt: offset, in: .seriesRecord)
    try cursor.skip(1)
    var series: [Series] = []
    while !cursor.isAtEnd {
      let ref = try cursor.uint64()
      series.append(Series(ref: ref, labels: try cursor.labels()))
    }
    return series
  }

  private static func samples(
    _ payload: RawSpan, _ type: RecordType, at offset: Int
  ) throws(DecodeError) -> [Sample] {
    var samples: [Sample] = []
    var rows = SampleRows()
    let each: SampleRows.Each = { piece, startTimes in
      for index in piece.indices {
        let row = piece[index]
        let startTime = startTimes.isEmpty ? 0 : startTimes[index]
        samples.append(
          Sample(ref: row.ref, time: row.time, startTime: startTime, value: row.value))
      }
    }
    if type == .samplesV2 {
      try rows.decodeSamplesV2(payload, at: offset, each: each)
    } else {
      try rows.decodeSamples(payload, at: offset, each: each)
    }
    return samples
  }

  private static func histograms(
    _ payload: RawSpan, _ type: RecordType, at offset: Int
  ) throws(DecodeError) -> [HistogramSample] {
    var found: [HistogramRow] = []
    var rows = HistogramRows()
    try rows.decode(payload, type, at: offset) { found.append($0) }
    return try found.map { row throws(DecodeError) in
      let body = payload.extracting(row.body)
      return HistogramSample(
        ref: row.ref, time: row.time, startTime: row.startTime,
        histogram: try Histogram(
          body: body, isFloat: row.isFloat, at: offset, inner: row.body.lowerBound))
    }
  }
}
