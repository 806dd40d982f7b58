/// Decodes chunks of integer histograms, encodings 2 and 5 (Prometheus: tsdb/chunkenc/histogram.go,
/// histogram_st.go).
///
///     layout | sample 0 | sample 1 …
///     sample 0:   time varbit | count varbit | zero count varbit | sum f64 | buckets varbit …
///     others:     time, count, zero count varbit | sum as in `XORValue` | buckets varbit …
///     encoding 5: | start timestamp
///
/// From sample 1 on, the varbit numbers are the change of the difference to the sample before, which
/// was 0 before sample 0. Buckets are themselves the difference to the bucket before. A stale
/// histogram, unless it is the first, ends at its sum. All of it wraps at 64 bits, as with the server.
extension SampleBatch {
  /// Appends the samples that `header` claims, at least one.
  mutating func decodeHistograms(
    _ cursor: inout BitCursor, _ header: ChunkHeader
  ) throws(DecodeError) {
    let layout = try HistogramLayout(from: &cursor)
    var starts = StartTimestampReader(header.startTimestamps ?? StartTimestamps(rawValue: 0))
    var state = IntegerHistogram(layout)
    for index in 0..<header.sampleCount {
      let previous = state.time.value
      if index == 0 {
        try state.first(&cursor)
        try starts.first(&cursor, time: state.time.value)
      } else {
        try state.next(&cursor)
        try starts.next(&cursor, sample: index, previous: previous)
      }
      let histogram =
        state.sum.isStale
        ? HistogramLayout.stale(
          state.sum, .integer(count: 0, zeroCount: 0, positive: [], negative: []))
        : layout.histogram(
          HistogramLayout.counterReset(header, sample: index), sum: state.sum, state.counts)
      append(time: state.time.value, startTime: starts.current, histogram: histogram)
    }
  }
}

/// A number of which the change of its difference to the number before is stored.
private struct DeltaOfDelta {
  var value: Int64 = 0
  private var difference: Int64 = 0

  mutating func next(_ cursor: inout BitCursor) throws(DecodeError) {
    difference &+= try cursor.varbitInt()
    value &+= difference
  }
}

/// The histogram last read, and what the next differs from.
private struct IntegerHistogram {
  private(set) var time = DeltaOfDelta()
  private var count = DeltaOfDelta()
  private var zeroCount = DeltaOfDelta()
  private(set) var sum = XORValue()
  private var positive: [Int64]
  private var negative: [Int64]
  private var differences: [Int64]

  /// The layout has bounded the buckets by the bits that are left.
  init(_ layout: HistogramLayout) {
    positive = [Int64](repeating: 0, count: layout.positiveBuckets)
    negative = [Int64](repeating: 0, count: layout.negativeBuckets)
    differences = [Int64](repeating: 0, count: layout.bucketCount)
  }

  /// The arrays are shared with the batch until the next histogram changes them.
  var counts: Histogram.Counts {
    .integer(
      count: UInt64(bitPattern: count.value), zeroCount: UInt64(bitPattern: zeroCount.value),
      positive: positive, negative: negative)
  }

  mutating func first(_ cursor: inout BitCursor) throws(DecodeError) {
    time.value = try cursor.varbitInt()
    count.value = Int64(bitPattern: try cursor.varbitUInt())
    zeroCount.value = Int64(bitPattern: try cursor.varbitUInt())
    sum.bits = try cursor.bits(64)
    for bucket in positive.indices { positive[bucket] = try cursor.varbitInt() }
    for bucket in negative.indices { negative[bucket] = try cursor.varbitInt() }
  }

  mutating func next(_ cursor: inout BitCursor) throws(DecodeError) {
    try time.next(&cursor)
    try count.next(&cursor)
    try zeroCount.next(&cursor)
    try sum.next(&cursor)
    if sum.isStale { return }
    for bucket in differences.indices {
      differences[bucket] &+= try cursor.varbitInt()
    }
    // Nothing is copied for histograms whose buckets are those of the one before.
    for bucket in positive.indices where differences[bucket] != 0 {
      positive[bucket] &+= differences[bucket]
    }
    for bucket in negative.indices where differences[positive.count &+ bucket] != 0 {
      negative[bucket] &+= differences[positive.count &+ bucket]
    }
  }
}
