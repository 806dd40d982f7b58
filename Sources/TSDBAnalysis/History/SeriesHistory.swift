internal import TSDBFormat
internal import TSDBStore

/// Every distinct series of a head, of blocks, or of all together: its labels once, its first and
/// last sample.
public struct SeriesHistory: Sendable {
  /// Label pairs of all series.
  public internal(set) var pairs = LabelPairTable()
  /// The series.
  public internal(set) var series = SeriesTable()
  /// The label pairs with the values that are on disk, where `pairs` has others in their place.
  private(set) var pairsOnDisk: LabelPairTable?

  /// A history of nothing.
  public init() {}

  /// The pair of `series` with the label `name`, if it has that label.
  public func pair(
    of series: SeriesTable.SeriesID, named name: LabelPairTable.NameID
  ) -> LabelPairTable.PairID? {
    let own = self.series.pairs(of: series)
    for index in own.indices where pairs.nameID(ofPair: own[index]) == name { return own[index] }
    return nil
  }

  /// Puts another value in the place of each for which `replacement` gives one; pairs and series keep
  /// their numbers. Selectors still match what is on disk.
  mutating func replaceValues(
    _ replacement: (_ name: [UInt8], _ value: [UInt8]) -> [UInt8]?
  ) {
    let original = pairs
    pairs = original.replacingValues(replacement)
    pairsOnDisk = original
  }

  /// True if `matcher` takes the value that a pair has on disk.
  func holds(_ matcher: LabelMatcher, _ pair: LabelPairTable.PairID) -> Bool {
    if let pairsOnDisk { return matcher.matches(pairsOnDisk.value(ofPair: pair)) }
    return matcher.matches(pairs.value(ofPair: pair))
  }
}
