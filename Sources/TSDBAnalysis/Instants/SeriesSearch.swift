internal import TSDBFormat

/// Finds series of a history by their labels, one after the other in label order: neighbours share most labels,
/// whose pairs are kept by their place.
struct SeriesSearch {
  private var labels: [Label] = []
  private var pairs: [LabelPairTable.PairID] = []

  /// The series with these labels, if there is one.
  mutating func series(
    with wanted: [Label], in history: SeriesHistory
  ) -> SeriesTable.SeriesID? {
    for (place, label) in wanted.enumerated() {
      if place < labels.count, labels[place] == label { continue }
      guard let name = history.pairs.nameID(of: label.name),
        let pair = history.pairs.pairID(name: name, value: label.value.rawBytes)
      else { return nil }
      if place < labels.count {
        (labels[place], pairs[place]) = (label, pair)
      } else {
        labels.append(label)
        pairs.append(pair)
      }
    }
    return history.series.find(pairs.span.extracting(0..<wanted.count))
  }
}
