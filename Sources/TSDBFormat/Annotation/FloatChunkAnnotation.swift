/// The fields of the samples of XOR and XOR2 chunks (Prometheus: tsdb/chunkenc/xor.go, xor2.go).
///
///     sample 0:  time varint | value 64
///     sample 1:  delta uvarint | value
///     sample 2…: delta of delta | value
extension Annotation {
  mutating func xorSamples(_ count: Int, _ reader: inout BitFields) throws(DecodeError) {
    var clock = SampleClock()
    var value = XORValue()
    for index in 0..<count where !isFull {
      begin("sample \(index)")
      switch index {
      case 0: try firstSample(&reader, &clock, &value)
      case 1:
        try secondTime(&reader, &clock)
        try xorValue("value", &reader, &value)
      default:
        try deltaOfDelta(&reader, &clock)
        try xorValue("value", &reader, &value)
      }
      end(.sample(ref: nil, time: clock.time, bits: value.bits))
    }
  }

  private mutating func firstSample(
    _ reader: inout BitFields, _ clock: inout SampleClock, _ value: inout XORValue
  ) throws(DecodeError) {
    clock.time = try reader.cursor.varint()
    leaf("time", upToBit: reader.position, .time(clock.time))
    value.bits = try reader.cursor.bits(64)
    leaf("value", upToBit: reader.position, .float(value.bits))
  }

  private mutating func secondTime(
    _ reader: inout BitFields, _ clock: inout SampleClock
  ) throws(DecodeError) {
    let delta = Int64(bitPattern: try reader.cursor.uvarint())
    clock.advance(delta)
    leaf("delta", upToBit: reader.position, .timeDelta(delta, clock.time))
  }

  /// 0: none | 10: 14 bits | 110: 17 | 1110: 20 | 1111: 64. The most negative number of each width
  /// is a positive one.
  private mutating func deltaOfDelta(
    _ reader: inout BitFields, _ clock: inout SampleClock
  ) throws(DecodeError) {
    let width = [0, 14, 17, 20, 64][try reader.ones(upTo: 4)]
    var found = Int64(bitPattern: try reader.cursor.bits(width))
    if width > 0, width < 64, found > 1 << Int64(width &- 1) { found &-= 1 << Int64(width) }
    clock.accelerate(found)
    leaf("delta of delta", upToBit: reader.position, .timeDelta(found, clock.time))
  }

  mutating func xor2Samples(
    _ count: Int, _ reader: inout BitFields, _ startTimes: StartTimestampReader
  ) throws(DecodeError) {
    var clock = SampleClock()
    // Values differ from the last one that was no stale marker; the first may be one, and then
    // counts as 0.
    var baseline = XORValue()
    var startTimes = startTimes
    for index in 0..<count where !isFull {
      begin("sample \(index)")
      let previous = clock.time
      var value: UInt64
      switch index {
      case 0:
        try firstSample(&reader, &clock, &baseline)
        value = baseline.bits
        if baseline.isStale { baseline.bits = 0 }
      case 1:
        try secondTime(&reader, &clock)
        value = try xor2Value(&reader, &baseline)
      default: value = try xor2Sample(&reader, &clock, &baseline)
      }
      try startTime(&startTimes, &reader, sample: index, clock.time, previous: previous)
      end(.sample(ref: nil, time: clock.time, bits: value))
    }
  }

  /// 0: all as before | 10: same delta, another value | 110: 13 bits of delta of delta, value
  /// | 1110: 20 bits | 11110: 64 bits | 11111: same delta, stale
  private mutating func xor2Sample(
    _ reader: inout BitFields, _ clock: inout SampleClock, _ baseline: inout XORValue
  ) throws(DecodeError) -> UInt64 {
    let control = try reader.ones(upTo: 5)
    let meanings = [
      "same delta, same value", "same delta", "13 bits of delta of delta",
      "20 bits of delta of delta", "64 bits of delta of delta", "same delta, stale",
    ]
    leaf("control", upToBit: reader.position, .code(UInt64(control), meanings[control]))
    let width = [0, 0, 13, 20, 64, 0][control]
    var found = Int64(bitPattern: try reader.cursor.bits(width))
    if width > 0, width < 64, found >= 1 << Int64(width &- 1) { found &-= 1 << Int64(width) }
    clock.accelerate(found)
    if width > 0 {
      leaf("delta of delta", upToBit: reader.position, .timeDelta(found, clock.time))
    }
    switch control {
    case 0: return baseline.bits
    case 1:
      begin("value")
      let isNew = try reader.cursor.bits(1) == 1
      leaf(isNew ? "new window" : "window as before", upToBit: reader.position)
      if isNew { try newWindow(&reader, &baseline) } else { try window(&reader, &baseline) }
      end(.float(baseline.bits))
      return baseline.bits
    case 5: return StaleMarker.bits
    default: return try xor2Value(&reader, &baseline)
    }
  }

  /// 0: same | 10: window as before | 110: new window | 111: stale
  private mutating func xor2Value(
    _ reader: inout BitFields, _ baseline: inout XORValue
  ) throws(DecodeError) -> UInt64 {
    begin("value")
    var bits: UInt64?
    switch try reader.ones(upTo: 3) {
    case 0: leaf("same as before", upToBit: reader.position)
    case 1:
      leaf("window as before", upToBit: reader.position)
      try window(&reader, &baseline)
    case 2:
      leaf("new window", upToBit: reader.position)
      try newWindow(&reader, &baseline)
    default:
      leaf("stale", upToBit: reader.position)
      bits = StaleMarker.bits
    }
    end(.float(bits ?? baseline.bits))
    return bits ?? baseline.bits
  }
}

/// The time of the sample under way, and how far it is from the one before.
struct SampleClock {
  /// Milliseconds since 1970.
  var time: Int64 = 0
  private var delta: Int64 = 0

  /// The next sample is `delta` later.
  mutating func advance(_ delta: Int64) {
    self.delta = delta
    time &+= delta
  }

  /// The next sample is later by the last difference and `change`.
  mutating func accelerate(_ change: Int64) {
    advance(delta &+ change)
  }
}
