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
}
