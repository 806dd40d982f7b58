/// Samples packed into chunks, as a server would cut them.
///
/// Floats go into encoding 1, histograms into 2 and 3; where samples know when their counters were
/// started, into 4, 5 and 6, which servers before 3.11 and 3.14 cannot read.
public struct PackedChunk: Sendable {
  /// How the samples are packed.
  public let encoding: ChunkEncoding
  /// First and last sample, in milliseconds since 1970.
  public let range: TimeRange
  /// How many samples there are.
  public let sampleCount: Int
  /// The data, which begin with the sample count.
  public let data: ByteBuffer

  /// Samples of a full chunk, as servers have it (`DefaultSamplesPerChunk` in tsdb/head.go).
  static let sampleLimit = 120

  /// Packs all of `samples`, which are in the order of time and of different times. Gives the chunks in
  /// their order, and how many histograms were left out because their buckets do not fit their spans.
  ///
  /// With `keepsStartTimes` false, start times are left out, and every server can read the chunks.
  public static func pack(
    _ samples: SampleBatch, keepsStartTimes: Bool
  ) -> (chunks: [PackedChunk], leftOut: Int) {
    var chunks: [PackedChunk] = []
    var wanted = samples
    let isSound = samples.times.indices.map { index in
      guard case .histogram(let histogram) = samples.value(at: index) else { return true }
      return histogram.fitsItsSpans
    }
    if isSound.contains(false) {
      wanted = SampleBatch()
      for index in samples.times.indices where isSound[index] { wanted.append(samples, at: index) }
    }
    var start = 0
    while start < wanted.count {
      let (end, reset) = Self.end(ofChunkAt: start, wanted)
      chunks.append(
        PackedChunk(wanted, start..<end, reset, keepsStartTimes: keepsStartTimes))
      start = end
    }
    return (chunks, samples.count - wanted.count)
  }

  /// A chunk that is there already, as it is. Its samples are of the times `range`.
  public init(
    copying data: RawSpan, _ encoding: ChunkEncoding, range: TimeRange, sampleCount: Int
  ) {
    self.encoding = encoding
    self.range = range
    self.sampleCount = sampleCount
    var copy = ByteBuffer()
    copy.append(data)
    self.data = copy
  }

  private init(
    _ samples: SampleBatch, _ range: Range<Int>, _ reset: Histogram.CounterReset,
    keepsStartTimes: Bool
  ) {
    let keeps = keepsStartTimes && range.contains { samples.startTime(at: $0) != 0 }
    var data = ByteBuffer()
    switch samples.value(at: range.lowerBound) {
    case .float:
      encoding = keeps ? .xor2 : .xor
      if keeps {
        FloatChunkWriter.writeXOR2(samples, range, to: &data)
      } else {
        FloatChunkWriter.writeXOR(samples, range, to: &data)
      }
    case .histogram(let first):
      switch (first.isFloat, keeps) {
      case (false, false): encoding = .histogram
      case (true, false): encoding = .floatHistogram
      case (false, true): encoding = .histogramST
      case (true, true): encoding = .floatHistogramST
      }
      HistogramChunkWriter.write(
        samples, range, counterReset: reset, keepsStartTimes: keeps, to: &data)
    }
    self.range = TimeRange(
      minTime: samples.times[range.lowerBound], maxTime: samples.times[range.upperBound - 1])
    sampleCount = range.count
    self.data = data
  }

  /// Where the chunk ends that begins with sample `start`, and what its header says of a reset.
  private static func end(
    ofChunkAt start: Int, _ samples: SampleBatch
  ) -> (Int, Histogram.CounterReset) {
    let limit = min(start + sampleLimit, samples.count)
    var end = start + 1
    guard case .histogram(let first) = samples.value(at: start) else {
      while end < limit, !samples.isHistogram(at: end) { end += 1 }
      return (end, .unknown)
    }
    var previous = first
    while end < limit, case .histogram(let next) = samples.value(at: end),
      next.mayFollow(previous, inChunkOf: first)
    {
      previous = next
      end += 1
    }
    return (end, header(of: first, behind: start > 0 ? samples.value(at: start - 1) : nil))
  }

  /// A reset is noted where it is known; else a query finds out.
  private static func header(
    of first: Histogram, behind previous: SampleBatch.Value?
  ) -> Histogram.CounterReset {
    if first.isStale { return .unknown }
    if first.counterReset == .gauge || first.counterReset == .reset { return first.counterReset }
    guard case .histogram(let previous) = previous, previous.hasLayout(of: first),
      !previous.isStale
    else { return .unknown }
    return first.isReset(against: previous) ? .reset : .unknown
  }
}

extension Histogram {
  /// True where there are as many buckets as the spans say.
  var fitsItsSpans: Bool {
    let (positive, negative) =
      switch counts {
      case .integer(_, _, let positive, let negative): (positive.count, negative.count)
      case .float(_, _, let positive, let negative): (positive.count, negative.count)
      }
    return positiveSpans.bucketCount == positive && negativeSpans.bucketCount == negative
  }

  /// True if the buckets are those of `other`, to the bit.
  fileprivate func hasLayout(of other: Histogram) -> Bool {
    schema == other.schema && isFloat == other.isFloat
      && zeroThreshold.bitPattern == other.zeroThreshold.bitPattern
      && positiveSpans == other.positiveSpans && negativeSpans == other.negativeSpans
      && customBounds.map(\.bitPattern) == other.customBounds.map(\.bitPattern)
  }

  /// True where a server would go on with a chunk (`appendable` in tsdb/chunkenc/histogram.go), but
  /// for buckets that are new: those begin a chunk here.
  fileprivate func mayFollow(_ previous: Histogram, inChunkOf first: Histogram) -> Bool {
    guard isFloat == first.isFloat else { return false }
    if isStale { return true }
    guard !previous.isStale, hasLayout(of: first) else { return false }
    let isGauge = counterReset == .gauge
    guard isGauge == (first.counterReset == .gauge) else { return false }
    return isGauge || counterReset != .reset && !isReset(against: previous)
  }

  /// True if any count is smaller than that of `previous`, which has the same layout.
  fileprivate func isReset(against previous: Histogram) -> Bool {
    switch (counts, previous.counts) {
    case (
      .integer(let count, let zero, let positive, let negative),
      .integer(let oldCount, let oldZero, let oldPositive, let oldNegative)
    ):
      return count < oldCount || zero < oldZero || positive.isReset(against: oldPositive)
        || negative.isReset(against: oldNegative)
    case (
      .float(let count, let zero, let positive, let negative),
      .float(let oldCount, let oldZero, let oldPositive, let oldNegative)
    ):
      return count < oldCount || zero < oldZero || zip(positive, oldPositive).contains { $0 < $1 }
        || zip(negative, oldNegative).contains { $0 < $1 }
    default: return true
    }
  }
}

extension [Int64] {
  /// These are differences from bucket to bucket.
  fileprivate func isReset(against old: [Int64]) -> Bool {
    var (mine, theirs): (Int64, Int64) = (0, 0)
    for (next, before) in zip(self, old) {
      mine &+= next
      theirs &+= before
      if mine < theirs { return true }
    }
    return false
  }
}

extension [Histogram.Span] {
  /// All buckets; nil for more than there can be.
  fileprivate var bucketCount: Int {
    reduce(0) { $0 &+ Int($1.length) }
  }
}
