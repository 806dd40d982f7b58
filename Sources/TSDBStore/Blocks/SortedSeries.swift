public import TSDBFormat

/// The series of an index in the order of their labels, whatever order they and their labels have in the file:
/// the labels of each sorted by their names, of a name that it has twice the first one.
///
/// Memory grows with the series and their labels: eight bytes for each label.
public struct SortedSeries: Sendable {
  /// One series.
  public struct Entry: Sendable {
    /// How postings and tombstones refer to it.
    public let reference: UInt64
    /// Its labels, sorted, each name once.
    public let labels: [SeriesBatch.LabelSymbols]
    /// Its chunks, as they stand there.
    public let chunks: [ChunkMeta]
  }

  private let index: IndexFile
  /// By the number of a symbol: its place among all, equal ones at the same. Empty where symbols are sorted.
  private let ranks: [UInt32]
  private var references: [UInt64] = []
  /// The labels of all series, as ranks of name and value.
  private var labels: [UInt32] = []
  /// Where the labels of each series end.
  private var ends: [Int] = []
  /// The series in the order of their labels.
  private var order: [Int] = []
  /// True where the labels of some series are not sorted, or have a name twice.
  public private(set) var hasUnsortedLabels = false
  /// True where the file has the series in another order, or one of them twice.
  public private(set) var isAnotherOrder = false
  /// What is wrong with series that cannot be read.
  public private(set) var damage: [FileError] = []

  /// Reads all series of `index` that can be read.
  public init(_ index: IndexFile) {
    self.index = index
    ranks = Self.ranks(of: index)
    var sequence = index.series()
    while sequence.next() { take(sequence.batch) }
    damage = sequence.damage
    order = Array(references.indices)
    for series in order.dropFirst() where !isOrdered(series &- 1, before: series) {
      isAnotherOrder = true
    }
    guard isAnotherOrder else { return }
    // Of equal ones, the first stays the first.
    let known = self
    order = known.order.sorted {
      known.isOrdered($0, before: $1) || !known.isOrdered($1, before: $0) && $0 < $1
    }
  }

  /// How many there are.
  public var count: Int { order.count }

  /// True where the index is as it should be: nothing is sorted then.
  public var isSorted: Bool { !hasUnsortedLabels && !isAnotherOrder && ranks.isEmpty }

  /// True where the series at `place` has the labels of the one before it.
  public func isRepeated(at place: Int) -> Bool {
    place > 0 && !isOrdered(order[place &- 1], before: order[place])
  }

  /// The series at `place`; nil if it cannot be read any more.
  public func entry(at place: Int) -> Entry? {
    guard let batch = index.series(at: references[order[place]]),
      let series = batch.series.first
    else { return nil }
    return Entry(
      reference: series.reference, labels: sorted(batch.labels[...]), chunks: batch.chunks)
  }

  private mutating func take(_ batch: SeriesBatch) {
    var start = 0
    for series in batch.series {
      let own = batch.labels[start..<series.labelsEnd]
      start = series.labelsEnd
      let wanted = sorted(own)
      if !hasUnsortedLabels, !wanted.elementsEqual(own) { hasUnsortedLabels = true }
      for label in wanted {
        labels.append(rank(label.name))
        labels.append(rank(label.value))
      }
      ends.append(labels.count)
      references.append(series.reference)
    }
  }

  private func sorted(
    _ labels: ArraySlice<SeriesBatch.LabelSymbols>
  ) -> [SeriesBatch.LabelSymbols] {
    let isSorted = zip(labels, labels.dropFirst()).allSatisfy { rank($0.name) < rank($1.name) }
    if isSorted { return Array(labels) }
    var result: [SeriesBatch.LabelSymbols] = []
    let ordered = labels.enumerated().sorted {
      (rank($0.element.name), $0.offset) < (rank($1.element.name), $1.offset)
    }
    for (_, label) in ordered where result.last.map({ rank($0.name) != rank(label.name) }) ?? true {
      result.append(label)
    }
    return result
  }

  private func rank(_ symbol: UInt32) -> UInt32 { ranks.isEmpty ? symbol : ranks[Int(symbol)] }

  private func isOrdered(_ left: Int, before right: Int) -> Bool {
    var (mine, theirs) = (left == 0 ? 0 : ends[left &- 1], right == 0 ? 0 : ends[right &- 1])
    while mine < ends[left], theirs < ends[right] {
      if labels[mine] != labels[theirs] { return labels[mine] < labels[theirs] }
      mine &+= 1
      theirs &+= 1
    }
    return mine == ends[left] && theirs < ends[right]
  }

  /// The places of the symbols; none where they are sorted, as they should be.
  private static func ranks(of index: IndexFile) -> [UInt32] {
    let symbols = index.symbols
    let file = index.file.bytes
    let isSorted = (1..<max(symbols.count, 1)).allSatisfy {
      symbols.bytes(of: $0 &- 1, in: file).precedes(symbols.bytes(of: $0, in: file))
    }
    if isSorted { return [] }
    let order = (0..<symbols.count).sorted {
      symbols.bytes(of: $0, in: file).precedes(symbols.bytes(of: $1, in: file))
    }
    var ranks = [UInt32](repeating: 0, count: symbols.count)
    var rank: UInt32 = 0
    for (place, symbol) in order.enumerated() {
      if place > 0,
        symbols.bytes(of: order[place &- 1], in: file)
          .precedes(symbols.bytes(of: symbol, in: file))
      {
        rank &+= 1
      }
      ranks[symbol] = rank
    }
    return ranks
  }
}

extension IndexFile {
  /// The series that postings refer to by `reference`, with its chunks; nil where none can be read there.
  public func series(at reference: UInt64) -> SeriesBatch? {
    let (scaled, overflow) = reference.multipliedReportingOverflow(
      by: header.usesByteOffsets ? 1 : 16)
    guard !overflow, let start = Int(exactly: scaled), start < file.size else { return nil }
    let bytes = file.bytes
    var cursor = ByteCursor(
      bytes.extracting(start..<file.size), at: start, in: .indexSeries)
    guard let length = try? cursor.count(), (try? cursor.skip(length)) != nil,
      (try? cursor.skip(MemoryLayout<UInt32>.size)) != nil
    else { return nil }
    var batch = SeriesBatch()
    var reader = SeriesReader(
      header: header, symbols: symbols, range: start..<cursor.offset, endIsKnown: true,
      wantsChunks: true)
    guard reader.next(into: &batch, symbols: symbols, file: bytes) else { return nil }
    return batch
  }
}
