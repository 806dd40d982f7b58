internal import TSDBFormat
public import TSDBStore

/// A block looked at as a whole: its census, and everything that is wrong in what was read for it.
///
/// All checksums of the index are checked, those of the tombstones, the headers of the chunk
/// segments, and with `readsChunks` every chunk; and what `meta.json` says is held against what is
/// there.
public struct BlockAnalysis: Sendable {
  /// The block.
  public let block: Block
  /// What is in it; nil if its index cannot be read at all.
  public let census: BlockCensus?
  /// Everything that is wrong.
  public let damage: [FileError]

  /// Looks at the block in `folder`.
  public init(of folder: BlockFolder, _ options: BlockCensus.Options) {
    block = Block(folder)
    guard let index = block.index else {
      census = nil
      damage = block.damage
      return
    }
    let census = BlockCensus(of: index, in: folder, options)
    let tables = index.checkTables()
    self.census = census
    let path = index.file.path
    let tableDamage = (tables?.damage ?? []).map { FileError.damaged(path: path, $0) }
    var damage = block.damage + census.damage + tableDamage
    let isWhole = index.damage.isEmpty && census.damage.isEmpty
    if isWhole, let tables {
      damage += Self.compare(tables, census, path: path)
    }
    damage += Self.compare(block, census, isWhole: isWhole)
    self.damage = damage
  }

  /// Milliseconds that churn is measured against: what the block says it covers, or, without a
  /// `meta.json`, what its chunks cover.
  public var range: Int64 {
    if let meta = block.meta { return Timestamp(meta.maxTime) - Timestamp(meta.minTime) }
    guard let times = census?.times, !times.isEmpty else { return 0 }
    return Timestamp(times.end) - Timestamp(times.minTime)
  }

  /// Series of the block: as `meta.json` says, or as they were counted.
  public var totalSeries: UInt64 {
    block.meta?.stats.numSeries ?? census?.totalSeries ?? 0
  }

  /// The list of all postings must hold every series.
  private static func compare(
    _ tables: IndexTables, _ census: BlockCensus, path: String
  ) -> [FileError] {
    guard let listed = tables.seriesCount, UInt64(listed) != census.totalSeries else { return [] }
    return [
      .damaged(
        path: path,
        DecodeError(
          section: .indexPostings, offset: 0,
          problem: .mismatch(
            what: "series in the list of all postings",
            expected: Int64(clamping: census.totalSeries), found: Int64(listed))))
    ]
  }

  /// What `meta.json` says, against what is there; counts only where the whole index could be read.
  private static func compare(
    _ block: Block, _ census: BlockCensus, isWhole: Bool
  ) -> [FileError] {
    guard let meta = block.meta, let path = block.folder.metaFile?.path else { return [] }
    var problems: [DecodeError.Problem] = []
    func compare(_ what: String, _ claimed: UInt64, _ found: UInt64) {
      guard claimed != found else { return }
      problems.append(
        .mismatch(
          what: what, expected: Int64(clamping: found), found: Int64(clamping: claimed)))
    }
    if isWhole {
      compare("numSeries", meta.stats.numSeries, census.totalSeries)
      compare("numChunks", meta.stats.numChunks, census.chunks)
    }
    let times = census.times
    if !times.isEmpty, times.minTime < meta.minTime || times.maxTime >= meta.maxTime {
      let why =
        "covers \(meta.minTime) to \(meta.maxTime) (less one), but the block has chunks of "
        + "\(times.minTime) to \(times.maxTime)"
      problems.append(.malformed(why: why))
    }
    return problems.map {
      .damaged(path: path, DecodeError(section: .meta, offset: 0, problem: $0))
    }
  }
}
