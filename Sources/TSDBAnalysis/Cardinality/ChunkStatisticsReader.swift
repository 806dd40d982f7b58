internal import TSDBFormat
internal import TSDBStore

/// Reads the chunks of series, each checksum checked, into `ChunkStatistics`.
///
/// A chunk that cannot be read is a finding and counts for nothing.
struct ChunkStatisticsReader {
  private(set) var statistics = ChunkStatistics()
  private(set) var damage: [FileError] = []
  private var segments: ChunkSegments

  /// At most so many findings are kept.
  private static let findingLimit = 1000

  /// Reads from `segments`.
  init(_ segments: ChunkSegments) {
    self.segments = segments
  }

  /// Reads the chunks `range` of `chunks`; returns what those hold that can be read.
  mutating func read(_ chunks: [ChunkMeta], _ range: Range<Int>) -> ByteCensus.Amount {
    var amount = ByteCensus.Amount()
    for index in range { read(chunks[index].reference, &amount) }
    return amount
  }

  private mutating func read(_ reference: ChunkReference, _ amount: inout ByteCensus.Amount) {
    var missing: FileError?
    let segment = segments.open(reference.segment) { missing = $0 }
    if let missing { note(missing) }
    guard let file = segment?.file else { return }
    do throws(DecodeError) {
      let chunk = try Chunk(of: file.bytes, at: reference.offset)
      try count(chunk)
      amount.bytes &+= UInt64(chunk.end &- reference.offset)
      amount.samples &+= UInt64(chunk.sampleCount)
    } catch {
      note(.damaged(path: file.path, error))
    }
    segments.release(reference.segment, before: reference.offset)
  }

  private mutating func note(_ error: FileError) {
    if damage.count < Self.findingLimit { damage.append(error) }
  }

  private mutating func count(_ chunk: borrowing Chunk) throws(DecodeError) {
    switch chunk.encoding.kind {
    case .float:
      statistics.floatSamples.add(chunk.sampleCount)
      statistics.floatBytes.add(chunk.data.byteCount)
    case .histogram, .floatHistogram:
      let buckets = try HistogramBuckets(of: chunk)
      statistics.histogramSamples.add(chunk.sampleCount)
      statistics.histogramBytes.add(chunk.data.byteCount)
      statistics.histogramBuckets.add(buckets.bucketCount)
    case .unknown:
      break
    }
    statistics.chunks &+= 1
  }
}
