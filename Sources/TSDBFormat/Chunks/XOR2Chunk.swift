/// Decodes chunks of floats of encoding 4, which may carry start timestamps
/// (Prometheus: tsdb/chunkenc/xor2.go).
///
///     sample 0:   time varint | value f64 | if known, start timestamp varint
///     sample 1:   difference to the time before, uvarint | value | start timestamp
///     others:     0                          time as expected, value the same
///                 10 (0: window | 1: new window)        time as expected, value another
///                 110 (13 bits) or 1110 (20 bits) or 11110 (64 bits): change of the difference | value
///                 11111                      time as expected, stale marker
///                 | start timestamp
///     value:      0: the same | 10: window | 110: new window | 111: stale marker
///
/// The stale marker is not what later values differ from. Start timestamps: see
/// `StartTimestampReader`. Times wrap at 64 bits, as the server's do.
extension SampleBatch {
  /// Appends the samples that `header` claims, at least one.
  mutating func decodeXOR2(
    _ cursor: inout BitCursor, _ header: ChunkHeader
  ) throws(DecodeError) {
    var starts = StartTimestampReader(header.startTimestamps ?? StartTimestamps(rawValue: 0))
    var samples = XOR2Samples(time: try cursor.varint(), bits: try cursor.bits(64))
    try starts.first(&cursor, time: samples.time)
    append(time: samples.time, startTime: starts.current, bits: samples.bits)
    // Memory for what the bits that are left can hold: a sample takes one at least.
    reserve(min(header.sampleCount &- 1, cursor.remainingBits))
    for index in 1..<max(header.sampleCount, 1) {
      let previous = samples.time
      if index == 1 {
        try samples.second(&cursor)
      } else {
        try samples.next(&cursor)
      }
      if starts.changes { try starts.next(&cursor, sample: index, previous: previous) }
      append(time: samples.time, startTime: starts.current, bits: samples.bits)
    }
  }
}

/// The time and value of the sample last read, and what the next differs from.
private struct XOR2Samples {
  private(set) var time: Int64
  private var difference: Int64 = 0
  /// The last value that is no stale marker; 0 if there is none yet.
  private var base: UInt64
  private var significant = SignificantBits()
  private(set) var bits: UInt64

  init(time: Int64, bits: UInt64) {
    self.time = time
    self.bits = bits
    base = bits == StaleMarker.bits ? 0 : bits
  }

  mutating func second(_ cursor: inout BitCursor) throws(DecodeError) {
    difference = Int64(bitPattern: try cursor.uvarint())
    time &+= difference
    try value(&cursor)
  }

  mutating func next(_ cursor: inout BitCursor) throws(DecodeError) {
    let ones = min((~cursor.window).leadingZeroBitCount, 5)
    try cursor.skip(min(ones &+ 1, 5))
    switch ones {
    case 0:
      time &+= difference
      bits = base
    case 1:
      time &+= difference
      if try cursor.bit() { significant = try SignificantBits(from: &cursor) }
      try change(&cursor)
    case 2: try change(&cursor, of: 13)
    case 3: try change(&cursor, of: 20)
    case 4: try change(&cursor, of: 64)
    default:
      time &+= difference
      bits = StaleMarker.bits
    }
  }

  /// Reads a change of the difference between times, of `width` bits in two's complement, and a value.
  private mutating func change(
    _ cursor: inout BitCursor, of width: Int
  ) throws(DecodeError) {
    let unused = UInt64(64 &- width)
    let found = try cursor.bits(width) &<< unused
    difference &+= Int64(bitPattern: found) &>> Int64(bitPattern: unused)
    time &+= difference
    try value(&cursor)
  }

  private mutating func value(_ cursor: inout BitCursor) throws(DecodeError) {
    let ones = min((~cursor.window).leadingZeroBitCount, 3)
    try cursor.skip(min(ones &+ 1, 3))
    switch ones {
    case 0: bits = base
    case 1: try change(&cursor)
    case 2:
      significant = try SignificantBits(from: &cursor)
      try change(&cursor)
    default: bits = StaleMarker.bits
    }
  }

  private mutating func change(_ cursor: inout BitCursor) throws(DecodeError) {
    base ^= try significant.difference(&cursor)
    bits = base
  }
}
