/// The fields of the samples of histogram chunks: what all share, then times, counts and buckets
/// (Prometheus: tsdb/chunkenc/histogram.go, float_histogram.go, histogram_meta.go).
extension Annotation {
  mutating func histogramSamples(
    _ count: Int, _ reader: inout BitFields, isFloat: Bool, _ startTimes: StartTimestampReader
  ) throws(DecodeError) {
    let buckets = try layout(&reader)
    var startTimes = startTimes
    var clock = SampleClock()
    var values = HistogramFields(isFloat: isFloat, buckets: buckets)
    for index in 0..<count where !isFull {
      begin("sample \(index)")
      let previous = clock.time
      let found = try reader.cursor.varbitInt()
      switch index {
      case 0: clock.time = found
      case 1: clock.advance(found)
      default: clock.accelerate(found)
      }
      let names = ["time", "delta", "delta of delta"]
      leaf(
        names[min(index, 2)], upToBit: reader.position,
        index == 0 ? .time(found) : .timeDelta(found, clock.time))
      try values.next(&reader, sample: index, &self)
      try startTime(&startTimes, &reader, sample: index, clock.time, previous: previous)
      end(.sample(ref: nil, time: clock.time, bits: nil))
    }
  }

  /// What all histograms share; gives how many buckets each has.
  private mutating func layout(_ reader: inout BitFields) throws(DecodeError) -> Int {
    begin("layout")
    let width = try reader.cursor.bits(8)
    if width == 255 {
      leaf("zero threshold", upToBit: reader.position, .code(width, "a float follows"))
      let bits = try reader.cursor.bits(64)
      leaf("zero threshold", upToBit: reader.position, .float(bits))
    } else {
      // 0 is none; else a power of two (histogram_meta.go, `readZeroThreshold`).
      let meaning = width == 0 ? "0" : "2^\(Int(truncatingIfNeeded: width) &- 244)"
      leaf("zero threshold", upToBit: reader.position, .code(width, meaning))
    }
    let schema = try reader.cursor.varbitInt()
    leaf("schema", upToBit: reader.position, .signed(schema))
    guard
      schema == Int64(Histogram.customBucketsSchema)
        || HistogramLayout.exponentialSchemas.contains(schema)
    else {
      throw reader.cursor.failure(
        .outOfRange(found: schema, allowed: HistogramLayout.exponentialSchemas))
    }
    let positive = try spans("positive spans", &reader)
    let negative = try spans("negative spans", &reader)
    if schema == Int64(Histogram.customBucketsSchema) { try bounds(&reader) }
    end()
    return positive &+ negative
  }

  private mutating func spans(
    _ name: String, _ reader: inout BitFields
  ) throws(DecodeError) -> Int {
    begin(name)
    let count = try number("count", &reader)
    var buckets = 0
    for _ in 0..<count {
      let length = try number("length", &reader)
      let offset = try reader.cursor.varbitInt()
      leaf("offset", upToBit: reader.position, .signed(offset))
      guard length <= reader.cursor.remainingBits &- buckets else {
        throw reader.cursor.failure(
          .outOfRange(
            found: Int64(length),
            allowed: 0...Int64(max(reader.cursor.remainingBits &- buckets, 0))))
      }
      buckets &+= length
    }
    end()
    return buckets
  }

  private mutating func bounds(_ reader: inout BitFields) throws(DecodeError) {
    begin("custom bounds")
    let count = try number("count", &reader)
    for _ in 0..<count {
      let found = try reader.cursor.varbitUInt()
      if found == 0 {
        leaf("bound", upToBit: reader.position, .code(0, "a float follows"))
        let bits = try reader.cursor.bits(64)
        leaf("bound", upToBit: reader.position, .float(bits))
      } else {
        // Thousandths, counted from 1 (histogram_meta.go, `putCustomBound`).
        let bound = Double(found &- 1) / 1000
        leaf("bound", upToBit: reader.position, .float(bound.bitPattern))
      }
    }
    end()
  }

  /// A count of things that take a bit each, at least.
  private mutating func number(
    _ name: String, _ reader: inout BitFields
  ) throws(DecodeError) -> Int {
    let found = try reader.cursor.varbitUInt()
    leaf(name, upToBit: reader.position, .unsigned(found))
    let room = reader.cursor.remainingBits
    guard found <= UInt64(room) else {
      throw reader.cursor.failure(
        .outOfRange(found: Int64(clamping: found), allowed: 0...Int64(room)))
    }
    return Int(truncatingIfNeeded: found)
  }
}

/// Counts, sum and buckets of one histogram after another.
private struct HistogramFields {
  private let isFloat: Bool
  private let buckets: Int
  private var sum = XORValue()
  private var count = XORValue()
  private var zeroCount = XORValue()
  private var values: [XORValue] = []

  init(isFloat: Bool, buckets: Int) {
    self.isFloat = isFloat
    self.buckets = buckets
  }

  mutating func next(
    _ reader: inout BitFields, sample index: Int, _ annotation: inout Annotation
  ) throws(DecodeError) {
    if isFloat {
      try nextFloat(&reader, sample: index, &annotation)
    } else {
      try nextInteger(&reader, sample: index, &annotation)
    }
  }

  /// Whole numbers: the first as they are, the second as differences, from then on differences of
  /// differences. A stale histogram ends at its sum, unless it is the first.
  private mutating func nextInteger(
    _ reader: inout BitFields, sample index: Int, _ annotation: inout Annotation
  ) throws(DecodeError) {
    for name in ["count", "zero count"] {
      if index == 0 {
        let found = try reader.cursor.varbitUInt()
        annotation.leaf(name, upToBit: reader.position, .unsigned(found))
      } else {
        let found = try reader.cursor.varbitInt()
        annotation.leaf(Self.named(name, index), upToBit: reader.position, .signed(found))
      }
    }
    try float("sum", &sum, &reader, sample: index, &annotation)
    guard index == 0 || !sum.isStale else { return }
    annotation.begin("buckets")
    for _ in 0..<buckets {
      let found = try reader.cursor.varbitInt()
      annotation.leaf(Self.named("bucket", index), upToBit: reader.position, .signed(found))
    }
    annotation.end()
  }

  private static func named(_ name: String, _ index: Int) -> String {
    index == 0 ? name : index == 1 ? "\(name) delta" : "\(name) delta of delta"
  }

  private mutating func nextFloat(
    _ reader: inout BitFields, sample index: Int, _ annotation: inout Annotation
  ) throws(DecodeError) {
    try float("count", &count, &reader, sample: index, &annotation)
    try float("zero count", &zeroCount, &reader, sample: index, &annotation)
    try float("sum", &sum, &reader, sample: index, &annotation)
    if index == 0 {
      guard buckets <= reader.cursor.remainingBits / 64 else {
        throw reader.cursor.failure(
          .truncated(needed: buckets &* 8, available: reader.cursor.remainingBits / 8))
      }
      values = [XORValue](repeating: XORValue(), count: buckets)
    } else if sum.isStale {
      return
    }
    annotation.begin("buckets")
    for bucket in values.indices {
      try float("bucket", &values[bucket], &reader, sample: index, &annotation)
    }
    annotation.end()
  }

  private func float(
    _ name: String, _ value: inout XORValue, _ reader: inout BitFields, sample index: Int,
    _ annotation: inout Annotation
  ) throws(DecodeError) {
    guard index > 0 else {
      value.bits = try reader.cursor.bits(64)
      annotation.leaf(name, upToBit: reader.position, .float(value.bits))
      return
    }
    try annotation.xorValue(name, &reader, &value)
  }
}
