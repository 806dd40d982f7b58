/// Labels of series records that no server writes, and that stop one later: they come of damage that a
/// checksum does not show, of other programs, and of releases with a fault.
public enum LabelFlaw: String, Sendable, CaseIterable {
  /// A name more than once.
  case duplicate
  /// Names that are not in the order of their bytes.
  case order
  /// A name of no bytes.
  case emptyName = "empty-name"
  /// A name and a value of no bytes: that pair stands for all series in a server's lists
  /// (Prometheus: tsdb/index/postings.go, `allPostingsKey`).
  case emptyPair = "empty-pair"
  /// No label at all.
  case missing
}

extension SeriesRecord {
  /// Calls `body` with each series of `range` whose labels have a flaw, the gravest of them, and its labels.
  /// All of them are of one record, `payload`.
  public func forEachFlaw(
    of range: Range<Int>, in payload: RawSpan,
    _ body: (_ series: Int, _ flaw: LabelFlaw, _ labels: [Change]) -> Void
  ) {
    var row: [Change] = []
    var flaw: LabelFlaw?
    for index in range {
      let count = series[index].labelCount
      var isOther = row.count != count || count == 0
      if row.count > count { row.removeSubrange(count...) }
      for change in changes[changeRange(of: index)] {
        let place = Int(change.place)
        guard place < row.count else {
          row.append(change)
          isOther = true
          continue
        }
        if change.name.length == 0
          || !row[place].name.bytes(in: payload).isEqual(to: change.name.bytes(in: payload))
        {
          isOther = true
        }
        row[place] = change
      }
      // Neighbours in a record mostly differ in values.
      if isOther { flaw = Self.flaw(of: row, in: payload) }
      if let flaw { body(index, flaw, row) }
    }
  }

  /// The gravest flaw of a series with these labels.
  private static func flaw(of row: [Change], in payload: RawSpan) -> LabelFlaw? {
    if row.isEmpty { return .missing }
    var isUnsorted = false
    var hasEmptyName = false
    for place in row.indices {
      if row[place].name.length == 0 {
        if row[place].value.length == 0 { return .emptyPair }
        hasEmptyName = true
      }
      guard place > 0 else { continue }
      let before = row[place &- 1].name.bytes(in: payload)
      let name = row[place].name.bytes(in: payload)
      if before.isEqual(to: name) { return .duplicate }
      if !before.precedes(name) { isUnsorted = true }
    }
    guard isUnsorted else { return hasEmptyName ? .emptyName : nil }
    // A name may come again somewhere else.
    let names = row.map { [UInt8]($0.name.bytes(in: payload)) }
    return Set(names).count < names.count ? .duplicate : hasEmptyName ? .emptyName : .order
  }
}
