internal import TSDBFormat

/// A cause as it is found, before all is counted that is told of it.
struct GrowthDraft {
  typealias PairID = LabelPairTable.PairID
  typealias NameID = LabelPairTable.NameID

  var kind: GrowthCause.Kind
  /// The label; nil where none did it.
  var label: NameID?
  /// Those that move with it, or multiply with it.
  var alsoLabels: [NameID] = []
  /// Its births.
  var members: [SeriesTable.SeriesID]
  /// The new values of its labels, by label, in their order.
  var values: [NameID: [PairID]] = [:]
  /// Values of the label before.
  var valuesBefore = 0
  /// Since when; nil where it was there from the beginning.
  var onset: Int64?
  /// The number of its job, where it is of one alone.
  var job: Int?
  /// The number of the draft whose targets it tells of.
  var follows: Int?
  /// True where it tells of targets that a repair cut out.
  var followsCut = false
  /// True where the growth has been there at the same rate for a day or more.
  var isTrend = false
}
