/// Decodes chunks of floats of encoding 1 (Prometheus: tsdb/chunkenc/xor.go).
///
///     sample 0:   time varint | value f64
///     sample 1:   difference to the time before, uvarint | value as in `XORValue`
///     others:     change of that difference | value as in `XORValue`
///     change:     0: none | 10: 14 bits | 110: 17 bits | 1110: 20 bits | 1111: 64 bits
///
/// Times wrap at 64 bits, as the server's do.
extension SampleBatch {
  /// Appends `count` samples, at least one.
  mutating func decodeXOR(
    _ cursor: inout BitCursor, _ count: Int
  ) throws(DecodeError) {
    var time = try cursor.varint()
    var value = XORValue()
    value.bits = try cursor.bits(64)
    append(time: time, bits: value.bits)
    guard count > 1 else { return }

    let difference = Int64(bitPattern: try cursor.uvarint())
    try value.next(&cursor)
    time &+= difference
    append(time: time, bits: value.bits)

    // Each takes two bits at least, so a claim of more than that is not worth memory.
    let room = min(count &- 2, cursor.remainingBits / 2 &+ 1)
    var samples = XORSamples(time: time, difference: difference, value: value)
    defer { fillUp() }
    try times.append(addingCapacity: room) { (times: inout OutputSpan<Int64>) throws(DecodeError) in
      try values.append(addingCapacity: room) {
        (values: inout OutputSpan<UInt64>) throws(DecodeError) in
        try samples.read(&cursor, count &- 2, into: &times, &values)
      }
    }
  }
}

/// The samples of a chunk from the third on.
private struct XORSamples {
  private var time: Int64
  private var difference: Int64
  private var bits: UInt64
  private var significant: SignificantBits

  init(time: Int64, difference: Int64, value: XORValue) {
    self.time = time
    self.difference = difference
    bits = value.bits
    significant = value.significant
  }

  /// Reads `count` samples into the columns from `filled` on, which moves with them.
  ///
  /// Nearly all samples fit into one window, so that one load and one comparison with the end read
  /// them; the window is so wide that both prefixes and what follows the first are always in it.
  mutating func read(
    _ source: inout BitCursor, _ count: Int, into times: inout OutputSpan<Int64>,
    _ values: inout OutputSpan<UInt64>
  ) throws(DecodeError) {
    var cursor = source
    for _ in 0..<count {
      var window = cursor.window
      var used = 1
      if window &>> 63 != 0 {
        used = change(window)
        if used == 0 {
          // A change of 64 bits.
          try cursor.skip(4)
          difference &+= Int64(bitPattern: try cursor.bits(64))
          window = cursor.window
        }
      }
      time &+= difference
      window = window &<< UInt64(used)

      if window &>> 63 == 0 {
        try cursor.skip(used &+ 1)
      } else {
        used &+= 2
        if window &>> 62 == 0b11 {
          let start = cursor.offset
          significant = SignificantBits(packed: (window &<< 2) &>> 53)
          guard significant.trailing >= 0 else {
            throw significant.failure(cursor, at: start)
          }
          used &+= 11
          window = window &<< 11
        }
        let wanted = significant.count
        if used &+ wanted <= BitCursor.windowWidth {
          let difference = (window &<< 2) &>> UInt64(64 &- wanted)
          bits ^= difference &<< UInt64(significant.trailing)
          try cursor.skip(used &+ wanted)
        } else {
          try cursor.skip(used)
          bits ^= try significant.difference(&cursor)
        }
      }
      times.append(time)
      values.append(bits)
    }
    source = cursor
  }

  /// Applies the change that stands at the begin of `window`; the bits it takes, or 0 if it does not
  /// fit into a window.
  private mutating func change(_ window: UInt64) -> Int {
    if window &>> 62 == 0b10 { return change(window, 2, 14) }
    if window &>> 61 == 0b110 { return change(window, 3, 17) }
    if window &>> 60 == 0b1110 { return change(window, 4, 20) }
    return 0
  }

  private mutating func change(_ window: UInt64, _ prefix: Int, _ width: Int) -> Int {
    let found = (window &<< UInt64(prefix)) &>> UInt64(64 &- width)
    // Of each width, the upper half less one is negative.
    let isNegative = found > 1 &<< UInt64(width &- 1)
    difference &+= Int64(bitPattern: isNegative ? found &- (1 &<< UInt64(width)) : found)
    return prefix &+ width
  }
}
