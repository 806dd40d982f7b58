internal import TSDBFormat
internal import TSDBStore

/// Deletions behind the place where the WAL is cut, of series that the log still defines. The log alone
/// holds what was deleted of the head: what is in `chunks_head`, or before the cut, would be served again.
/// Replay takes a deletion for all of its time, wherever it stands (Prometheus: tsdb/head_wal.go,
/// `loadWAL`).
struct KeptDeletions {
  /// A record of nothing but what is kept.
  struct Record {
    /// Type and entries.
    let bytes: [UInt8]
    /// How it was compressed.
    let compression: RecordCompression
  }

  /// The records, in the order of the log.
  private(set) var records: [Record] = []
  /// True where something else lies behind the place.
  private(set) var areNotAll = false

  /// Those of `directory` behind `cut`.
  init(_ directory: DataDirectory, _ cut: LogPlace) throws(FileError) {
    var defined = RefSet()
    for item in LogItem.all(of: directory) where item.part != .wbl {
      let from: Int
      if item.part == .checkpoint || item.segment.number < cut.segment {
        from = .max
      } else {
        from = item.segment.number == cut.segment ? cut.offset : 0
      }
      try take(item, from: from, &defined)
    }
  }

  /// Bytes that they take, at most.
  var size: Int { records.reduce(0) { $0 + $1.bytes.count + Fragment.pageSize / 64 } }

  private mutating func take(
    _ item: LogItem, from: Int, _ defined: inout RefSet
  ) throws(FileError) {
    var filter = RecordFilter()
    var found: [Record] = []
    var isOther = false
    var refs = RefSet()
    swap(&refs, &defined)
    defer { swap(&refs, &defined) }
    try item.forEachRecord(
      { entry, payload in
        let type = RecordType(code: payload.byte(at: 0))
        if type == .series, entry.offset < from {
          _ = try? filter.filterSeries(payload, at: entry.offset) {
            ref, _ throws(DecodeError) in
            refs.insert(ref)
            return true
          }
        } else if type == .tombstones, entry.offset >= from {
          let kept = try? filter.filter(payload, .tombstones, at: entry.offset) {
            refs.contains($0)
          }
          if kept?.dropped != 0 { isOther = true }
          guard let kept, kept.kept > 0 else { return }
          let bytes = kept.dropped > 0 ? [UInt8](filter.bytes) : [UInt8](payload)
          found.append(Record(bytes: bytes, compression: entry.compression))
        } else {
          isOther = isOther || entry.offset >= from
        }
      }, damage: { end in isOther = isOther || end > from })
    records += found
    areNotAll = areNotAll || isOther
  }
}
