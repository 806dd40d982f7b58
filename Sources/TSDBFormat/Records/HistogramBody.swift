/// A native histogram as records of the log and chunk snapshots write it.
///
///     body: hint uint8 | schema varint | zeroThreshold f64 | zeroCount | count | sum f64
///           | positive spans | negative spans | positive buckets | negative buckets
///           | custom bounds, with schema -53 only
///     spans: n uvarint × (offset varint, length uvarint); bounds: n uvarint × f64
///
/// Counts are uvarints and buckets varints in integer histograms; all are f64 in float ones
/// (Prometheus: tsdb/record/record.go, `DecodeHistogram`, `DecodeFloatHistogram`). Schemas that no
/// server knows are kept, and so are buckets that do not fit the spans.
extension Histogram {
  /// Decodes the whole of `body`, which stands at `inner` of the decompressed record at `offset`.
  public init(
    body: RawSpan, isFloat: Bool, at offset: Int, inner: Int = 0
  ) throws(DecodeError) {
    let section: Section = isFloat ? .floatHistogramSamplesRecord : .histogramSamplesRecord
    var cursor = ByteCursor(body, ofRecordAt: offset, from: inner, in: section)
    self = try Histogram(decoding: &cursor, isFloat: isFloat)
    guard cursor.isAtEnd else { throw cursor.failure(.trailingBytes(count: cursor.remaining)) }
  }

  /// Decodes one body; the cursor then stands behind it.
  init(decoding cursor: inout ByteCursor, isFloat: Bool) throws(DecodeError) {
    // A hint that is none of the four says nothing to a server either.
    let hint = CounterReset(rawValue: try cursor.uint8()) ?? .unknown
    let schema = Int32(truncatingIfNeeded: try cursor.varint())
    let zeroThreshold = try cursor.float64()
    let (zeroBits, countBits) = try cursor.totals(isFloat: isFloat)
    let sum = try cursor.float64()
    let positiveSpans = try cursor.spans()
    let negativeSpans = try cursor.spans()
    let counts: Counts
    if isFloat {
      let positive = try cursor.floatBuckets()
      counts = .float(
        count: Double(bitPattern: countBits), zeroCount: Double(bitPattern: zeroBits),
        positive: positive, negative: try cursor.floatBuckets())
    } else {
      let positive = try cursor.deltas()
      counts = .integer(
        count: countBits, zeroCount: zeroBits, positive: positive, negative: try cursor.deltas())
    }
    let bounds = schema == Self.customBucketsSchema ? try cursor.floatBuckets() : []
    self.init(
      schema: schema, counterReset: hint, zeroThreshold: zeroThreshold, sum: sum,
      positiveSpans: positiveSpans, negativeSpans: negativeSpans, customBounds: bounds,
      counts: counts)
  }

  /// Steps over one body, and checks all that `init(decoding:isFloat:)` checks.
  static func skip(_ cursor: inout ByteCursor, isFloat: Bool) throws(DecodeError) {
    try cursor.skip(1)
    let schema = Int32(truncatingIfNeeded: try cursor.varint())
    try cursor.skip(8)
    _ = try cursor.totals(isFloat: isFloat)
    try cursor.skip(8)
    for _ in 0..<2 {
      let spans = try cursor.count(ofAtLeast: 2)
      for _ in 0..<spans {
        _ = try cursor.varint()
        _ = try cursor.uvarint()
      }
    }
    for _ in 0..<2 {
      let buckets = try cursor.bucketCount(isFloat: isFloat)
      if isFloat {
        try cursor.skip(buckets * 8)
      } else {
        for _ in 0..<buckets { _ = try cursor.varint() }
      }
    }
    if schema == customBucketsSchema { try cursor.skip(try cursor.bucketCount(isFloat: true) * 8) }
  }
}

extension ByteCursor {
  /// Memory that is asked for before the things counted are seen; more comes as they come.
  private static let firstCapacity = 256

  /// Count in the zero bucket, and count of all: whole numbers, or the bits of floats.
  fileprivate mutating func totals(isFloat: Bool) throws(DecodeError) -> (UInt64, UInt64) {
    if isFloat {
      let zero = try uint64()
      return (zero, try uint64())
    }
    let zero = try uvarint()
    return (zero, try uvarint())
  }

  /// Numbers of more than 32 bits are cut, as Go's conversions cut them.
  fileprivate mutating func spans() throws(DecodeError) -> [Histogram.Span] {
    let count = try count(ofAtLeast: 2)
    var spans: [Histogram.Span] = []
    spans.reserveCapacity(min(count, Self.firstCapacity))
    for _ in 0..<count {
      let offset = Int32(truncatingIfNeeded: try varint())
      spans.append(.init(offset: offset, length: UInt32(truncatingIfNeeded: try uvarint())))
    }
    return spans
  }

  fileprivate mutating func deltas() throws(DecodeError) -> [Int64] {
    let count = try bucketCount(isFloat: false)
    var deltas: [Int64] = []
    deltas.reserveCapacity(min(count, Self.firstCapacity))
    for _ in 0..<count { deltas.append(try varint()) }
    return deltas
  }

  /// How many buckets follow: no more than a histogram can have.
  fileprivate mutating func bucketCount(isFloat: Bool) throws(DecodeError) -> Int {
    let start = offset
    let count = try count(ofAtLeast: isFloat ? 8 : 1)
    guard count <= Histogram.mostBuckets else {
      throw failure(
        .tooLarge(found: count, limit: Histogram.mostBuckets, unit: "buckets"), at: start)
    }
    return count
  }

  fileprivate mutating func floatBuckets() throws(DecodeError) -> [Double] {
    let count = try bucketCount(isFloat: true)
    var floats: [Double] = []
    floats.reserveCapacity(count)
    for _ in 0..<count { floats.append(try float64()) }
    return floats
  }
}
