internal import TSDBFormat
internal import TSDBRepair
internal import TSDBStore

/// Writes the index of a block anew with other label values: symbols and series in their new order, and
/// postings and tables that follow from them. Places of chunks stay.
///
/// Memory: what is replaced of the symbols, and for each series its labels as numbers and its chunks.
struct IndexRedaction {
  private let index: IndexFile
  private var labels: [SeriesBatch.LabelSymbols] = []
  private var chunks: [ChunkMeta] = []
  private var series: [SeriesBatch.Series] = []
  /// By number of a symbol: is it a name, or a value that stays; is it a value that is replaced.
  private var stays: [Bool]
  private var goes: [Bool]
  /// By number of a symbol, as a name: are its values replaced.
  private var replaces: [Bool?]
  /// New references of the series, by the old ones.
  private(set) var references: [UInt64: UInt64] = [:]
  /// Labels of series whose value was replaced.
  private(set) var replaced = 0
  /// Rules of what is wrong with the index, each once.
  private(set) var damage: [String] = []
  /// What is not as it was, besides that damage.
  private(set) var notReproduced: [String] = []

  /// Reads `index`; nil where its symbols cannot be trusted, or no series can be read of many.
  init?(_ index: IndexFile, _ values: ValueReplacer) {
    guard index.symbols.damage.isEmpty else { return nil }
    self.index = index
    stays = [Bool](repeating: false, count: index.symbols.count)
    goes = stays
    replaces = [Bool?](repeating: nil, count: index.symbols.count)
    read(values)
    if series.isEmpty, index.symbols.count > 1 || !damage.isEmpty { return nil }
  }

  private mutating func read(_ values: ValueReplacer) {
    var sequence = index.series(chunks: true)
    while sequence.next() {
      let batch = sequence.batch
      for one in batch.series {
        series.append(
          SeriesBatch.Series(one, labelsFrom: labels.count, chunksFrom: chunks.count))
      }
      labels += batch.labels
      chunks += batch.chunks
      for label in batch.labels { take(label, values) }
    }
    var damage = index.damage + sequence.damage
    if let tables = index.checkTables() {
      damage += tables.damage.map { .damaged(path: index.file.path, $0) }
    }
    var rules: Set<String> = []
    for case .damaged(_, let error) in damage { rules.insert(error.rule) }
    self.damage = rules.sorted()
    if index.header.usesByteOffsets { notReproduced.append("written anew in version 2") }
    for place in series.indices.dropFirst() where !precedes(place - 1, place) {
      notReproduced.append("series that are out of order, or there twice, are in order now")
      break
    }
  }

  private mutating func take(_ label: SeriesBatch.LabelSymbols, _ values: ValueReplacer) {
    let (name, value) = (Int(label.name), Int(label.value))
    stays[name] = true
    let replaces: Bool
    if let known = self.replaces[name] {
      replaces = known
    } else {
      let file = index.file
      replaces = values.redactor.replaces(index.symbols.bytes(of: name, in: file.bytes))
      self.replaces[name] = replaces
    }
    if replaces, index.symbols.length(of: value) > 0 {
      goes[value] = true
      replaced += 1
    } else {
      stays[value] = true
    }
  }

  private func labelRange(_ place: Int) -> Range<Int> {
    (place == 0 ? 0 : series[place - 1].labelsEnd)..<series[place].labelsEnd
  }

  /// True if the labels at `place` sort before those at `other`; symbols are sorted, so their numbers
  /// sort as they do.
  private func precedes(_ place: Int, _ other: Int) -> Bool {
    let (mine, theirs) = (labelRange(place), labelRange(other))
    var (left, right) = (mine.lowerBound, theirs.lowerBound)
    while left < mine.upperBound, right < theirs.upperBound {
      let (a, b) = (labels[left], labels[right])
      if a.name != b.name { return a.name < b.name }
      if a.value != b.value { return a.value < b.value }
      left += 1
      right += 1
    }
    return mine.count < theirs.count
  }

  /// Writes the new index.
  mutating func write(
    to sink: FileSink, _ values: ValueReplacer, check: () throws -> Void
  ) throws {
    let flush: IndexWriter.Flush<FileError> = { bytes throws(FileError) in try sink.write(bytes) }
    var writer = IndexWriter(writesLabelIndices: index.contents?.hasLabelIndices ?? false)
    writeSymbols(to: &writer, values)
    try check()
    let order = series.indices.sorted { precedes($0, $1) }
    for (number, place) in order.enumerated() {
      let chunks = chunks[(place == 0 ? 0 : series[place - 1].chunksEnd)..<series[place].chunksEnd]
      guard let reference = writer.append(labels[labelRange(place)], chunks) else {
        notReproduced.append("series behind 64 GiB of index are left out")
        break
      }
      references[series[place].reference] = UInt64(reference)
      try writer.drain(to: flush)
      if number.isMultiple(of: 4096) { try check() }
    }
    try writer.finish(to: flush)
  }

  /// Writes the new symbols, and gives all labels their numbers.
  private mutating func writeSymbols(to writer: inout IndexWriter, _ values: ValueReplacer) {
    var texts: [(bytes: [UInt8], symbol: Int, isReplaced: Bool)] = []
    for symbol in 0..<index.symbols.count {
      let bytes = index.symbols.bytes(of: symbol, in: index.file.bytes)
      // What no series uses may be a value that one had.
      let isUsed = stays[symbol] || goes[symbol]
      if stays[symbol] || (!isUsed && bytes.byteCount == 0) {
        texts.append((index.symbol(symbol), symbol, false))
      }
      if goes[symbol] || (!isUsed && bytes.byteCount > 0) {
        texts.append((values.pseudonym(of: bytes), symbol, true))
      }
    }
    texts.sort { $0.bytes.rawBytes.precedes($1.bytes.rawBytes) }
    var kept = [UInt32](repeating: 0, count: index.symbols.count)
    var given = kept
    var last: [UInt8]?
    for text in texts {
      if text.bytes != last { writer.append(symbol: text.bytes.rawBytes) }
      last = text.bytes
      let rank = UInt32(truncatingIfNeeded: writer.symbolCount - 1)
      if text.isReplaced { given[text.symbol] = rank } else { kept[text.symbol] = rank }
    }
    for place in labels.indices {
      let (name, value) = (Int(labels[place].name), Int(labels[place].value))
      let isReplaced = replaces[name] == true && index.symbols.length(of: value) > 0
      labels[place] = SeriesBatch.LabelSymbols(
        name: kept[name], value: isReplaced ? given[value] : kept[value])
    }
  }
}

extension SeriesBatch.Series {
  /// The same series with its labels and chunks behind others.
  fileprivate init(_ series: SeriesBatch.Series, labelsFrom labels: Int, chunksFrom chunks: Int) {
    self.init(
      reference: series.reference, labelsEnd: labels + series.labelsEnd,
      chunkCount: series.chunkCount, chunksEnd: chunks + series.chunksEnd,
      minTime: series.minTime, maxTime: series.maxTime)
  }
}
