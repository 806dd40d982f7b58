internal import TSDBAnalysis
internal import TSDBFormat
internal import TSDBStore

/// What was read of a directory before its start is predicted.
struct StartupEvidence {
  let directory: DataDirectory
  let head: Diagnosis.Head
  let problems: [FileError]
  /// In which files they are.
  let suspects: LogSuspects
  let memory: ReplayMemory
  /// When the samples in `chunks_head` are.
  let headChunkTimes: TimeRange
  /// How many samples there are.
  let mappedSamples: Int
  /// The samples in `chunks_head` that came in order, by stretches of two hours.
  let chunkBins: TimeBins
  /// Entries of series records beyond one for each series.
  let hasRepeatedSeries: Bool
}

extension StartupEvidence {
  /// Directories up to this size are counted in any case: that finds chunks of refs that are not
  /// defined, and those that cannot be unpacked. Larger ones would make a screen wait for minutes.
  private static let small = 64 << 20

  /// True where the log holds what a server leaves out without a word.
  func isSuspicious(_ options: StartupOptions) -> Bool {
    let blockBytes = directory.blocks.reduce(0) { $0 &+ $1.chunks.totalSize }
    if directory.headBytes &+ blockBytes <= Self.small { return true }
    if directory.wal?.repairCopies.isEmpty == false { return true }
    if head.samplesOfUnknownSeries > 0 || head.refsReused > 0 || hasRepeatedSeries { return true }
    if head.samples == 0 && head.samplesInBlocks > 0 { return true }
    if problems.contains(where: { Self.isUnreadable($0) }) { return true }
    // What zstd has packed cannot be told from the rest without unpacking it.
    if !options.version.readsZstd { return true }
    // Chunks that are older than all of a log that was never cut are of another life of the directory.
    if directory.wal?.checkpoints.isEmpty ?? true, !headChunkTimes.isEmpty,
      head.timeRange.isEmpty || headChunkTimes.minTime < head.timeRange.minTime
    {
      return true
    }
    return head.records.keys.contains { $0.since > options.version.generation }
  }

  /// What the replay may need of memory, where that is more than the server may take.
  func shortage(under limit: Int?) -> StartupPrediction.Shortage? {
    guard let limit, memory.sufficientBytes > limit else { return nil }
    return StartupPrediction.Shortage(
      estimated: memory.estimatedBytes, sufficient: memory.sufficientBytes, limit: limit)
  }

  /// True for damage that hides samples from queries: series, postings and chunks of a block that opens,
  /// and what a server passes over in `chunks_head`.
  static func isUnreadable(_ problem: FileError) -> Bool {
    guard case .damaged(_, let error) = problem else { return false }
    switch error.section {
    case .indexSeries, .indexSeriesOrder, .indexSeriesDuplicate, .indexSeriesLabelOrder,
      .indexSeriesLabelDuplicate, .indexSeriesChunkOrder, .indexPostings, .chunk, .chunkData,
      .headChunk, .chunkSegmentFiles:
      return true
    default: return false
    }
  }
}

extension DataDirectory {
  /// Bytes of all logs and of `chunks_head`.
  fileprivate var headBytes: Int {
    headChunks.totalSize + (wal?.size ?? 0) + (wal?.checkpoints.last?.size ?? 0)
      + (wbl?.size ?? 0)
  }
}

extension SegmentFolder {
  /// What repairs that were interrupted left behind: segments as they were.
  var repairCopies: [FolderEntry] { leftovers.filter { $0.isFile && $0.name.hasSuffix(".repair") } }
}
