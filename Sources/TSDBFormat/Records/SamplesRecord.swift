/// One sample of a record: which series, when, and the bits of a float value.
public struct SampleRow: Equatable, Sendable {
  /// Series ref.
  public var ref: UInt64
  /// Milliseconds since 1970.
  public var time: Int64
  /// Bits of the float; 0 for native histograms.
  public var value: UInt64
}

/// The samples of a record, a thousand at a time, so that they are still in the cache when they are
/// used. Floats are decoded here, native histograms in `HistogramSamplesRecord.swift`.
///
///     type uint8 = 2 | baseRef be64 | baseT be64 | repeat: dref varint, dt varint, value f64
///
/// Deltas count from the base, the first sample's included (Prometheus: tsdb/record/record.go).
public struct SampleRows: Sendable {
  /// What the decoders call with each piece of a record, in its order: the samples, and when their
  /// counters were started, in milliseconds since 1970, 0 where that is not known. There are no
  /// start times at all in the records that have no room for them (types 2 and 7 to 10).
  public typealias Each = (_ samples: Span<SampleRow>, _ startTimes: Span<Int64>) -> Void

  private static let pieceSize = 1024

  /// How many samples the last record held, as far as it could be decoded.
  public internal(set) var count = 0
  /// How many of them are in the last piece.
  private var filled = 0
  private var rows: [SampleRow]
  private var starts: [Int64]
  private var hasStarts = false

  /// No samples yet.
  public init() {
    let empty = SampleRow(ref: 0, time: 0, value: 0)
    rows = [SampleRow](repeating: empty, count: Self.pieceSize)
    starts = [Int64](repeating: 0, count: Self.pieceSize)
  }

  /// The last piece of the last record; all of it where it has no more than 1024 samples.
  public var samples: Span<SampleRow> {
    @_lifetime(borrow self)
    get { rows.span.extracting(first: filled) }
  }

  /// The start times of `samples`; none for records that have no room for them.
  public var startTimes: Span<Int64> {
    @_lifetime(borrow self)
    get { starts.span.extracting(first: hasStarts ? filled : 0) }
  }

  /// Forgets the last record.
  public mutating func clear() { clear(withStartTimes: false) }

  /// Forgets the last record, before one whose samples have start times, or have not.
  mutating func clear(withStartTimes hasStarts: Bool) {
    count = 0
    filled = 0
    self.hasStarts = hasStarts
  }

  /// Puts a sample into the piece, after handing the piece over if it is full.
  mutating func append(_ row: SampleRow, startTime: Int64, _ each: Each) {
    handOver(each)
    rows[filled] = row
    if hasStarts { starts[filled] = startTime }
    filled &+= 1
    count &+= 1
  }

  /// Hands the piece over if it is full.
  private mutating func handOver(_ each: Each) {
    guard filled == Self.pieceSize else { return }
    finish(each)
    filled = 0
  }

  /// Hands the last piece over.
  func finish(_ each: Each) {
    if filled > 0 { each(samples, startTimes) }
  }

  /// Decodes a record of float samples (type 2). What stands before a failure is handed over.
  public mutating func decodeSamples(
    _ payload: RawSpan, at offset: Int, each: Each = { _, _ in }
  ) throws(DecodeError) {
    clear()
    defer { finish(each) }
    var cursor = ByteCursor(payload, ofRecordAt: offset, in: .samplesRecord)
    try cursor.skip(1)
    guard !cursor.isAtEnd else { return }
    let base = SampleRow(
      ref: try cursor.uint64(), time: try cursor.int64(), value: 0)
    while !cursor.isAtEnd {
      handOver(each)
      try decodePiece(&cursor, base)
    }
  }

  private mutating func decodePiece(
    _ cursor: inout ByteCursor, _ base: SampleRow
  ) throws(DecodeError) {
    var index = filled
    do {
      var rows = self.rows.mutableSpan
      try Self.decode(&cursor, base, into: &rows, at: &index)
    } catch {
      count &+= index &- filled
      filled = index
      throw error
    }
    count &+= index &- filled
    filled = index
  }

  /// The loop over samples, until the piece is full or the record ends.
  private static func decode(
    _ cursor: inout ByteCursor, _ base: SampleRow, into rows: inout MutableSpan<SampleRow>,
    at index: inout Int
  ) throws(DecodeError) {
    while index < rows.count, !cursor.isAtEnd {
      let ref = base.ref &+ UInt64(bitPattern: try cursor.varint())
      let time = base.time &+ (try cursor.varint())
      rows[index] = SampleRow(ref: ref, time: time, value: try cursor.uint64())
      index &+= 1
    }
  }

  /// Decodes a record of float samples with start timestamps (type 11, since 3.11).
  ///
  ///     type uint8 = 11 | first: ref varint, t varint, st varint, value f64
  ///     repeat: ref - previous ref varint, t - first t varint, st marker, value f64
  ///
  /// The marker: 0 no start timestamp, 1 that of the previous sample, else a varint to the first's
  /// follows (Prometheus: tsdb/record/record.go, `samplesV2`).
  public mutating func decodeSamplesV2(
    _ payload: RawSpan, at offset: Int, each: Each = { _, _ in }
  ) throws(DecodeError) {
    clear(withStartTimes: true)
    defer { finish(each) }
    var cursor = ByteCursor(payload, ofRecordAt: offset, in: .samplesV2Record)
    try cursor.skip(1)
    var header = RowHeaderV2()
    while !cursor.isAtEnd {
      try header.decode(&cursor)
      let value = try cursor.uint64()
      append(
        SampleRow(ref: header.ref, time: header.time, value: value),
        startTime: header.startTime, each)
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
