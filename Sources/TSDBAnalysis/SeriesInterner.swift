internal import TSDBFormat

/// Turns the series of a record into ids, 64 at a time: first the memory of everything is asked for,
/// then it is looked up, so that the cache misses of large tables overlap.
///
/// Only the labels that change from series to series are looked up; of the hash of a series, only
/// their part is made anew.
struct SeriesInterner {
  private static let stride = 64

  /// The pairs of the last series, and what each adds to its hash.
  private var row: [LabelPairTable.PairID] = []
  private var parts: [UInt64] = []
  /// Sum of the parts.
  private var sum: UInt64 = 0

  /// The pairs of the series of the stride, one behind the other.
  private var pairIDs: [LabelPairTable.PairID] = []
  private var hashes: [UInt64] = []

  /// Interns the series of `record`, whose bytes are `payload`, and gives each with its ref.
  mutating func intern(
    _ record: SeriesPlan.Record, of plan: SeriesPlan, payload: RawSpan,
    into history: inout SeriesHistory,
    each: (_ ref: UInt64, _ series: SeriesTable.SeriesID) -> Void
  ) {
    resize(to: 0)
    var from = record.series.lowerBound
    while from < record.series.upperBound {
      let range = from..<min(from &+ Self.stride, record.series.upperBound)
      internLabels(of: range, plan, payload, &history.pairs)
      internSeries(range, plan, &history.series, each: each)
      from = range.upperBound
    }
  }

  /// Gives the row `count` places; places that are new have no pair yet.
  private mutating func resize(to count: Int) {
    while row.count > count {
      row.removeLast()
      sum &-= parts.removeLast()
    }
    while row.count < count {
      row.append(0)
      parts.append(0)
    }
  }

  private mutating func internLabels(
    of range: Range<Int>, _ plan: SeriesPlan, _ payload: RawSpan, _ pairs: inout LabelPairTable
  ) {
    let changes = plan.all.changes.span
    let known = plan.hashes.span
    let first = plan.all.changeRange(of: range.lowerBound).lowerBound
    let last = plan.all.series[range.upperBound &- 1].changesEnd
    for index in first..<last { pairs.prefetch(known[index]) }
    pairIDs.removeAll(keepingCapacity: true)
    hashes.removeAll(keepingCapacity: true)
    var next = first
    for series in range {
      let entry = plan.all.series[series]
      if row.count != entry.labelCount { resize(to: entry.labelCount) }
      while next < entry.changesEnd {
        let change = changes[next]
        let pair = pairs.intern(
          name: change.name.bytes(in: payload), value: change.value.bytes(in: payload),
          hash: known[next])
        set(pair, at: Int(change.place))
        next &+= 1
      }
      pairIDs.append(contentsOf: row)
      hashes.append(SeriesTable.hash(sum: sum, count: row.count))
    }
  }

  private mutating func set(_ pair: LabelPairTable.PairID, at place: Int) {
    let part = SeriesTable.hashPart(of: pair, at: place)
    sum = sum &- parts[place] &+ part
    parts[place] = part
    row[place] = pair
  }

  private func internSeries(
    _ range: Range<Int>, _ plan: SeriesPlan, _ table: inout SeriesTable,
    each: (_ ref: UInt64, _ series: SeriesTable.SeriesID) -> Void
  ) {
    for hash in hashes { table.prefetch(hash) }
    let pairs = pairIDs.span
    var start = 0
    for series in range {
      let entry = plan.all.series[series]
      let end = start &+ entry.labelCount
      let id = table.intern(
        pairs.extracting(start..<end), hash: hashes[series &- range.lowerBound])
      each(entry.ref, id)
      start = end
    }
  }
}
