/// Writes the start timestamps of a chunk, sample after sample: the other direction of
/// `StartTimestampReader` (Prometheus: tsdb/chunkenc/st.go).
///
/// All samples are known before the first is written, so the header is too.
struct StartTimestampWriter: Sendable {
  /// The byte of the header.
  let header: StartTimestamps
  private var distance: Int64 = 0

  /// For samples with these start times, 127 at most.
  init(_ startTimes: some RandomAccessCollection<Int64>) {
    var change = 0
    for (index, (before, next)) in zip(startTimes, startTimes.dropFirst()).enumerated()
    where before != next {
      change = index &+ 1
      break
    }
    let isKnown = (startTimes.first ?? 0) != 0
    header = StartTimestamps(
      rawValue: UInt8(truncatingIfNeeded: change) & 0x7f | (isKnown ? 0x80 : 0))
  }

  /// Writes that of the sample with this index; `previous` is the time of the one before.
  mutating func write(
    _ startTime: Int64, sample index: Int, time: Int64, previous: Int64,
    to output: inout BitBuffer
  ) {
    if index == 0 {
      if header.firstIsKnown { output.put(varint: time &- startTime) }
    } else if header.firstChange > 0, index >= header.firstChange {
      let next = previous &- startTime
      output.put(varbitInt: index == header.firstChange ? next : next &- distance)
      distance = next
    }
  }
}
