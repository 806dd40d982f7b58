/// The first bytes of a chunk's data, before the packed samples.
///
///     XOR:                         sample count be16
///     histogram, floathistogram:   sample count be16 | flags u8 (bits 7, 6: counter reset)
///     XOR2:                        sample count be16 | start timestamps u8
///     histogramST, floathistogramST:
///                                  counter reset, 2 bits | sample count, 14 bits | start timestamps u8
public struct ChunkHeader: Equatable, Sendable {
  /// How many samples it claims.
  public let sampleCount: Int
  /// What was known about a counter reset between the chunk before and this one when it was begun
  /// (`CounterResetHeader`); nil where there are no histograms.
  public let counterReset: Histogram.CounterReset?
  /// Which samples carry a start timestamp; nil where the encoding has none.
  public let startTimestamps: StartTimestamps?
  /// Bytes of the header.
  public let byteCount: Int

  /// Reads the header of `data`, which stand at file offset `offset`. Of an unknown encoding, the
  /// first two bytes are taken for the sample count, as Prometheus does for all.
  public init(
    _ data: RawSpan, _ encoding: ChunkEncoding, at offset: Int
  ) throws(DecodeError) {
    var cursor = ByteCursor(data, at: offset, in: .chunkData)
    let count = try cursor.uint16()
    switch encoding {
    case .unknown(AggregateChunk.encoding):
      sampleCount = try AggregateChunk.sampleCount(of: data, at: offset)
      (counterReset, startTimestamps) = (nil, nil)
    case .xor, .unknown:
      sampleCount = Int(count)
      (counterReset, startTimestamps) = (nil, nil)
    case .xor2:
      sampleCount = Int(count)
      counterReset = nil
      startTimestamps = StartTimestamps(rawValue: try cursor.uint8())
    case .histogram, .floatHistogram:
      sampleCount = Int(count)
      counterReset = Self.counterReset(try cursor.uint8() &>> 6)
      startTimestamps = nil
    case .histogramST, .floatHistogramST:
      sampleCount = Int(count & 0x3fff)
      counterReset = Self.counterReset(UInt8(count &>> 14))
      startTimestamps = StartTimestamps(rawValue: try cursor.uint8())
    }
    byteCount = cursor.position
  }

  private static func counterReset(_ bits: UInt8) -> Histogram.CounterReset {
    switch bits {
    case 0b10: .reset
    case 0b01: .notReset
    case 0b11: .gauge
    default: .unknown
    }
  }
}
