public import TSDBFormat

/// The series of an index in the order of their labels, whatever order they and their labels have in the file:
/// the labels of each sorted by their names, each name once. Of several values of a name the first one counts that
/// no other series of the index has besides the same labels, so that no two become one by that.
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
  /// By reference, the labels of series that have several values of a name.
  private var chosen: [UInt64: [SeriesBatch.LabelSymbols]] = [:]
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
    while sequence.next() { look(at: sequence.batch) }
    if !chosen.isEmpty { choose() }
    sequence = index.series()
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

  /// True where the symbols, the labels of each series and the series of `index` are in order, each once, as
  /// servers write them. Keeps nothing of them.
  public static func areSorted(in index: IndexFile) -> Bool {
    let symbols = index.symbols
    let file = index.file.bytes
    let symbolsAreSorted = (1..<max(symbols.count, 1)).allSatisfy {
      symbols.bytes(of: $0 &- 1, in: file).precedes(symbols.bytes(of: $0, in: file))
    }
    guard symbolsAreSorted else { return false }
    var last: [SeriesBatch.LabelSymbols] = []
    var sequence = index.series()
    while sequence.next() {
      var start = 0
      for series in sequence.batch.series {
        let own = sequence.batch.labels[start..<series.labelsEnd]
        start = series.labelsEnd
        guard zip(own, own.dropFirst()).allSatisfy({ $0.name < $1.name }),
          last.isEmpty || isOrdered(last[...], before: own)
        else { return false }
        last.replaceSubrange(last.indices, with: own)
      }
    }
    return true
  }

  private static func isOrdered(
    _ left: ArraySlice<SeriesBatch.LabelSymbols>, before right: ArraySlice<SeriesBatch.LabelSymbols>
  ) -> Bool {
    for (mine, theirs) in zip(left, right) where mine != theirs {
      return (mine.name, mine.value) < (theirs.name, theirs.value)
    }
    return left.count < right.count
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
      reference: series.reference,
      labels: chosen[series.reference] ?? sorted(batch.labels[...], value: 0), chunks: batch.chunks)
  }

  /// Takes note of the series that have several values of a name.
  private mutating func look(at batch: SeriesBatch) {
    var start = 0
    for series in batch.series {
      let own = batch.labels[start..<series.labelsEnd]
      start = series.labelsEnd
      if zip(own, own.dropFirst()).allSatisfy({ rank($0.name) < rank($1.name) }) { continue }
      let first = sorted(own, value: 0)
      if first != sorted(own, value: 1) { chosen[series.reference] = first }
    }
  }

  /// Chooses among the values of names that stand twice.
  private mutating func choose() {
    /// At most so many values are tried.
    let most = 8
    var known: Set<[UInt32]> = []
    func key(_ labels: [SeriesBatch.LabelSymbols]) -> [UInt32] {
      labels.flatMap { [rank($0.name), rank($0.value)] }
    }
    func visit(_ body: (UInt64, ArraySlice<SeriesBatch.LabelSymbols>) -> Void) {
      var sequence = index.series()
      while sequence.next() {
        var start = 0
        for series in sequence.batch.series {
          body(series.reference, sequence.batch.labels[start..<series.labelsEnd])
          start = series.labelsEnd
        }
      }
    }
    visit { reference, labels in
      if chosen[reference] == nil { known.insert(key(sorted(labels, value: 0))) }
    }
    var result = chosen
    visit { reference, labels in
      guard let first = chosen[reference] else { return }
      let free = (0..<most).map { sorted(labels, value: $0) }
        .first { !known.contains(key($0)) }
      known.insert(key(free ?? first))
      result[reference] = free ?? first
    }
    chosen = result
  }

  private mutating func take(_ batch: SeriesBatch) {
    var start = 0
    for series in batch.series {
      let own = batch.labels[start..<series.labelsEnd]
      start = series.labelsEnd
      let wanted = chosen[series.reference] ?? sorted(own, value: 0)
      if !hasUnsortedLabels, !wanted.elementsEqual(own) { hasUnsortedLabels = true }
      for label in wanted {
        labels.append(rank(label.name))
        labels.append(rank(label.value))
      }
      ends.append(labels.count)
      references.append(series.reference)
    }
  }

  /// The labels sorted by name; of a name that is there several times, the value of this number, or the last.
  private func sorted(
    _ labels: ArraySlice<SeriesBatch.LabelSymbols>, value: Int
  ) -> [SeriesBatch.LabelSymbols] {
    let isSorted = zip(labels, labels.dropFirst()).allSatisfy { rank($0.name) < rank($1.name) }
    if isSorted { return Array(labels) }
    var result: [SeriesBatch.LabelSymbols] = []
    let ordered = labels.enumerated().sorted {
      (rank($0.element.name), $0.offset) < (rank($1.element.name), $1.offset)
    }
    /// How many values of the last name came before.
    var met = 0
    for (_, label) in ordered {
      if let last = result.last, rank(last.name) == rank(label.name) {
        if met < value, rank(last.value) != rank(label.value) {
          result[result.count &- 1] = label
          met &+= 1
        }
      } else {
        result.append(label)
        met = 0
      }
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
