/// The fields of the data of a chunk: header, then samples, bit by bit (Prometheus: tsdb/chunkenc).
/// Floats are in `FloatChunkAnnotation.swift`, histograms in `HistogramChunkAnnotation.swift`.
extension Annotation {
  /// Walks over the data of a chunk, which stand at byte `offset`; all of them become fields.
  mutating func chunkData(_ data: RawSpan, at offset: Int, _ encoding: ChunkEncoding) {
    let end = offset &+ data.byteCount
    let depth = depth
    begin("data")
    var cursor = ByteCursor(data, at: offset, in: .chunkData)
    do throws(DecodeError) {
      let raw = try cursor.uint16()
      let count = Int(encoding.isHistogramST ? raw & 0x3fff : raw)
      if encoding.isHistogramST {
        leaf("counter reset", upToBit: position &+ 2, Self.counterReset(UInt8(raw >> 14)))
      }
      leaf("samples", upTo: cursor.offset, .unsigned(UInt64(count)))
      switch encoding {
      case .xor: break
      case .xor2, .histogramST, .floatHistogramST: try startTimeHeader(&cursor)
      case .histogram, .floatHistogram:
        let flags = try cursor.uint8()
        leaf("counter reset", upToBit: position &+ 2, Self.counterReset(flags >> 6))
        leaf("unused", upTo: cursor.offset)
      case .unknown(let code): throw cursor.failure(.unknownCode(found: code))
      }
      let place = cursor.offset
      var reader = BitFields(cursor.takeRest(), at: place)
      try samples(count, &reader, encoding, data)
      padding(upTo: end)
    } catch {
      fail(error, depth: depth &+ 1, upTo: end)
    }
    self.end(to: depth)
  }

  private mutating func startTimeHeader(_ cursor: inout ByteCursor) throws(DecodeError) {
    let header = try cursor.uint8()
    leaf(
      "first start time", upToBit: position &+ 1,
      .code(UInt64(header >> 7), header & 0x80 == 0 ? "not stored" : "stored"))
    let first = header & 0x7f
    leaf(
      "start times from sample", upTo: cursor.offset,
      first == 0 ? .code(0, "none") : .unsigned(UInt64(first)))
  }

  private mutating func samples(
    _ count: Int, _ reader: inout BitFields, _ encoding: ChunkEncoding, _ data: RawSpan
  ) throws(DecodeError) {
    guard count > 0 else { return }
    let header = data.byteCount > 2 ? data.byte(at: 2) : 0
    switch encoding {
    case .xor: try xorSamples(count, &reader)
    case .xor2: try xor2Samples(count, &reader, StartTimeFields(header: header))
    case .histogram, .floatHistogram:
      try histogramSamples(
        count, &reader, isFloat: encoding.kind == .floatHistogram, StartTimeFields(header: 0))
    case .histogramST, .floatHistogramST:
      try histogramSamples(
        count, &reader, isFloat: encoding.kind == .floatHistogram,
        StartTimeFields(header: header))
    case .unknown: break
    }
  }

  /// The bits that fill the last byte, or what stands behind them.
  private mutating func padding(upTo end: Int) {
    let isLastByte = position / 8 >= end &- 1
    cover(upTo: end, as: isFull ? "not shown" : isLastByte ? "padding" : "unused")
  }

  private static func counterReset(_ code: UInt8) -> Field.Value {
    let meanings = ["unknown", "not reset", "reset", "gauge"]
    return .code(UInt64(code & 3), meanings[Int(code & 3)])
  }
}

/// The start times of the samples of a chunk, each against the time of the sample before
/// (tsdb/chunkenc/st.go, xor2.go).
struct StartTimeFields {
  private let firstIsKnown: Bool
  private let firstChange: Int
  private var difference: Int64 = 0

  init(header: UInt8) {
    firstIsKnown = header & 0x80 != 0
    firstChange = Int(header & 0x7f)
  }

  /// The start time of the sample with this index, if there is one; `time` is that of this sample,
  /// `previous` that of the one before.
  mutating func next(
    _ reader: inout BitFields, sample index: Int, time: Int64, previous: Int64,
    _ annotation: inout Annotation
  ) throws(DecodeError) {
    if index == 0 {
      guard firstIsKnown else { return }
      let found = try reader.varint()
      annotation.leaf(
        "start time", upToBit: reader.position, .timeDelta(found, time &- found))
    } else if firstChange > 0, index >= firstChange {
      let found = try reader.varbitInt()
      difference = index == firstChange ? found : difference &+ found
      annotation.leaf(
        "start time", upToBit: reader.position, .timeDelta(found, previous &- difference))
    }
  }
}
