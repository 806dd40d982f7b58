internal import TSDBFormat
internal import TSDBStore

/// What is looked at inside of a chunk whose checksum is true: its header, and with `deep` all of its
/// samples. Counts them.
struct ChunkSamplesCheck {
  private(set) var floats: UInt64 = 0
  private(set) var histograms: UInt64 = 0
  private let index: SeriesPlace
  private let decodes: Bool
  private var batch = SampleBatch()
  /// The last series whose index has other times than its chunks; the times are sums of differences,
  /// so that those behind are wrong too.
  private var lastWithOtherTimes: UInt64?

  init(_ index: SeriesPlace, decodes: Bool) {
    self.index = index
    self.decodes = decodes
  }

  /// Checks one chunk; throws where its samples cannot be read.
  mutating func check(
    _ chunk: borrowing Chunk, of series: UInt64, _ meta: ChunkMeta, path: String,
    _ list: inout FindingList
  ) throws(DecodeError) {
    switch chunk.encoding.kind {
    case .float: floats &+= UInt64(chunk.sampleCount)
    case .histogram, .floatHistogram: histograms &+= UInt64(chunk.sampleCount)
    case .unknown:
      throw DecodeError(
        section: .chunk, offset: chunk.offset &- 1,
        problem: .unknownCode(found: chunk.encoding.code))
    }
    guard chunk.sampleCount > 0 else {
      list.add(
        Finding(
          rule: .chunksChunkNoSamples, severity: .warning, path: path, offset: chunk.offset,
          message: "a chunk without samples"))
      return
    }
    guard decodes else { return }
    batch.removeAll()
    try batch.decode(chunk.data, chunk.encoding, at: chunk.offset)
    checkTimes(of: chunk, of: series, meta, path: path, &list)
  }

  private mutating func checkTimes(
    of chunk: borrowing Chunk, of series: UInt64, _ meta: ChunkMeta, path: String,
    _ list: inout FindingList
  ) {
    func add(_ rule: Rule, _ message: Message) {
      list.add(
        Finding(
          rule: rule, severity: .loss, path: path,
          offset: chunk.offset, message: message))
    }
    if batch.count != chunk.sampleCount {
      add(
        .chunksDataCount,
        "claims \(count: chunk.sampleCount, of: "samples") and has \(batch.count)")
    }
    if !batch.areOrdered(from: 0) { add(.chunksDataOrder, "times of samples do not ascend") }
    guard let first = batch.times.first, let last = batch.times.last else { return }
    if first != meta.minTime || last != meta.maxTime, series != lastWithOtherTimes {
      lastWithOtherTimes = series
      let place: Message =
        "the chunk at byte \(meta.reference.offset) of \(path: path.lastName)"
      list.add(
        index.finding(
          of: series, .indexSeriesChunkTimes, .loss,
          """
          says that \(place) holds times from \(time: meta.minTime) to \(time: meta.maxTime); \
          it does from \(time: first) to \(time: last)
          """))
    }
  }
}
