internal import TSDBFormat
internal import TSDBStore

/// Reads the chunks of series, each checksum checked, into `ChunkStatistics`.
///
/// Segments are opened when a chunk first asks for them; a chunk that cannot be read is a finding and
/// counts for nothing.
struct ChunkStatisticsReader {
  private(set) var statistics = ChunkStatistics()
  private(set) var damage: [FileError] = []
  private let segments: [Int: SegmentFile]
  private let folder: String
  /// By segment less one; nil for those that cannot be read.
  private var files: [Int: ChunkSegmentFile?] = [:]

  /// At most so many findings are kept.
  private static let findingLimit = 1000

  /// Reads from `segments`, which lie in `folder`.
  init(_ segments: [SegmentFile], folder: String) {
    self.segments = Dictionary(segments.map { ($0.number, $0) }) { first, _ in first }
    self.folder = folder
  }

  /// Reads the chunks `range` of `chunks`.
  mutating func read(_ chunks: [ChunkMeta], _ range: Range<Int>) {
    for index in range { read(chunks[index].reference) }
  }

  private mutating func read(_ reference: ChunkReference) {
    guard var segment = open(reference.segment) else { return }
    do throws(DecodeError) {
      let chunk = try Chunk(of: segment.file.bytes, at: reference.offset)
      try count(chunk)
    } catch {
      note(.damaged(path: segment.file.path, error))
    }
    segment.release(before: reference.offset)
    files[reference.segment] = segment
  }

  private mutating func note(_ error: FileError) {
    if damage.count < Self.findingLimit { damage.append(error) }
  }

  /// The segment with this number less one. One that is there and cannot be opened was reported with
  /// the block; one that is not there is reported when it is first asked for.
  private mutating func open(_ segment: Int) -> ChunkSegmentFile? {
    if let known = files[segment] { return known }
    let opened = segments[segment &+ 1].flatMap { try? ChunkSegmentFile(path: $0.path) }
    files[segment] = .some(opened)
    if segments[segment &+ 1] == nil {
      let what = "chunk segment \(segment &+ 1), which the index refers to"
      note(
        .damaged(
          path: folder,
          DecodeError(section: .chunkSegmentFiles, offset: 0, problem: .missing(what: what))))
    }
    return opened
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
