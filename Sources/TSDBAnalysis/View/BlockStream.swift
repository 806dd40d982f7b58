internal import TSDBFormat
internal import TSDBStore

/// The wanted series of a block, one after the other in the order of its index, which is label order.
struct BlockStream {
  /// One series.
  struct Series {
    let labels: [Label]
    let runs: [SampleRun]
  }

  /// The next series; nil behind the last.
  private(set) var next: Series?
  /// The chunk segments.
  let chunks: BlockChunks
  private let index: IndexFile
  private let range: TimeRange
  private let precedence: Int
  private let tombstones: [UInt64: DeletedTimes]
  private var sequence: SeriesSequence
  /// The series in the order of their labels, where the index has another.
  private var sorted: SortedSeries?
  private var filter: SeriesFilter
  /// Place in the batch, and where the labels and chunks of that series start.
  private var place = 0
  private var labelsStart = 0
  private var chunksStart = 0
  /// By place in a series: the last label there, which the next series most often has too.
  private var known: [(symbols: SeriesBatch.LabelSymbols, label: Label)] = []
  private var lastChunk = ChunkReference(rawValue: 0)

  /// The series of `block` that `selectors` select and that have chunks within `range`; nil where
  /// there is no index that could be read. Where `goesByOrder` is true, chunks are looked for as a
  /// server does that lacks a segment. With `sorts`, series and labels that are not sorted are sorted, so that
  /// the same ones meet.
  init?(
    _ block: Block, selectors: [Selector], range: TimeRange, precedence: Int,
    goesByOrder: Bool = false, sorts: Bool = false, aggregate: Aggregate? = nil
  ) {
    guard let index = block.index else { return nil }
    self.index = index
    self.range = range
    self.precedence = precedence
    chunks = BlockChunks(block.folder, goesByOrder: goesByOrder, aggregate: aggregate)
    tombstones = Dictionary(grouping: block.tombstones ?? [], by: \.series).mapValues {
      DeletedTimes($0.map { TimeRange(minTime: $0.minTime, maxTime: $0.maxTime) })
    }
    sequence = index.series(chunks: true)
    if sorts, !SortedSeries.areSorted(in: index) { sorted = SortedSeries(index) }
    filter = SeriesFilter(selectors, index: index)
    advance()
  }

  /// What was wrong with the series so far, and what of the chunks cannot be looked at.
  var damage: [FileError] { chunks.unread + (sorted?.damage ?? sequence.damage) }

  /// Steps to the next series.
  mutating func advance() {
    next = nil
    if let sorted {
      while next == nil, place < sorted.count {
        if let entry = sorted.entry(at: place), filter.selects(entry.labels, entry.labels.indices) {
          next = read(entry)
        }
        place += 1
      }
      return
    }
    while next == nil {
      while place >= sequence.batch.series.count {
        guard sequence.next() else { return }
        place = 0
        labelsStart = 0
        chunksStart = 0
      }
      let series = sequence.batch.series[place]
      if filter.selects(sequence.batch.labels, labelsStart..<series.labelsEnd) {
        next = read(series)
      }
      place += 1
      labelsStart = series.labelsEnd
      chunksStart = series.chunksEnd
    }
  }

  private func read(_ entry: SortedSeries.Entry) -> Series? {
    let runs = runs(entry.chunks[...], of: entry.reference)
    guard !runs.isEmpty else { return nil }
    return Series(
      labels: entry.labels.map {
        Label(name: index.symbol(Int($0.name)), value: index.symbol(Int($0.value)))
      }, runs: runs)
  }

  private func runs(_ chunks: ArraySlice<ChunkMeta>, of series: UInt64) -> [SampleRun] {
    let deleted = tombstones[series] ?? DeletedTimes()
    var runs: [SampleRun] = []
    for chunk in chunks {
      let range = TimeRange(minTime: chunk.minTime, maxTime: chunk.maxTime)
      guard range.overlaps(self.range) else { continue }
      runs.append(
        SampleRun(
          content: .blockChunk(self.chunks, chunk.reference), range: range, precedence: precedence,
          tombstones: deleted))
    }
    return runs
  }

  private mutating func read(_ series: SeriesBatch.Series) -> Series? {
    let runs = runs(sequence.batch.chunks[chunksStart..<series.chunksEnd], of: series.reference)
    guard let last = runs.last else { return nil }
    release(before: last)
    return Series(labels: labels(labelsStart..<series.labelsEnd), runs: runs)
  }

  private mutating func labels(_ range: Range<Int>) -> [Label] {
    var labels: [Label] = []
    labels.reserveCapacity(range.count)
    for (place, index) in range.enumerated() {
      let symbols = sequence.batch.labels[index]
      if place < known.count, known[place].symbols == symbols {
        labels.append(known[place].label)
        continue
      }
      let name =
        place < known.count && known[place].symbols.name == symbols.name
        ? known[place].label.name : self.index.symbol(Int(symbols.name))
      let label = Label(name: name, value: self.index.symbol(Int(symbols.value)))
      labels.append(label)
      if place < known.count {
        known[place] = (symbols, label)
      } else {
        known.append((symbols, label))
      }
    }
    return labels
  }

  /// Chunks are read in the order of the files: what lies far behind is not needed any more.
  private mutating func release(before run: SampleRun) {
    guard case .blockChunk(_, let reference) = run.content else { return }
    let step = 32 << 20
    if reference.segment != lastChunk.segment {
      chunks.release(lastChunk.segment, before: .max)
      lastChunk = ChunkReference(rawValue: UInt64(reference.segment) << 32)
    } else if reference.offset - lastChunk.offset > 2 * step {
      chunks.release(reference.segment, before: reference.offset - step)
      lastChunk = ChunkReference(
        rawValue: UInt64(reference.segment) << 32 | UInt64(reference.offset - step))
    }
  }
}
