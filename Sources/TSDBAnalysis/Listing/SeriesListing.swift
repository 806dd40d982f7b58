public import TSDBFormat
public import TSDBStore

/// A series with the place where it is defined, for lists.
public struct ListedSeries: Sendable {
  /// Where it is.
  public enum Place: Equatable, Sendable {
    /// An entry of the index of a block, by its reference.
    case block(path: String, reference: UInt64, chunks: Int)
    /// The head: the refs that stand for it at the end of the log.
    case head(refs: [UInt64])
  }

  /// Where it is.
  public let place: Place
  /// Its labels, in the order of the disk.
  public let labels: [Label]
  /// Times of its first and last sample; empty where it has none.
  public let times: TimeRange
}

/// Goes through the series of blocks and of the head, one after the other, in the order of the disk.
public enum SeriesListing {
  /// Calls `body` with the series of a block that one of `selectors` selects, until it gives false.
  /// Gives what is wrong with the block.
  public static func forEach(
    in block: Block, selectors: [Selector], _ body: (ListedSeries) throws -> Bool
  ) rethrows -> [FileError] {
    guard let index = block.index else { return block.damage }
    var filter = selectors.isEmpty ? nil : SeriesFilter(selectors, index: index)
    var sequence = index.series()
    while sequence.next() {
      let batch = sequence.batch
      var start = 0
      for entry in batch.series {
        let range = start..<entry.labelsEnd
        start = entry.labelsEnd
        if let selected = filter?.selects(batch.labels, range), !selected { continue }
        let labels = batch.labels[range].map {
          Label(name: index.symbol(Int($0.name)), value: index.symbol(Int($0.value)))
        }
        let times =
          entry.chunkCount > 0
          ? TimeRange(minTime: entry.minTime, maxTime: entry.maxTime) : TimeRange()
        let place = ListedSeries.Place.block(
          path: block.folder.path, reference: entry.reference, chunks: entry.chunkCount)
        guard try body(ListedSeries(place: place, labels: labels, times: times)) else {
          return block.damage + sequence.damage
        }
      }
    }
    return block.damage + sequence.damage
  }

  /// Calls `body` with the series of a head that one of `selectors` selects, until it gives false.
  public static func forEach(
    in head: HeadCensus, selectors: [Selector], _ body: (ListedSeries) throws -> Bool
  ) rethrows {
    let history = head.history
    var filter = HistoryFilter(selectors, history)
    let refs = head.refsBySeries()
    var next = refs.startIndex
    for series in 0..<SeriesTable.SeriesID(history.series.count) {
      let first = next
      while next < refs.endIndex, refs[next].series == series { next += 1 }
      guard filter.selects(series) else { continue }
      let pairs = history.series.pairs(of: series)
      var labels: [Label] = []
      for index in pairs.indices { labels.append(history.pairs.label(ofPair: pairs[index])) }
      let place = ListedSeries.Place.head(refs: refs[first..<next].map(\.ref))
      let times = history.series.times[Int(series)]
      guard try body(ListedSeries(place: place, labels: labels, times: times)) else { return }
    }
  }
}
