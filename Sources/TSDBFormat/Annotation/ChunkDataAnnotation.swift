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
      let header = try ChunkHeader(data, encoding, at: offset)
      try chunkHeader(&cursor, header, encoding)
      let place = cursor.offset
      var reader = BitFields(cursor.takeRest(), at: place)
      try samples(header, &reader, encoding)
      let left = reader.cursor.remainingBits / 8
      // Servers up to 2.53 leave a zero behind some chunks (see `SampleBatch.decode`).
      let isSpare = left == 1 && data.byte(at: data.byteCount &- 1) == 0
      if left > 0, !isSpare, !isFull {
        throw reader.cursor.failure(.trailingBytes(count: left), at: end &- left)
      }
      cover(upTo: end, as: isFull ? "not shown" : "padding")
    } catch {
      fail(error, depth: depth &+ 1, upTo: end)
    }
    self.end(to: depth)
  }

  private mutating func chunkHeader(
    _ cursor: inout ByteCursor, _ header: ChunkHeader, _ encoding: ChunkEncoding
  ) throws(DecodeError) {
    let samples = Field.Value.unsigned(UInt64(header.sampleCount))
    let counterReset = header.counterReset.map {
      Field.Value.code(UInt64($0.rawValue), "\($0)")
    }
    if encoding.isHistogramST {
      leaf("counter reset", upToBit: position &+ 2, counterReset ?? .none)
    }
    _ = try cursor.uint16()
    leaf("samples", upTo: cursor.offset, samples)
    switch encoding {
    case .xor: break
    case .xor2, .histogramST, .floatHistogramST: try startTimeHeader(&cursor)
    case .histogram, .floatHistogram:
      _ = try cursor.uint8()
      leaf("counter reset", upToBit: position &+ 2, counterReset ?? .none)
      leaf("unused", upTo: cursor.offset)
    case .unknown(let code): throw cursor.failure(.unknownCode(found: code))
    }
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
    _ header: ChunkHeader, _ reader: inout BitFields, _ encoding: ChunkEncoding
  ) throws(DecodeError) {
    let startTimes = StartTimestampReader(header.startTimestamps ?? StartTimestamps(rawValue: 0))
    switch encoding {
    case .xor: try xorSamples(header.sampleCount, &reader)
    case .xor2: try xor2Samples(header.sampleCount, &reader, startTimes)
    case .histogram, .floatHistogram, .histogramST, .floatHistogramST:
      guard header.sampleCount > 0 else { return }
      try histogramSamples(
        header.sampleCount, &reader, isFloat: encoding.kind == .floatHistogram, startTimes)
    case .unknown: break
    }
  }

  /// The start time of the sample with this index, if it carries one.
  mutating func startTime(
    _ startTimes: inout StartTimestampReader, _ reader: inout BitFields, sample index: Int,
    _ time: Int64, previous: Int64
  ) throws(DecodeError) {
    let start = reader.position
    if index == 0 {
      try startTimes.first(&reader.cursor, time: time)
    } else {
      try startTimes.next(&reader.cursor, sample: index, previous: previous)
    }
    guard reader.position > start else { return }
    leaf("start time", upToBit: reader.position, .time(startTimes.current))
  }
}
