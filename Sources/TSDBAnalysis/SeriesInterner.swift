internal import TSDBFormat

/// Turns the series of a record into ids, 64 at a time: first everything is hashed and its memory
/// asked for, then looked up, so that the cache misses of large tables overlap.
///
/// Neighbours in a record differ in few labels; one that is written as in the series before, at the
/// same place, is not hashed again.
struct SeriesInterner {
  private static let stride = 64

  /// What is known of one label of the stride.
  private struct Plan {
    /// Hash of the pair, or 0 for a label that is that of the series before.
    var hash: UInt64
    /// The name; 0 and meaningless for a repeated label.
    var name: LabelPairTable.NameID
  }

  private var plans: [Plan] = []
  private var pairIDs: [LabelPairTable.PairID] = []
  private var seriesHashes: [UInt64] = []

  /// Interns all series of `record` and gives each with its ref.
  mutating func intern(
    _ record: SeriesRecord, payload: RawSpan, into history: inout SeriesHistory,
    each: (_ ref: UInt64, _ series: SeriesTable.SeriesID) -> Void
  ) {
    var from = 0
    while from < record.refs.count {
      let to = min(from + Self.stride, record.refs.count)
      plan(record, from..<to, payload: payload, pairs: &history.pairs)
      internLabels(record, from..<to, payload: payload, pairs: &history.pairs)
      internSeries(record, from..<to, series: &history.series, each: each)
      from = to
    }
  }

  private static func labels(of series: Int, in record: SeriesRecord) -> Range<Int> {
    (series == 0 ? 0 : record.labelEnds[series &- 1])..<record.labelEnds[series]
  }

  /// Hashes the labels that are not repeated, and asks for their memory.
  private mutating func plan(
    _ record: SeriesRecord, _ range: Range<Int>, payload: RawSpan, pairs: inout LabelPairTable
  ) {
    plans.removeAll(keepingCapacity: true)
    var before = 0..<0
    for series in range {
      let labels = Self.labels(of: series, in: record)
      let beforePlans = plans.count - before.count
      for (place, index) in labels.enumerated() {
        let label = record.labels[index]
        guard place < before.count else {
          plans.append(Self.plan(label, payload: payload, name: nil, pairs: &pairs))
          continue
        }
        let other = record.labels[before.lowerBound + place]
        if label.isEqual(to: other, in: payload) {
          plans.append(Plan(hash: 0, name: 0))
        } else {
          let known = plans[beforePlans + place]
          let sameName =
            known.hash != 0 && label.name.bytes(in: payload).isEqual(to: other.name.bytes(in: payload))
          plans.append(
            Self.plan(label, payload: payload, name: sameName ? known.name : nil, pairs: &pairs))
        }
      }
      before = labels
    }
  }

  private static func plan(
    _ label: SeriesRecord.LabelSlice, payload: RawSpan, name: LabelPairTable.NameID?,
    pairs: inout LabelPairTable
  ) -> Plan {
    let name = name ?? pairs.intern(name: label.name.bytes(in: payload))
    let hash = pairs.hash(name: name, value: label.value.bytes(in: payload))
    pairs.prefetch(hash)
    return Plan(hash: hash, name: name)
  }

  private mutating func internLabels(
    _ record: SeriesRecord, _ range: Range<Int>, payload: RawSpan, pairs: inout LabelPairTable
  ) {
    pairIDs.removeAll(keepingCapacity: true)
    seriesHashes.removeAll(keepingCapacity: true)
    var before = 0
    for series in range {
      let start = pairIDs.count
      var hash = SeriesTable.emptyHash
      for (place, index) in Self.labels(of: series, in: record).enumerated() {
        let plan = plans[start &+ place]
        var pair: LabelPairTable.PairID
        if plan.hash == 0 {
          pair = pairIDs[before &+ place]
        } else {
          let value = record.labels[index].value.bytes(in: payload)
          pair = pairs.intern(name: plan.name, value: value, hash: plan.hash)
        }
        pairIDs.append(pair)
        hash = SeriesTable.extend(hash, with: pair)
      }
      seriesHashes.append(hash)
      before = start
    }
  }

  private mutating func internSeries(
    _ record: SeriesRecord, _ range: Range<Int>, series table: inout SeriesTable,
    each: (_ ref: UInt64, _ series: SeriesTable.SeriesID) -> Void
  ) {
    for hash in seriesHashes { table.prefetch(hash) }
    var start = 0
    for series in range {
      let end = start + Self.labels(of: series, in: record).count
      let id = table.intern(pairIDs[start..<end], hash: seriesHashes[series - range.lowerBound])
      each(record.refs[series], id)
      start = end
    }
  }
}

extension SeriesRecord.LabelSlice {
  /// True when both are written alike.
  fileprivate func isEqual(to other: Self, in payload: RawSpan) -> Bool {
    encoded.length == other.encoded.length
      && encoded.bytes(in: payload).isEqual(to: other.encoded.bytes(in: payload))
  }
}
