internal import TSDBFormat
internal import TSDBStore

/// Adds the series of blocks to a history.
///
/// A block's symbols become label pairs once per block, not once per series: nearly every value
/// belongs to one name, so an array with a slot for each symbol answers for all but a few.
struct BlockHistory {
  /// The pair that a value symbol makes with a name symbol.
  private struct Slot {
    /// Symbol of the name, plus 1; 0 while the slot is empty.
    var name: UInt32 = 0
    var pair: LabelPairTable.PairID = 0
  }

  private let index: IndexFile
  private var slots: [Slot]
  /// Pairs of values that occur under several names, by name and value symbol.
  private var overflow: [UInt64: LabelPairTable.PairID] = [:]
  private var pairIDs: [LabelPairTable.PairID] = []

  private init(_ index: IndexFile) {
    self.index = index
    slots = [Slot](repeating: Slot(), count: index.symbols.count)
  }

  /// Adds all series of `index`; gives what is wrong with them. `progress` gets the bytes of the
  /// series section as they are done.
  static func add(
    _ index: IndexFile, to history: inout SeriesHistory, progress: (Int) -> Void
  ) -> [FileError] {
    var translation = BlockHistory(index)
    var sequence = index.series()
    var read = 0
    while sequence.next() {
      translation.add(sequence.batch, to: &history)
      let end = sequence.position
      progress(end - read)
      read = end
    }
    progress(max(0, index.file.size - read))
    return sequence.damage
  }

  private mutating func add(_ batch: SeriesBatch, to history: inout SeriesHistory) {
    var start = 0
    for entry in batch.series {
      pairIDs.removeAll(keepingCapacity: true)
      for index in start..<entry.labelsEnd {
        pairIDs.append(pair(of: batch.labels[index], in: &history.pairs))
      }
      start = entry.labelsEnd
      let series = history.series.intern(pairIDs.span)
      if entry.chunkCount > 0 {
        history.series.include(
          TimeRange(minTime: entry.minTime, maxTime: entry.maxTime), of: series)
      }
    }
  }

  private mutating func pair(
    of label: SeriesBatch.LabelSymbols, in pairs: inout LabelPairTable
  ) -> LabelPairTable.PairID {
    let value = Int(label.value)
    if slots[value].name == label.name &+ 1 { return slots[value].pair }
    let key = UInt64(label.name) &<< 32 | UInt64(label.value)
    if slots[value].name != 0, let pair = overflow[key] { return pair }
    let index = index
    let bytes = index.file.bytes
    let name = pairs.intern(name: index.symbols.bytes(of: Int(label.name), in: bytes))
    let pair = pairs.intern(name: name, value: index.symbols.bytes(of: value, in: bytes))
    if slots[value].name == 0 {
      slots[value] = Slot(name: label.name &+ 1, pair: pair)
    } else {
      overflow[key] = pair
    }
    return pair
  }
}
