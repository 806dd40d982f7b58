/// Decodes the samples of a chunk, whatever their encoding (Prometheus: tsdb/chunkenc).
extension SampleBatch {
  /// Appends all samples of one chunk.
  ///
  /// `data` are the chunk's data, which begin with the sample count and stand at file offset
  /// `offset`. What was decoded before a failure stays in the batch.
  ///
  /// Throws with section `chunks.data`: `truncated` where the data end before the last sample,
  /// `trailingBytes` where whole bytes follow it (but for a single zero), `outOfRange` for a histogram's schema, spans or
  /// bounds, or significant bits that cannot be, `overlongVarint`, and `unknownCode` for an encoding
  /// that is not known.
  ///
  /// Memory is bounded by the data: a sample takes two bits at least, a span or a bound of a
  /// histogram too, a bucket takes one bit in each histogram (64 in the first, if counts are floats);
  /// more than fit into the bits that are left are refused before anything is allocated for them.
  public mutating func decode(
    _ data: RawSpan, _ encoding: ChunkEncoding, at offset: Int
  ) throws(DecodeError) {
    if case .unknown(let code) = encoding {
      throw DecodeError(section: .chunkData, offset: offset, problem: .unknownCode(found: code))
    }
    let header = try ChunkHeader(data, encoding, at: offset)
    var cursor = BitCursor(
      data.extracting(header.byteCount..<data.byteCount), at: offset &+ header.byteCount,
      in: .chunkData)
    if header.sampleCount > 0 {
      switch encoding {
      case .xor: try decodeXOR(&cursor, header.sampleCount)
      case .xor2: try decodeXOR2(&cursor, header)
      case .histogram, .histogramST: try decodeHistograms(&cursor, header)
      case .floatHistogram, .floatHistogramST: try decodeFloatHistograms(&cursor, header)
      case .unknown: break
      }
    }
    // The last byte is filled up with zeros. Servers up to 2.53 leave one more behind it where the
    // last thing they wrote was a whole byte at the edge of another (bstream.go, `writeByte`).
    let left = cursor.remainingBits / 8
    let isSpare = left == 1 && data.byte(at: data.byteCount &- 1) == 0
    guard left == 0 || isSpare else {
      throw cursor.failure(
        .trailingBytes(count: left), at: offset &+ data.byteCount &- left)
    }
  }
}
