/// Refs and times of the native histogram samples of a record; their bodies are walked, not kept.
///
///     types 7 to 10: type uint8 | baseRef be64 | baseT be64 | repeat: dref varint, dt varint, body
///     types 12, 13:  rows as in `SamplesV2`, each with a body
///     body: hint uint8 | schema varint | zeroThreshold f64 | zeroCount | count | sum f64
///           | positive spans | negative spans | positive buckets | negative buckets
///           | custom bounds, with schema -53 only
///
/// Counts and buckets are varints in integer histograms, f64 in float ones (Prometheus:
/// tsdb/record/record.go, `DecodeHistogram`, `DecodeFloatHistogram`).
extension SampleRows {
  /// Decodes a record of type 7 or 9 (integer) or 8 or 10 (float).
  public mutating func decodeHistograms(
    _ payload: RawSpan, at offset: Int, isFloat: Bool, each: Each = { _ in }
  ) throws(DecodeError) {
    clear()
    defer { finish(each) }
    var cursor = ByteCursor(
      payload, ofRecordAt: offset,
      in: isFloat ? .floatHistogramSamplesRecord : .histogramSamplesRecord)
    try cursor.skip(1)
    guard !cursor.isAtEnd else { return }
    let baseRef = try cursor.uint64()
    let baseTime = try cursor.int64()
    while !cursor.isAtEnd {
      let ref = baseRef &+ UInt64(bitPattern: try cursor.varint())
      let time = baseTime &+ (try cursor.varint())
      try Self.skipBody(&cursor, isFloat: isFloat)
      append(SampleRow(ref: ref, time: time, value: 0), each)
    }
  }

  /// Decodes a record of type 12 (integer) or 13 (float).
  public mutating func decodeHistogramsV2(
    _ payload: RawSpan, at offset: Int, isFloat: Bool, each: Each = { _ in }
  ) throws(DecodeError) {
    clear()
    defer { finish(each) }
    var cursor = ByteCursor(
      payload, ofRecordAt: offset,
      in: isFloat ? .floatHistogramSamplesV2Record : .histogramSamplesV2Record)
    try cursor.skip(1)
    var header = RowHeaderV2()
    while !cursor.isAtEnd {
      try header.decode(&cursor)
      try Self.skipBody(&cursor, isFloat: isFloat)
      append(SampleRow(ref: header.ref, time: header.time, value: 0), each)
    }
  }

  private static func skipBody(_ cursor: inout ByteCursor, isFloat: Bool) throws(DecodeError) {
    try cursor.skip(1)
    let schema = try cursor.varint()
    try cursor.skip(8)
    if isFloat {
      try cursor.skip(16)
    } else {
      _ = try cursor.uvarint()
      _ = try cursor.uvarint()
    }
    try cursor.skip(8)
    for _ in 0..<2 {
      let spans = try cursor.count(ofAtLeast: 2)
      for _ in 0..<spans {
        _ = try cursor.varint()
        _ = try cursor.uvarint()
      }
    }
    for _ in 0..<2 {
      let buckets = try cursor.count(ofAtLeast: isFloat ? 8 : 1)
      if isFloat {
        try cursor.skip(buckets * 8)
      } else {
        for _ in 0..<buckets { _ = try cursor.varint() }
      }
    }
    if schema == customBucketsSchema {
      try cursor.skip(try cursor.count(ofAtLeast: 8) * 8)
    }
  }
}

/// The schema of histograms whose bucket bounds are listed (Prometheus: model/histogram/generic.go).
let customBucketsSchema: Int64 = -53
