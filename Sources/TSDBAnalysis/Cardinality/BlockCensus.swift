public import TSDBFormat
public import TSDBStore

/// All distinct labels of a block and how many series carry each, from one walk over its index.
public struct BlockCensus: Sendable {
  /// What to count.
  public struct Options: Sendable {
    /// Only series that one of these selects; all if there are none.
    public var selectors: [Selector]
    /// Whether series are counted by job and instance.
    public var countsTargets: Bool
    /// Whether every chunk is read for `chunkStatistics`.
    public var readsChunks: Bool
    /// Whether the bytes of the chunks are counted for `byteTables`; no chunk is read for that.
    public var measuresBytes: Bool

    /// What to count.
    public init(
      selectors: [Selector] = [], countsTargets: Bool = false, readsChunks: Bool = false,
      measuresBytes: Bool = false
    ) {
      self.measuresBytes = measuresBytes
      self.selectors = selectors
      self.countsTargets = countsTargets
      self.readsChunks = readsChunks
    }
  }

  /// Series of the block, as far as they can be read.
  public private(set) var totalSeries: UInt64 = 0
  /// Series that were counted: those the selectors select.
  public private(set) var series: UInt64 = 0
  /// Chunks of all series that can be read.
  public private(set) var chunks: UInt64 = 0
  /// The time that the chunks of all series cover, both ends included.
  public private(set) var times = TimeRange()
  /// What every chunk is made of; nil if that was not asked for.
  public private(set) var chunkStatistics: ChunkStatistics?
  /// What was wrong with the series and the chunks that were read.
  public private(set) var damage: [FileError] = []

  let index: IndexFile
  private(set) var statistics: SymbolStatistics
  private(set) var targetCounter = PairCounter()
  /// Bytes and samples by label and target; nil if they were not asked for.
  private(set) var byteCensus: ByteCensus?

  /// Walks over the series of `index`; the chunks are those of `folder`, read if asked for.
  public init(of index: IndexFile, in folder: BlockFolder, _ options: Options) {
    let first = BlockCensus(of: index, in: folder, options, options.readsChunks ? .chunks : .places)
    // Nobody writes blocks whose chunks stand in another order than their series, but files may be damaged.
    self = first ?? BlockCensus(of: index, in: folder, options, .lengths) ?? BlockCensus(index)
  }

  /// Nothing of `index`.
  private init(_ index: IndexFile) {
    self.index = index
    statistics = SymbolStatistics(symbols: index.symbols.count)
  }

  /// The same, with bytes known by `way`; nil where that does not tell them.
  private init?(
    of index: IndexFile, in folder: BlockFolder, _ options: Options, _ way: ByteWalk.Way
  ) {
    self.index = index
    statistics = SymbolStatistics(symbols: index.symbols.count)
    var reader = options.readsChunks ? Self.chunkReader(folder) : nil
    var filter = options.selectors.isEmpty ? nil : SeriesFilter(options.selectors, index: index)
    let targets = options.countsTargets ? TargetLabels(index) : nil
    var bytes =
      options.measuresBytes ? ByteWalk(way, of: index, ChunkSegments(of: folder)) : nil
    var sequence = index.series(chunks: options.readsChunks || options.measuresBytes)
    while sequence.next() {
      count(sequence.batch, &filter, targets, &reader, &bytes)
    }
    bytes?.finish(statistics)
    if way == .places, let bytes, !bytes.isTrue || !sequence.damage.isEmpty { return nil }
    damage = sequence.damage + (reader?.damage ?? []) + (bytes?.damage ?? [])
    chunkStatistics = reader?.statistics
    byteCensus = bytes?.census
  }

  private static func chunkReader(_ folder: BlockFolder) -> ChunkStatisticsReader {
    ChunkStatisticsReader(ChunkSegments(of: folder))
  }

  private mutating func count(
    _ batch: SeriesBatch, _ filter: inout SeriesFilter?, _ targets: TargetLabels?,
    _ reader: inout ChunkStatisticsReader?, _ bytes: inout ByteWalk?
  ) {
    totalSeries &+= UInt64(batch.series.count)
    var seen = times
    for series in batch.series where series.chunkCount > 0 {
      seen.include(series.minTime)
      seen.include(series.maxTime)
      chunks &+= UInt64(series.chunkCount)
    }
    times = seen
    guard filter != nil || targets != nil || reader != nil else {
      series &+= UInt64(batch.series.count)
      statistics.add(batch, selected: nil)
      bytes?.add(batch, selected: nil, amounts: [], statistics)
      return
    }
    var selected: [Bool] = []
    var amounts: [ByteCensus.Amount] = []
    var (start, chunkStart) = (0, 0)
    for entry in batch.series {
      let labels = start..<entry.labelsEnd
      let chunks = chunkStart..<entry.chunksEnd
      (start, chunkStart) = (entry.labelsEnd, entry.chunksEnd)
      let isSelected = filter?.selects(batch.labels, labels) ?? true
      selected.append(isSelected)
      var amount = ByteCensus.Amount()
      if isSelected {
        series &+= 1
        if let target = targets?.target(of: batch.labels.span.extracting(labels)) {
          targetCounter.count(target.job, target.instance)
        }
        if let read = reader?.read(batch.chunks, chunks) { amount = read }
      }
      if bytes != nil { amounts.append(amount) }
    }
    statistics.add(batch, selected: selected)
    bytes?.add(batch, selected: selected, amounts: amounts, statistics)
  }

  /// The tables, with churn measured against `range` milliseconds (of a block, maxTime - minTime).
  public func cardinality(range: Int64, limit: Int) -> Cardinality {
    Cardinality(
      of: SymbolPairs(self, range: range), series: series, range: range, limit: limit,
      targets: targets(limit: limit))
  }

  private func targets(limit: Int) -> [Cardinality.TargetCount] {
    Cardinality.TargetCount.top(limit, of: targetCounter) {
      $0 == .max ? [] : index.symbol(Int($0))
    }
  }
}
