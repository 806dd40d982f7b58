internal import TSDBFormat
internal import TSDBStore

/// Metrics of which a query finds the same series twice, which PromQL refuses: "vector cannot contain metrics with
/// the same labelset".
///
/// A block whose series are sorted has none twice, and what several blocks have is joined. Where they are not
/// sorted, one may stand in a block twice; or it comes when the others are past it, and is not joined with theirs
/// (Prometheus: tsdb/querier.go, `blockBaseSeriesSet`; storage/merge.go, `genericMergeSeriesSet`).
struct SeriesTwice {
  /// More of them are not kept apart.
  private static let most = 100_000

  /// The metrics.
  private(set) var metrics: Set<[UInt8]> = []
  /// Series that come behind a later one of their metric, and the block.
  private var late: [[Label]: Int] = [:]

  /// None.
  init() {}

  /// Those of `blocks`, which are asked together.
  init(_ blocks: [BlockFolder]) {
    let indices = blocks.map { folder in folder.index.flatMap { try? IndexFile(path: $0.path) } }
    for (place, index) in indices.enumerated() {
      guard let index, !SortedSeries.areSorted(in: index) else { continue }
      take(index, place)
    }
    guard !late.isEmpty else { return }
    for (place, index) in indices.enumerated() {
      if let index { look(for: place, in: index) }
    }
  }

  /// Takes note of a series that the head has.
  mutating func meetInHead(_ labels: [Label]) {
    if !late.isEmpty, late[labels] != nil { metrics.insert(labels.metric) }
  }

  /// Goes through the series of a block metric by metric.
  private mutating func take(_ index: IndexFile, _ place: Int) {
    let name = index.symbols.index(of: Array("__name__".utf8).rawBytes, in: index.file.bytes)
    var last: [UInt32: [SeriesBatch.LabelSymbols]] = [:]
    var known: Set<[UInt32]> = []
    var sequence = index.series()
    while sequence.next() {
      var start = 0
      for series in sequence.batch.series {
        let own = sequence.batch.labels[start..<series.labelsEnd]
        start = series.labelsEnd
        guard let metric = own.first(where: { Int($0.name) == name })?.value else { continue }
        if !known.insert(own.flatMap { [$0.name, $0.value] }).inserted {
          metrics.insert(index.symbol(Int(metric)))
        } else if let before = last[metric], !before[...].isOrdered(before: own) {
          if late.count < Self.most { late[Self.labels(own, index)] = place }
          continue
        }
        last[metric] = Array(own)
      }
    }
  }

  /// Looks whether another block than the one that is late has a series, too.
  private mutating func look(for place: Int, in index: IndexFile) {
    var sequence = index.series()
    while sequence.next() {
      var start = 0
      for series in sequence.batch.series {
        let labels = Self.labels(sequence.batch.labels[start..<series.labelsEnd], index)
        start = series.labelsEnd
        if let other = late[labels], other != place { metrics.insert(labels.metric) }
      }
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

extension ArraySlice<SeriesBatch.LabelSymbols> {
  /// Symbols are sorted, so their numbers sort as they do.
  fileprivate func isOrdered(before other: Self) -> Bool {
    for (mine, theirs) in zip(self, other) where mine != theirs {
      return (mine.name, mine.value) < (theirs.name, theirs.value)
    }
    return count < other.count
  }
}
