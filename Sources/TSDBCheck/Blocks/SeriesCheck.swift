internal import TSDBFormat
internal import TSDBStore

/// All series of an index, walked once: labels, order, chunk times; and what the postings are compared
/// with later.
struct SeriesCheck {
  private(set) var references: SeriesReferences
  private(set) var pairs: LabelPairSums
  private(set) var chunks: ChunkCheck
  private(set) var chunkCount = 0
  /// The time that all chunks cover.
  private(set) var times = TimeRange()
  /// Chunks that reach out of the block's time, and the series that has the first of them.
  private(set) var outside: (count: Int, series: UInt64) = (0, 0)
  private let place: SeriesPlace
  private let symbols: Int
  private let symbolsAreSorted: Bool
  /// What the block covers, both ends included; nil if nobody knows.
  private let range: TimeRange?
  private let readsChunks: Bool
  private var lastIsSorted = true
  private var lastLabels: [SeriesBatch.LabelSymbols] = []
  private var list = FindingList()

  init(
    _ index: IndexFile, _ chunks: ChunkCheck, symbolsAreSorted: Bool, range: TimeRange?,
    readsChunks: Bool
  ) {
    references = SeriesReferences(
      size: index.file.size, usesByteOffsets: index.header.usesByteOffsets)
    pairs = LabelPairSums(symbols: index.symbols.count)
    self.chunks = chunks
    place = SeriesPlace(index)
    symbols = index.symbols.count
    self.symbolsAreSorted = symbolsAreSorted
    self.range = range
    self.readsChunks = readsChunks
  }

  /// What is wrong with the series, when all were read.
  var findings: [Finding] { list.summed() }

  /// Findings about the chunks, when all were read.
  mutating func finishChunks(seriesAreDamaged: Bool, hasGap: Bool) -> [Finding] {
    chunks.finish(seriesAreDamaged: seriesAreDamaged, hasGap: hasGap)
  }

  mutating func check(_ batch: SeriesBatch) {
    var previous: Range<Int>?
    var (labelStart, chunkStart) = (0, 0)
    for series in batch.series {
      let labels = labelStart..<series.labelsEnd
      let chunks = chunkStart..<series.chunksEnd
      (labelStart, chunkStart) = (series.labelsEnd, series.chunksEnd)
      let term = references.insert(series.reference)
      let isSorted = checkLabels(batch.labels, labels, of: series.reference, term: term)
      if !isSorted || !lastIsSorted {
        // Labels that are not sorted cannot be compared.
      } else if let previous {
        checkOrder(batch.labels, previous, batch.labels, labels, of: series.reference)
      } else {
        checkOrder(lastLabels, lastLabels.indices, batch.labels, labels, of: series.reference)
      }
      previous = labels
      lastIsSorted = isSorted
      checkChunks(batch.chunks, chunks, of: series.reference)
    }
    if let previous { lastLabels = Array(batch.labels[previous]) }
  }

  /// False where labels are not in the order of their names.
  private mutating func checkLabels(
    _ labels: [SeriesBatch.LabelSymbols], _ range: Range<Int>, of series: UInt64, term: UInt64
  ) -> Bool {
    var last: Int64 = -1
    var isSorted = true
    for index in range {
      let label = labels[index]
      let name = Int64(label.name)
      // A list has each series once, however often the series has the label.
      if name > last || !isKnown(label, in: labels[range.lowerBound..<index]) {
        pairs.add(label, term: term)
      }
      if name <= last, isSorted, symbolsAreSorted || name == last {
        isSorted = false
        list.add(
          name == last
            ? place.finding(
              of: series, .indexSeriesLabelDuplicate, .warning, "has a label name twice")
            : place.finding(of: series, .indexSeriesLabelOrder, .warning, "labels are not sorted"))
      }
      last = name
    }
    if range.isEmpty {
      list.add(
        place.finding(of: series, .indexSeriesLabelMissing, .warning, "a series without labels"))
    }
    return isSorted
  }

  /// A label is looked for among so many before it.
  private static let mostLabels = 1000

  private func isKnown(
    _ label: SeriesBatch.LabelSymbols, in before: ArraySlice<SeriesBatch.LabelSymbols>
  ) -> Bool {
    before.suffix(Self.mostLabels).contains(label)
  }

  /// Series stand in the order of their labels, each set of labels once. Symbols are sorted, so that
  /// their numbers are as good as their bytes.
  private mutating func checkOrder(
    _ before: [SeriesBatch.LabelSymbols], _ left: Range<Int>,
    _ labels: [SeriesBatch.LabelSymbols], _ right: Range<Int>, of series: UInt64
  ) {
    guard symbolsAreSorted, !left.isEmpty else { return }
    let count = min(left.count, right.count)
    for index in 0..<count {
      let mine = before[left.lowerBound &+ index]
      let next = labels[right.lowerBound &+ index]
      if mine == next { continue }
      let isSorted = mine.name != next.name ? mine.name < next.name : mine.value < next.value
      if !isSorted { addDisorder(series) }
      return
    }
    if left.count == right.count {
      list.add(
        place.finding(
          of: series, .indexSeriesDuplicate, .loss, "has the labels of the series before it",
          lost: "queries that find both fail"))
    } else if left.count > right.count {
      addDisorder(series)
    }
  }

  private mutating func addDisorder(_ series: UInt64) {
    list.add(
      place.finding(
        of: series, .indexSeriesOrder, .warning,
        "sorts before the series that stands before it: a compaction of the block fails"))
  }

  /// What is wrong with the place of a chunk behind `last`.
  private func followError(
    _ chunk: ChunkMeta, _ last: ChunkMeta?, of series: UInt64
  ) -> Finding? {
    // Words are made for what is wrong alone: there are millions of chunks.
    var times: Message { "from \(time: chunk.minTime) to \(time: chunk.maxTime)" }
    func wrong(_ message: Message) -> Finding {
      place.finding(of: series, .indexSeriesChunkOrder, .warning, message)
    }
    guard chunk.minTime <= chunk.maxTime else {
      return wrong("chunk times \(times) do not follow those before")
    }
    guard let last, chunk.minTime <= last.maxTime else { return nil }
    if chunk == last { return wrong("the chunk with times \(times) stands there twice") }
    guard chunk.minTime == last.maxTime,
      chunk.minTime > last.minTime || chunk.maxTime > last.maxTime
    else { return wrong("chunk times \(times) do not follow those before") }
    return place.finding(
      of: series, .indexSeriesChunkTouch, .warning,
      "the chunk with times \(times) begins at the time at which the one before it ends")
  }

  private mutating func checkChunks(
    _ chunks: [ChunkMeta], _ indices: Range<Int>, of series: UInt64
  ) {
    if indices.isEmpty {
      list.add(
        place.finding(of: series, .indexSeriesChunkMissing, .info, "a series without chunks"))
    }
    chunkCount &+= indices.count
    var last: ChunkMeta?
    for index in indices {
      let chunk = chunks[index]
      if let finding = followError(chunk, last, of: series) { list.add(finding) }
      last = chunk
      times.include(chunk.minTime)
      times.include(chunk.maxTime)
      if let range, chunk.minTime < range.minTime || chunk.maxTime > range.maxTime {
        if outside.count == 0 { outside.series = series }
        outside.count &+= 1
      }
      if readsChunks { self.chunks.read(chunk, of: series) }
    }
  }
}
