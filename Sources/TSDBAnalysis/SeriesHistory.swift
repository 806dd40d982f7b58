/// Every distinct series of a head, of blocks, or of all together: its labels once, its first and
/// last sample.
public struct SeriesHistory: Sendable {
  /// Label pairs of all series.
  public internal(set) var pairs = LabelPairTable()
  /// The series.
  public internal(set) var series = SeriesTable()

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
}
