/// Writes what every V2 sample begins with; the other direction of `RowHeaderV2`.
struct RowHeaderV2Writer {
  private var ref: UInt64 = 0
  private var startTime: Int64 = 0
  private var first: (time: Int64, startTime: Int64)?

  mutating func append(
    ref: UInt64, time: Int64, startTime: Int64, to output: inout ByteBuffer
  ) {
    defer {
      self.ref = ref
      self.startTime = startTime
    }
    guard let first else {
      self.first = (time, startTime)
      output.append(varint: Int64(bitPattern: ref))
      output.append(varint: time)
      output.append(varint: startTime)
      return
    }
    output.append(varint: Int64(bitPattern: ref &- self.ref))
    output.append(varint: time &- first.time)
    switch startTime {
    case 0: output.append(0)
    case self.startTime: output.append(1)
    default:
      output.append(2)
      output.append(varint: startTime &- first.startTime)
    }
  }
}
