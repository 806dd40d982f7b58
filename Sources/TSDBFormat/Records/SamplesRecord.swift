/// One sample of a record: which series, when, and the bits of a float value.
public struct SampleRow: Equatable, Sendable {
  /// Series ref.
  public var ref: UInt64
  /// Milliseconds since 1970.
  public var time: Int64
  /// Bits of the float; 0 for native histograms.
  public var value: UInt64
}

/// The samples of one record, filled again and again. Floats are decoded here, native histograms in
/// `HistogramSamplesRecord.swift`.
///
///     type uint8 = 2 | baseRef be64 | baseT be64 | repeat: dref varint, dt varint, value f64
///
/// Deltas count from the base, the first sample's included (Prometheus: tsdb/record/record.go).
public struct SampleRows: Sendable {
  /// How many samples the last record held.
  public internal(set) var count = 0
  /// The samples; the first `count` are valid.
  var rows: [SampleRow] = []

  /// The samples of the last record.
  public var samples: Span<SampleRow> {
    @_lifetime(borrow self)
    get { rows.span.extracting(first: count) }
  }

  /// No samples yet.
  public init() {}

  /// Forgets the last record.
  public mutating func clear() { count = 0 }

  /// Makes room for what a record of `byteCount` bytes can hold, `width` bytes a sample at least.
  mutating func prepare(byteCount: Int, width: Int) {
    count = 0
    let room = byteCount / width + 1
    guard room > rows.count else { return }
    let empty = SampleRow(ref: 0, time: 0, value: 0)
    rows.append(contentsOf: repeatElement(empty, count: room - rows.count))
  }

  /// Decodes a record of float samples (type 2). What was decoded before a failure stays.
  public mutating func decodeSamples(_ payload: RawSpan, at offset: Int) throws(DecodeError) {
    prepare(byteCount: payload.byteCount, width: 10)
    var cursor = ByteCursor(payload, ofRecordAt: offset, in: .samplesRecord)
    try cursor.skip(1)
    guard !cursor.isAtEnd else { return }
    var decoded = 0
    do {
      var rows = self.rows.mutableSpan
      try Self.decode(&cursor, into: &rows, count: &decoded)
    } catch {
      count = decoded
      throw error
    }
    count = decoded
  }

  private static func decode(
    _ cursor: inout ByteCursor, into rows: inout MutableSpan<SampleRow>, count: inout Int
  ) throws(DecodeError) {
    let baseRef = try cursor.uint64()
    let baseTime = try cursor.int64()
    while !cursor.isAtEnd {
      let ref = baseRef &+ UInt64(bitPattern: try cursor.varint())
      let time = baseTime &+ (try cursor.varint())
      rows[count] = SampleRow(ref: ref, time: time, value: try cursor.uint64())
      count &+= 1
    }
  }

  /// Decodes a record of float samples with start timestamps (type 11, since 3.11).
  ///
  ///     type uint8 = 11 | first: ref varint, t varint, st varint, value f64
  ///     repeat: ref - previous ref varint, t - first t varint, st marker, value f64
  ///
  /// The marker: 0 no start timestamp, 1 that of the previous sample, else a varint to the first's
  /// follows (Prometheus: tsdb/record/record.go, `samplesV2`).
  public mutating func decodeSamplesV2(_ payload: RawSpan, at offset: Int) throws(DecodeError) {
    prepare(byteCount: payload.byteCount, width: 11)
    var cursor = ByteCursor(payload, ofRecordAt: offset, in: .samplesV2Record)
    try cursor.skip(1)
    var header = RowHeaderV2()
    while !cursor.isAtEnd {
      try header.decode(&cursor)
      rows[count] = SampleRow(ref: header.ref, time: header.time, value: try cursor.uint64())
      count &+= 1
    }
  }
}

/// What every V2 sample begins with: ref, time and start timestamp, each against an earlier one.
struct RowHeaderV2 {
  private(set) var ref: UInt64 = 0
  private(set) var time: Int64 = 0
  private(set) var startTime: Int64 = 0
  private var firstTime: Int64 = 0
  private var firstStartTime: Int64 = 0
  private var isFirst = true

  mutating func decode(_ cursor: inout ByteCursor) throws(DecodeError) {
    if isFirst {
      ref = UInt64(bitPattern: try cursor.varint())
      time = try cursor.varint()
      startTime = try cursor.varint()
      firstTime = time
      firstStartTime = startTime
      isFirst = false
      return
    }
    ref = ref &+ UInt64(bitPattern: try cursor.varint())
    time = firstTime &+ (try cursor.varint())
    switch try cursor.uint8() {
    case 0: startTime = 0
    case 1: break
    default: startTime = firstStartTime &+ (try cursor.varint())
    }
  }
}
