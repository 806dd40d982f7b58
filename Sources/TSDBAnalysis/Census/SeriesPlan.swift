internal import TSDBFormat

/// The series records of a batch, decoded, and their labels hashed: all that can be done for them
/// before the one table of series is needed. The tasks that read make these.
struct SeriesPlan: Sendable {
  /// One record of the batch.
  struct Record: Sendable {
    /// Which entry of the batch it is.
    let entry: Int
    /// Its series in `all`.
    let series: Range<Int>
    /// Why the rest of it cannot be decoded.
    let error: DecodeError?
    /// Those of its series, by their place in `all`, whose labels no server writes.
    let flaws: [Int: LabelFlaw]
  }

  /// The series of all records; their slices point into the payloads of their own records.
  private(set) var all = SeriesRecord()
  /// By change: the hash of the label pair.
  private(set) var hashes: [UInt64] = []
  /// The records, in the order of the batch.
  private(set) var records: [Record] = []

  /// Decodes the series records of `batch`, and forgets those before.
  mutating func fill(from batch: RecordBatch) {
    all.removeAll()
    hashes.removeAll(keepingCapacity: true)
    records.removeAll(keepingCapacity: true)
    for (index, entry) in batch.entries.enumerated() {
      let payload = batch.payload(of: entry)
      guard payload.byteCount > 0, RecordType(code: payload.byte(at: 0)) == .series else {
        continue
      }
      append(payload, entry: index, at: entry.offset)
    }
  }

  /// Decodes one more series record: an entry of the batch, which starts at `offset` of its segment.
  mutating func append(_ payload: RawSpan, entry: Int, at offset: Int) {
    let first = all.series.count
    var failure: DecodeError?
    do {
      try all.append(payload, at: offset)
    } catch {
      failure = error
    }
    var flaws: [Int: LabelFlaw] = [:]
    all.forEachFlaw(of: first..<all.series.count, in: payload) { series, flaw, _ in
      flaws[series] = flaw
    }
    records.append(
      Record(entry: entry, series: first..<all.series.count, error: failure, flaws: flaws))
    for change in all.changes[hashes.count...] {
      hashes.append(
        LabelPairTable.hash(
          name: change.name.bytes(in: payload), value: change.value.bytes(in: payload)))
    }
  }
}
