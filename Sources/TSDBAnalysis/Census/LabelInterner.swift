internal import TSDBFormat

/// The series of a batch as numbers of label pairs: what the stage that owns the label pairs makes of
/// a plan for the stage that owns the series.
struct LabelledSeries: Sendable {
  /// The pairs of all series, one behind the other, each with as many as its labels.
  fileprivate(set) var pairs: [LabelPairTable.PairID] = []
  /// By series: its hash.
  fileprivate(set) var hashes: [UInt64] = []
}

/// Turns the labels of a plan into label pairs, 64 series at a time: first the memory of everything
/// is asked for, then it is looked up, so that the cache misses of large tables overlap.
///
/// Only the labels that change from series to series are looked up; of the hash of a series, only
/// their part is made anew.
struct LabelInterner: Sendable {
  private static let stride = 64

  /// The pairs of the last series, and what each adds to its hash.
  private var row: [LabelPairTable.PairID] = []
  private var parts: [UInt64] = []
  /// Sum of the parts.
  private var sum: UInt64 = 0

  /// Fills `result` with the series of `plan`, whose records are in `batch`.
  mutating func intern(
    _ plan: SeriesPlan, _ batch: RecordBatch, into table: inout LabelPairTable,
    result: inout LabelledSeries
  ) {
    result.pairs.removeAll(keepingCapacity: true)
    result.hashes.removeAll(keepingCapacity: true)
    for record in plan.records {
      intern(
        record, of: plan, payload: batch.payload(of: batch.entries[record.entry]), into: &table,
        result: &result)
    }
  }

  /// Appends the series of one record, whose bytes are `payload`, to `result`.
  mutating func intern(
    _ record: SeriesPlan.Record, of plan: SeriesPlan, payload: RawSpan,
    into table: inout LabelPairTable, result: inout LabelledSeries
  ) {
    resize(to: 0)
    var from = record.series.lowerBound
    while from < record.series.upperBound {
      let range = from..<min(from &+ Self.stride, record.series.upperBound)
      intern(range, plan, payload, &table, &result)
      from = range.upperBound
    }
  }

  private mutating func intern(
    _ range: Range<Int>, _ plan: SeriesPlan, _ payload: RawSpan, _ table: inout LabelPairTable,
    _ result: inout LabelledSeries
  ) {
    let changes = plan.all.changes.span
    let known = plan.hashes.span
    var next = plan.all.changeRange(of: range.lowerBound).lowerBound
    for index in next..<plan.all.series[range.upperBound &- 1].changesEnd {
      table.prefetch(known[index])
    }
    for series in range {
      let entry = plan.all.series[series]
      if row.count != entry.labelCount { resize(to: entry.labelCount) }
      while next < entry.changesEnd {
        let change = changes[next]
        let pair = table.intern(
          name: change.name.bytes(in: payload), value: change.value.bytes(in: payload),
          hash: known[next])
        set(pair, at: Int(change.place))
        next &+= 1
      }
      result.pairs.append(contentsOf: row)
      result.hashes.append(SeriesTable.hash(sum: sum, count: row.count))
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

  private mutating func set(_ pair: LabelPairTable.PairID, at place: Int) {
    let part = SeriesTable.hashPart(of: pair, at: place)
    sum = sum &- parts[place] &+ part
    parts[place] = part
    row[place] = pair
  }
}

extension SeriesTable {
  private static let stride = 64

  /// Interns the series of one record of `plan`, whose first series has its pairs at `start` of
  /// `labelled`, and gives each with its ref; `start` moves behind the last.
  mutating func intern(
    _ record: SeriesPlan.Record, of plan: SeriesPlan, _ labelled: LabelledSeries,
    from start: inout Int, each: (_ ref: UInt64, _ series: SeriesID) -> Void
  ) {
    let pairs = labelled.pairs.span
    let hashes = labelled.hashes.span
    let entries = plan.all.series.span
    for series in record.series {
      let ahead = series &+ Self.stride
      if ahead < hashes.count { prefetch(hashes[ahead]) }
      let entry = entries[series]
      let end = start &+ entry.labelCount
      each(entry.ref, intern(pairs.extracting(start..<end), hash: hashes[series]))
      start = end
    }
  }
}
