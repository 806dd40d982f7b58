/// Packs floats as `XORChunk.swift` and `XOR2Chunk.swift` unpack them (Prometheus:
/// tsdb/chunkenc/xor.go, xor2.go).
enum FloatChunkWriter {
  /// Appends the data of a chunk of encoding 1 with the samples in `range`, all of them floats;
  /// their start times are left out.
  static func writeXOR(
    _ samples: SampleBatch, _ range: Range<Int>, to output: inout ByteBuffer
  ) {
    output.append(bigEndian: UInt16(range.count))
    var bits = BitBuffer()
    var difference: Int64 = 0
    var value = XORValueWriter(0)
    for index in range {
      let time = samples.times[index]
      let next = samples.values[index]
      if index == range.lowerBound {
        bits.put(varint: time)
        bits.put(next, 64)
        value = XORValueWriter(next)
        continue
      }
      let step = time &- samples.times[index &- 1]
      if index == range.lowerBound &+ 1 {
        bits.put(uvarint: UInt64(bitPattern: step))
      } else {
        putXOR(change: step &- difference, to: &bits)
      }
      difference = step
      value.write(next, to: &bits)
    }
    bits.write(to: &output)
  }

  private static func putXOR(change: Int64, to bits: inout BitBuffer) {
    let raw = UInt64(bitPattern: change)
    if change == 0 {
      bits.put(false)
    } else if change.fits(14) {
      bits.put(0b10, 2)
      bits.put(raw, 14)
    } else if change.fits(17) {
      bits.put(0b110, 3)
      bits.put(raw, 17)
    } else if change.fits(20) {
      bits.put(0b1110, 4)
      bits.put(raw, 20)
    } else {
      bits.put(0b1111, 4)
      bits.put(raw, 64)
    }
  }

  /// The same with encoding 4, which keeps start times; 127 samples at most.
  static func writeXOR2(
    _ samples: SampleBatch, _ range: Range<Int>, to output: inout ByteBuffer
  ) {
    let startTimes = range.map { samples.startTime(at: $0) }
    var starts = StartTimestampWriter(startTimes)
    output.append(bigEndian: UInt16(range.count))
    output.append(starts.header.rawValue)
    var bits = BitBuffer()
    var difference: Int64 = 0
    var value = XORValueWriter(0)
    var previous: Int64 = 0
    for (place, index) in range.enumerated() {
      let time = samples.times[index]
      let next = samples.values[index]
      let step = time &- previous
      switch place {
      case 0:
        bits.put(varint: time)
        bits.put(next, 64)
        value = XORValueWriter(next == StaleMarker.bits ? 0 : next)
      case 1:
        bits.put(uvarint: UInt64(bitPattern: step))
        putXOR2(next, &value, to: &bits)
        difference = step
      default:
        putXOR2(next, change: step &- difference, &value, to: &bits)
        difference = step
      }
      starts.write(
        startTimes[place], sample: place, time: time, previous: previous, to: &bits)
      previous = time
    }
    bits.write(to: &output)
  }

  /// A value behind a time that has a prefix of its own. The stale marker is not what later values
  /// differ from.
  private static func putXOR2(
    _ next: UInt64, _ value: inout XORValueWriter, to bits: inout BitBuffer
  ) {
    guard next != StaleMarker.bits else { return bits.put(0b111, 3) }
    let form = value.form(of: next)
    switch form {
    case .same: bits.put(false)
    case .window: bits.put(0b10, 2)
    case .newWindow: bits.put(0b110, 3)
    }
    value.writeBits(of: next, form, to: &bits)
  }

  /// Time and value of a sample from the third on.
  private static func putXOR2(
    _ next: UInt64, change: Int64, _ value: inout XORValueWriter, to bits: inout BitBuffer
  ) {
    guard change == 0 else {
      let raw = UInt64(bitPattern: change)
      if (-4096..<4096).contains(change) {
        bits.put(0b110, 3)
        bits.put(raw, 13)
      } else if (-524_288..<524_288).contains(change) {
        bits.put(0b1110, 4)
        bits.put(raw, 20)
      } else {
        bits.put(0b11110, 5)
        bits.put(raw, 64)
      }
      return putXOR2(next, &value, to: &bits)
    }
    guard next != StaleMarker.bits else { return bits.put(0b11111, 5) }
    let form = value.form(of: next)
    switch form {
    case .same: bits.put(false)
    case .window: bits.put(0b100, 3)
    case .newWindow: bits.put(0b101, 3)
    }
    value.writeBits(of: next, form, to: &bits)
  }
}
