/// The native histograms of a record: whose they are, from when, and where their bodies lie.
///
///     types 7 to 10: type uint8 | baseRef be64 | baseT be64 | repeat: dref varint, dt varint, body
///     types 12, 13:  rows as in `SamplesV2`, each with a body
///
/// Bodies are walked, not decoded; `HistogramBody.swift` has their layout (Prometheus:
/// tsdb/record/record.go, `histogramSamplesV1`, `histogramSamplesV2`).
public struct HistogramRow: Equatable, Sendable {
  /// Series ref.
  public var ref: UInt64
  /// Milliseconds since 1970.
  public var time: Int64
  /// When the counter was started, in milliseconds since 1970; 0 where that is not known.
  public var startTime: Int64
  /// True where the counts are floats.
  public var isFloat: Bool
  /// Where the body is in the payload; `Histogram(body:isFloat:at:inner:)` decodes it.
  public var body: Range<Int>
}

/// Walks the native histograms of records.
public struct HistogramRows: Sendable {
  /// How many histograms the last record held, as far as it could be decoded.
  public private(set) var count = 0

  /// No record yet.
  public init() {}

  /// Calls `each` with every histogram of a record of types 7 to 10, 12 or 13, whose first byte is
  /// the type; what stands before a failure is handed over. Records of other types hold none.
  ///
  /// `offset` is the record's place in the segment, for failures.
  public mutating func decode(
    _ payload: RawSpan, _ type: RecordType, at offset: Int, each: (HistogramRow) -> Void
  ) throws(DecodeError) {
    count = 0
    guard let form = Form(type) else { return }
    try Self.walk(payload, form, at: offset) { row in
      count &+= 1
      each(row)
    }
  }

  /// What tells the types with histograms apart.
  fileprivate struct Form {
    let isFloat: Bool
    let isV2: Bool

    init(isFloat: Bool, isV2: Bool) {
      self.isFloat = isFloat
      self.isV2 = isV2
    }

    init?(_ type: RecordType) {
      guard let isFloat = type.histogramsAreFloat else { return nil }
      self.init(isFloat: isFloat, isV2: type.isV2)
    }

    var section: Section {
      switch (isFloat, isV2) {
      case (false, false): .histogramSamplesRecord
      case (true, false): .floatHistogramSamplesRecord
      case (false, true): .histogramSamplesV2Record
      case (true, true): .floatHistogramSamplesV2Record
      }
    }
  }

  fileprivate static func walk(
    _ payload: RawSpan, _ form: Form, at offset: Int, each: (HistogramRow) -> Void
  ) throws(DecodeError) {
    var cursor = ByteCursor(payload, ofRecordAt: offset, in: form.section)
    try cursor.skip(1)
    guard !cursor.isAtEnd else { return }
    let isFloat = form.isFloat
    if form.isV2 {
      var header = RowHeaderV2()
      while !cursor.isAtEnd {
        try header.decode(&cursor)
        let start = cursor.position
        try Histogram.skip(&cursor, isFloat: isFloat)
        each(
          HistogramRow(
            ref: header.ref, time: header.time, startTime: header.startTime, isFloat: isFloat,
            body: start..<cursor.position))
      }
      return
    }
    let baseRef = try cursor.uint64()
    let baseTime = try cursor.int64()
    while !cursor.isAtEnd {
      let ref = baseRef &+ UInt64(bitPattern: try cursor.varint())
      let time = baseTime &+ (try cursor.varint())
      let start = cursor.position
      try Histogram.skip(&cursor, isFloat: isFloat)
      each(
        HistogramRow(
          ref: ref, time: time, startTime: 0, isFloat: isFloat, body: start..<cursor.position))
    }
  }
}

/// Histograms as rows among floats, for those who need no bodies.
extension SampleRows {
  /// Decodes a record of type 7 or 9 (integer) or 8 or 10 (float).
  public mutating func decodeHistograms(
    _ payload: RawSpan, at offset: Int, isFloat: Bool, each: Each = { _, _ in }
  ) throws(DecodeError) {
    try decode(payload, .init(isFloat: isFloat, isV2: false), at: offset, each: each)
  }

  /// Decodes a record of type 12 (integer) or 13 (float).
  public mutating func decodeHistogramsV2(
    _ payload: RawSpan, at offset: Int, isFloat: Bool, each: Each = { _, _ in }
  ) throws(DecodeError) {
    try decode(payload, .init(isFloat: isFloat, isV2: true), at: offset, each: each)
  }

  private mutating func decode(
    _ payload: RawSpan, _ form: HistogramRows.Form, at offset: Int, each: Each
  ) throws(DecodeError) {
    clear(withStartTimes: form.isV2)
    defer { finish(each) }
    try HistogramRows.walk(payload, form, at: offset) { row in
      append(SampleRow(ref: row.ref, time: row.time, value: 0), startTime: row.startTime, each)
    }
  }
}
