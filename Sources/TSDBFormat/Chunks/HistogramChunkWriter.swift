/// Packs native histograms as `HistogramChunk.swift` and `FloatHistogramChunk.swift` unpack them
/// (Prometheus: tsdb/chunkenc/histogram.go, float_histogram.go and their `_st` kin).
///
/// The histograms of a chunk have the same layout; a stale one has none, and only stale ones follow it.
enum HistogramChunkWriter {
  /// Appends the data of a chunk of the histograms in `range` of `samples`, 127 at most.
  static func write(
    _ samples: SampleBatch, _ range: Range<Int>, counterReset: Histogram.CounterReset,
    keepsStartTimes: Bool, to output: inout ByteBuffer
  ) {
    let startTimes = keepsStartTimes ? range.map { samples.startTime(at: $0) } : []
    var starts = StartTimestampWriter(startTimes)
    let reset = bits(of: counterReset)
    if keepsStartTimes {
      output.append(bigEndian: UInt16(reset) &<< 14 | UInt16(range.count) & 0x3fff)
      output.append(starts.header.rawValue)
    } else {
      output.append(bigEndian: UInt16(range.count))
      output.append(reset &<< 6)
    }
    var state = HistogramState()
    var bits = BitBuffer()
    var previous: Int64 = 0
    for (place, index) in range.enumerated() {
      let time = samples.times[index]
      guard case .histogram(let histogram) = samples.value(at: index) else { continue }
      if place == 0 {
        writeLayout(histogram, to: &bits)
        state.writeFirst(histogram, time: time, to: &bits)
      } else {
        state.writeNext(histogram, time: time, to: &bits)
      }
      if keepsStartTimes {
        starts.write(startTimes[place], sample: place, time: time, previous: previous, to: &bits)
      }
      previous = time
    }
    bits.write(to: &output)
  }

  private static func bits(of counterReset: Histogram.CounterReset) -> UInt8 {
    switch counterReset {
    case .unknown: 0b00
    case .notReset: 0b01
    case .reset: 0b10
    case .gauge: 0b11
    }
  }

  /// What `HistogramLayout` reads.
  private static func writeLayout(_ histogram: Histogram, to bits: inout BitBuffer) {
    let threshold = histogram.zeroThreshold
    let exponent = threshold > 0 && threshold.isFinite ? Int(threshold.exponent) &+ 244 : 0
    if threshold.bitPattern == 0 {
      bits.put(0, 8)
    } else if threshold > 0, threshold.isNormal, threshold.significand == 1,
      (1...254).contains(exponent)
    {
      bits.put(UInt64(exponent), 8)
    } else {
      bits.put(255, 8)
      bits.put(threshold.bitPattern, 64)
    }
    bits.put(varbitInt: Int64(histogram.schema))
    for spans in [histogram.positiveSpans, histogram.negativeSpans] {
      bits.put(varbitUInt: UInt64(spans.count))
      for span in spans {
        bits.put(varbitUInt: UInt64(span.length))
        bits.put(varbitInt: Int64(span.offset))
      }
    }
    guard histogram.schema == Histogram.customBucketsSchema else { return }
    bits.put(varbitUInt: UInt64(histogram.customBounds.count))
    for bound in histogram.customBounds { write(bound: bound, to: &bits) }
  }

  /// Thousandths up to 33554.430 are stored as such (`putCustomBound`).
  private static func write(bound: Double, to bits: inout BitBuffer) {
    let thousandths = (bound * 1000).rounded(.toNearestOrAwayFromZero)
    if thousandths >= 0, thousandths <= 33_554_430, bound.sign == .plus,
      thousandths / 1000 == bound
    {
      bits.put(varbitUInt: UInt64(clamping: thousandths) &+ 1)
    } else {
      bits.put(false)
      bits.put(bound.bitPattern, 64)
    }
  }
}

/// The histogram last written, and what the next differs from.
private struct HistogramState {
  private var time: Int64 = 0
  private var step: Int64 = 0
  private var sum = XORValueWriter(0)
  /// Of integers: count and zero count, then all buckets, and how much each has grown last.
  private var numbers: [Int64] = []
  private var growth: [Int64] = []
  /// Of floats: count and zero count, then all buckets.
  private var floats: [XORValueWriter] = []

  mutating func writeFirst(_ histogram: Histogram, time: Int64, to bits: inout BitBuffer) {
    self.time = time
    sum = XORValueWriter(histogram.sum.bitPattern)
    bits.put(varbitInt: time)
    switch histogram.counts {
    case .integer(let count, let zeroCount, let positive, let negative):
      bits.put(varbitUInt: count)
      bits.put(varbitUInt: zeroCount)
      bits.put(histogram.sum.bitPattern, 64)
      numbers = [Int64(bitPattern: count), Int64(bitPattern: zeroCount)] + positive + negative
      growth = [Int64](repeating: 0, count: numbers.count)
      for bucket in numbers.dropFirst(2) { bits.put(varbitInt: bucket) }
    case .float(let count, let zeroCount, let positive, let negative):
      bits.put(count.bitPattern, 64)
      bits.put(zeroCount.bitPattern, 64)
      bits.put(histogram.sum.bitPattern, 64)
      floats = ([count, zeroCount] + positive + negative).map { XORValueWriter($0.bitPattern) }
      for bucket in floats.dropFirst(2) { bits.put(bucket.bits, 64) }
    }
  }

  mutating func writeNext(_ histogram: Histogram, time: Int64, to bits: inout BitBuffer) {
    let next = time &- self.time
    bits.put(varbitInt: next &- step)
    step = next
    self.time = time
    let isStale = histogram.isStale
    switch histogram.counts {
    case .integer(let count, let zeroCount, let positive, let negative):
      let new = [Int64(bitPattern: count), Int64(bitPattern: zeroCount)] + positive + negative
      for place in 0..<2 { isStale ? bits.put(false) : write(new[place], at: place, to: &bits) }
      sum.write(histogram.sum.bitPattern, to: &bits)
      if isStale { return }
      for place in new.indices.dropFirst(2) { write(new[place], at: place, to: &bits) }
    case .float(let count, let zeroCount, let positive, let negative):
      let new = ([count, zeroCount] + positive + negative).map(\.bitPattern)
      for place in 0..<2 {
        if isStale { bits.put(false) } else { floats[place].write(new[place], to: &bits) }
      }
      sum.write(histogram.sum.bitPattern, to: &bits)
      if isStale { return }
      for place in new.indices.dropFirst(2) { floats[place].write(new[place], to: &bits) }
    }
  }

  private mutating func write(_ number: Int64, at place: Int, to bits: inout BitBuffer) {
    let grown = number &- numbers[place]
    bits.put(varbitInt: grown &- growth[place])
    growth[place] = grown
    numbers[place] = number
  }
}
