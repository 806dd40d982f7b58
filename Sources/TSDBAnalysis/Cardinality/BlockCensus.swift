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

    /// What to count.
    public init(
      selectors: [Selector] = [], countsTargets: Bool = false, readsChunks: Bool = false
    ) {
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

  /// Walks over the series of `index`; the chunks are those of `folder`, read if asked for.
  public init(of index: IndexFile, in folder: BlockFolder, _ options: Options) {
    self.index = index
    statistics = SymbolStatistics(symbols: index.symbols.count)
    var reader = options.readsChunks ? Self.chunkReader(folder) : nil
    var filter = options.selectors.isEmpty ? nil : SeriesFilter(options.selectors, index: index)
    let targets = options.countsTargets ? TargetLabels(index) : nil
    var sequence = index.series(chunks: options.readsChunks)
    while sequence.next() {
      count(sequence.batch, &filter, targets, &reader)
    }
    damage = sequence.damage + (reader?.damage ?? [])
    chunkStatistics = reader?.statistics
  }

  private static func chunkReader(_ folder: BlockFolder) -> ChunkStatisticsReader {
    ChunkStatisticsReader(ChunkSegments(of: folder))
  }

  private mutating func count(
    _ batch: SeriesBatch, _ filter: inout SeriesFilter?, _ targets: TargetLabels?,
    _ reader: inout ChunkStatisticsReader?
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
      return
    }
    var selected: [Bool] = []
    var (start, chunkStart) = (0, 0)
    for entry in batch.series {
      let labels = start..<entry.labelsEnd
      let chunks = chunkStart..<entry.chunksEnd
      (start, chunkStart) = (entry.labelsEnd, entry.chunksEnd)
      let isSelected = filter?.selects(batch.labels, labels) ?? true
      selected.append(isSelected)
      guard isSelected else { continue }
      series &+= 1
      targets?.count(batch.labels, labels, &targetCounter)
      reader?.read(batch.chunks, chunks)
    }
    statistics.add(batch, selected: selected)
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

/// Finds job and instance among the labels of a series.
private struct TargetLabels {
  private let job: UInt32?
  private let instance: UInt32?

  init(_ index: IndexFile) {
    func symbol(_ name: String) -> UInt32? {
      index.symbols.index(of: [UInt8](name.utf8).rawBytes, in: index.file.bytes)
        .map { UInt32($0) }
    }
    job = symbol("job")
    instance = symbol("instance")
  }

  /// Counts the series by its two values; `.max` stands for none. Series with neither have no target.
  func count(
    _ labels: [SeriesBatch.LabelSymbols], _ range: Range<Int>, _ counter: inout PairCounter
  ) {
    var found: (job: UInt32, instance: UInt32) = (.max, .max)
    for index in range {
      if labels[index].name == job { found.job = labels[index].value }
      if labels[index].name == instance { found.instance = labels[index].value }
    }
    if found != (.max, .max) { counter.count(found.job, found.instance) }
  }
}
