/// Decodes chunks of float histograms, encodings 3 and 6 (Prometheus:
/// tsdb/chunkenc/float_histogram.go, float_histogram_st.go).
///
///     layout | sample 0 | sample 1 …
///     sample 0:   time varbit | count, zero count, sum f64 | buckets f64 …
///     others:     time varbit | count, zero count, sum and buckets as in `XORValue`
///     encoding 6: | start timestamp
///
/// From sample 1 on, the time is the change of its difference to the one before, which was 0 before
/// sample 0. Buckets are absolute. A stale histogram, unless it is the first, ends at its sum.
extension SampleBatch {
  /// Appends the samples that `header` claims, at least one.
  mutating func decodeFloatHistograms(
    _ cursor: inout BitCursor, _ header: ChunkHeader
  ) throws(DecodeError) {
    let layout = try HistogramLayout(from: &cursor)
    var starts = StartTimestampReader(header.startTimestamps ?? StartTimestamps(rawValue: 0))
    var state = FloatHistogram()
    for index in 0..<header.sampleCount {
      let previous = state.time
      if index == 0 {
        try state.first(&cursor, layout)
        try starts.first(&cursor, time: state.time)
      } else {
        try state.next(&cursor)
        try starts.next(&cursor, sample: index, previous: previous)
      }
      let histogram =
        state.sum.isStale
        ? HistogramLayout.stale(
          state.sum, .float(count: 0, zeroCount: 0, positive: [], negative: []))
        : layout.histogram(
          HistogramLayout.counterReset(header, sample: index), sum: state.sum, state.counts)
      append(time: state.time, startTime: starts.current, histogram: histogram)
    }
  }
}

/// The histogram last read, and what the next differs from.
private struct FloatHistogram {
  private(set) var time: Int64 = 0
  private var difference: Int64 = 0
  private var count = XORValue()
  private var zeroCount = XORValue()
  private(set) var sum = XORValue()
  private var positive: [Double] = []
  private var negative: [Double] = []
  /// Of each bucket, which bits of a difference are stored; positive buckets first.
  private var significant: [SignificantBits] = []

  /// The arrays are shared with the batch until the next histogram changes them.
  var counts: Histogram.Counts {
    .float(
      count: Double(bitPattern: count.bits), zeroCount: Double(bitPattern: zeroCount.bits),
      positive: positive, negative: negative)
  }

  mutating func first(
    _ cursor: inout BitCursor, _ layout: HistogramLayout
  ) throws(DecodeError) {
    time = try cursor.varbitInt()
    count.bits = try cursor.bits(64)
    zeroCount.bits = try cursor.bits(64)
    sum.bits = try cursor.bits(64)
    guard layout.bucketCount <= cursor.remainingBits / 64 else {
      throw cursor.failure(
        .truncated(needed: layout.bucketCount &* 8, available: cursor.remainingBits / 8))
    }
    positive = [Double](repeating: 0, count: layout.positiveBuckets)
    negative = [Double](repeating: 0, count: layout.negativeBuckets)
    significant = [SignificantBits](repeating: SignificantBits(), count: layout.bucketCount)
    for bucket in positive.indices {
      positive[bucket] = Double(bitPattern: try cursor.bits(64))
    }
    for bucket in negative.indices {
      negative[bucket] = Double(bitPattern: try cursor.bits(64))
    }
  }

  mutating func next(_ cursor: inout BitCursor) throws(DecodeError) {
    difference &+= try cursor.varbitInt()
    time &+= difference
    try count.next(&cursor)
    try zeroCount.next(&cursor)
    try sum.next(&cursor)
    if sum.isStale { return }
    for bucket in positive.indices {
      try Self.next(&cursor, &positive, bucket, &significant[bucket])
    }
    let firstNegative = positive.count
    for bucket in negative.indices {
      try Self.next(&cursor, &negative, bucket, &significant[firstNegative &+ bucket])
    }
  }

  /// Nothing is copied for histograms whose buckets are those of the one before.
  private static func next(
    _ cursor: inout BitCursor, _ buckets: inout [Double], _ bucket: Int,
    _ significant: inout SignificantBits
  ) throws(DecodeError) {
    guard try cursor.bit() else { return }
    if try cursor.bit() { significant = try SignificantBits(from: &cursor) }
    let bits = try significant.difference(&cursor)
    buckets[bucket] = Double(bitPattern: buckets[bucket].bitPattern ^ bits)
  }
}
