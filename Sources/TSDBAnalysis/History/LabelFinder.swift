internal import TSDBFormat

/// Finds a label in series after series. Labels are sorted, and series of a scrape stand together, so it
/// mostly stands where it did in the one before, and mostly with the same value.
public struct LabelFinder {
  private let name: LabelPairTable.NameID
  private var place = 0
  private var last: LabelPairTable.PairID?

  /// A finder of the label `name`.
  public init(_ name: LabelPairTable.NameID) { self.name = name }

  /// A finder of the label `name`; nil where no series of `history` has it.
  public init?(_ name: String, in history: SeriesHistory) {
    guard let name = history.pairs.nameID(of: Array(name.utf8)) else { return nil }
    self.init(name)
  }

  /// The pair of `series` with the label, if it has that label.
  public mutating func pair(
    of series: SeriesTable.SeriesID, in history: SeriesHistory
  ) -> LabelPairTable.PairID? {
    let own = history.series.pairs(of: series)
    if place < own.count {
      let pair = own[place]
      if pair == last { return pair }
      if history.pairs.nameID(ofPair: pair) == name {
        last = pair
        return pair
      }
    }
    for index in own.indices where history.pairs.nameID(ofPair: own[index]) == name {
      place = index
      last = own[index]
      return own[index]
    }
    return nil
  }
}
