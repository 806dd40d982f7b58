public import TSDBFormat
public import TSDBStore

/// The order in which a compaction meets the series of several blocks. A series that does not come behind all
/// before it ends the compaction: "out-of-order series added" (Prometheus: tsdb/compact.go, `PopulateBlock`;
/// tsdb/index/index.go, `AddSeries`).
public enum MergedOrder {
  /// The labels of the first series at which a compaction of `blocks` ends; nil where there is none.
  public static func firstMisplaced(in blocks: [BlockFolder]) -> [Label]? {
    let isSorted = blocks.allSatisfy { folder in
      guard let path = folder.index?.path, let index = try? IndexFile(path: path) else {
        return true
      }
      return SortedSeries.areSorted(in: index)
    }
    if isSorted { return nil }
    var queue = BlockQueue()
    for (number, folder) in blocks.enumerated() {
      let stream = BlockStream(
        Block(folder), selectors: [], range: TimeRange(minTime: .min, maxTime: .max),
        precedence: number)
      if let stream { queue.add(stream) }
    }
    var last: [Label]?
    while let labels = queue.labels {
      if let last, !last.isOrdered(before: labels) { return labels }
      last = labels
      // Equal ones of several blocks become one, two of a block do not.
      var place = -1
      while let runs = queue.next(with: labels) {
        let own = runs.first?.precedence ?? place
        if own <= place { return labels }
        place = own
      }
    }
    return nil
  }

  /// A chunk that does not begin behind the end of the one before it.
  public struct Overlap: Equatable, Sendable {
    /// The labels of its series.
    public let labels: [Label]
    /// When it begins, in milliseconds since 1970.
    public let start: Int64
    /// When the one before it ends.
    public let end: Int64
    /// Which block it is in.
    fileprivate let place: Int
  }

  /// More series with such chunks are not kept apart.
  private static let most = 100_000

  /// A chunk at which a compaction of `blocks` ends, because only one of them has its series: those of several are
  /// joined, and their chunks with them (Prometheus: storage/merge.go, `genericMergeSeriesSet`,
  /// `compactChunkIterator`; tsdb/index/index.go, `AddSeries`). Nil where there is none.
  public static func firstOverlap(in blocks: [BlockFolder]) -> Overlap? {
    let indices = blocks.map { folder in folder.index.flatMap { try? IndexFile(path: $0.path) } }
    var found: [[Label]: Overlap] = [:]
    for (place, index) in indices.enumerated() {
      guard let index else { continue }
      var sequence = index.series(chunks: true)
      while sequence.next() {
        forEachSeries(of: sequence.batch) { labels, chunks in
          guard found.count < most,
            let (before, chunk) = zip(chunks, chunks.dropFirst()).first(where: {
              $1.minTime <= $0.maxTime
            })
          else { return }
          let labels = Self.labels(labels, index)
          found[labels] = Overlap(
            labels: labels, start: chunk.minTime, end: before.maxTime, place: place)
        }
      }
    }
    guard !found.isEmpty else { return nil }
    for (place, index) in indices.enumerated() {
      guard let index else { continue }
      var sequence = index.series()
      while sequence.next() {
        forEachSeries(of: sequence.batch) { labels, _ in
          let labels = Self.labels(labels, index)
          if let known = found[labels], known.place != place { found[labels] = nil }
        }
      }
    }
    return found.values.min { $0.labels.isOrdered(before: $1.labels) }
  }

  private static func forEachSeries(
    of batch: SeriesBatch,
    _ body: (ArraySlice<SeriesBatch.LabelSymbols>, ArraySlice<ChunkMeta>) -> Void
  ) {
    var (labels, chunks) = (0, 0)
    for series in batch.series {
      body(batch.labels[labels..<series.labelsEnd], batch.chunks[chunks..<series.chunksEnd])
      (labels, chunks) = (series.labelsEnd, series.chunksEnd)
    }
  }

  private static func labels(
    _ symbols: ArraySlice<SeriesBatch.LabelSymbols>, _ index: IndexFile
  ) -> [Label] {
    symbols.map {
      Label(name: index.symbol(Int($0.name)), value: index.symbol(Int($0.value)))
    }
  }
}
