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

extension LabelFlaw {
  /// The gravest flaw of labels as a record has them, behind their count; nil where they have none, or cannot be
  /// decoded.
  public init?(ofLabels labels: RawSpan) {
    var cursor = ByteCursor(labels, at: 0, in: .seriesRecord)
    var row: [SeriesRecord.Change] = []
    do throws(DecodeError) {
      for place in 0..<(try cursor.count(ofAtLeast: 2)) {
        var slices: [SeriesRecord.Slice] = []
        for _ in 0..<2 {
          let length = try cursor.count()
          slices.append(
            SeriesRecord.Slice(
              start: UInt32(truncatingIfNeeded: cursor.position),
              length: UInt32(truncatingIfNeeded: length)))
          try cursor.skip(length)
        }
        row.append(
          SeriesRecord.Change(
            place: UInt32(truncatingIfNeeded: place), name: slices[0], value: slices[1]))
      }
    } catch {
      return nil
    }
    guard let flaw = SeriesRecord.flaw(of: row, in: labels) else { return nil }
    self = flaw
  }
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
  fileprivate static func flaw(of row: [Change], in payload: RawSpan) -> LabelFlaw? {
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
