internal import TSDBFormat

/// Turns the series of a record into ids, 64 at a time: first everything is hashed and its memory
/// asked for, then looked up, so that the cache misses of large tables overlap.
///
/// Neighbours in a record differ in few labels; one that is written as in the series before, at the
/// same place, is not hashed again.
struct SeriesInterner {
  private static let stride = 64
  private var pairIDs: [LabelPairTable.PairID] = []
  private var pairHashes: [UInt64] = []
  private var pairNames: [LabelPairTable.NameID] = []
  private var seriesHashes: [UInt64] = []

  /// The marker in `pairHashes` of a label that is that of the series before.
  private static let repeated: UInt64 = 0

  /// Interns all series of `record` and gives each with its ref.
  mutating func intern(
    _ record: SeriesRecord, payload: RawSpan, pairs: inout LabelPairTable,
    series: inout SeriesTable, each: (_ ref: UInt64, _ series: SeriesTable.SeriesID) -> Void
  ) {
    var from = 0
    while from < record.refs.count {
      let to = min(from + Self.stride, record.refs.count)
      hashLabels(record, from..<to, payload: payload, pairs: &pairs)
      internLabels(record, from..<to, payload: payload, pairs: &pairs)
      internSeries(record, from..<to, series: &series, each: each)
      from = to
    }
  }

  private static func labels(of series: Int, in record: SeriesRecord) -> Range<Int> {
    (series == 0 ? 0 : record.labelEnds[series &- 1])..<record.labelEnds[series]
  }

  private mutating func hashLabels(
    _ record: SeriesRecord, _ range: Range<Int>, payload: RawSpan, pairs: inout LabelPairTable
  ) {
    pairHashes.removeAll(keepingCapacity: true)
    pairNames.removeAll(keepingCapacity: true)
    var before = 0..<0
    var beforeBase = 0
    let base = Self.labels(of: range.lowerBound, in: record).lowerBound
    for series in range {
      let labels = Self.labels(of: series, in: record)
      for (place, index) in labels.enumerated() {
        let label = record.labels[index]
        var name: LabelPairTable.NameID?
        if place < before.count {
          let other = record.labels[before.lowerBound + place]
          if label.encoded.length == other.encoded.length,
            label.encoded.bytes(in: payload).isEqual(to: other.encoded.bytes(in: payload))
          {
            pairHashes.append(Self.repeated)
            pairNames.append(0)
            continue
          }
          if label.name.bytes(in: payload).isEqual(to: other.name.bytes(in: payload)) {
            name = knownName(at: beforeBase + place)
          }
        }
        let id = name ?? pairs.intern(name: label.name.bytes(in: payload))
        let hash = pairs.hash(name: id, value: label.value.bytes(in: payload))
        pairs.prefetch(hash)
        pairHashes.append(hash)
        pairNames.append(id)
      }
      before = labels
      beforeBase = labels.lowerBound - base
    }
  }

  /// The name of an earlier label, unless it was itself a repetition, whose name was not kept.
  private func knownName(at index: Int) -> LabelPairTable.NameID? {
    pairHashes[index] == Self.repeated ? nil : pairNames[index]
  }

  private mutating func internLabels(
    _ record: SeriesRecord, _ range: Range<Int>, payload: RawSpan, pairs: inout LabelPairTable
  ) {
    pairIDs.removeAll(keepingCapacity: true)
    seriesHashes.removeAll(keepingCapacity: true)
    var before = 0
    for series in range {
      let start = pairIDs.count
      for (place, index) in Self.labels(of: series, in: record).enumerated() {
        let hash = pairHashes[pairIDs.count]
        if hash == Self.repeated {
          pairIDs.append(pairIDs[before + place])
        } else {
          let value = record.labels[index].value.bytes(in: payload)
          pairIDs.append(
            pairs.intern(name: pairNames[pairIDs.count], value: value, hash: hash))
        }
      }
      seriesHashes.append(SeriesTable.hash(pairIDs[start...]))
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
