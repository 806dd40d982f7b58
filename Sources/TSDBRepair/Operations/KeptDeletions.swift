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
    let items = LogItem.all(of: directory).filter { $0.part == .wal }
    let behind = items.filter { $0.segment.number >= cut.segment }
    func begin(of item: LogItem) -> Int { item.segment.number == cut.segment ? cut.offset : 0 }
    // Mostly nothing was deleted, and then it does not matter what the log defines.
    var deletes = false
    for item in behind where !deletes {
      let from = begin(of: item)
      try item.forEachRecord(from: from) { entry, payload in
        if RecordType(code: payload.byte(at: 0)) == .tombstones, entry.offset >= from {
          deletes = true
        }
      }
    }
    let defined = deletes ? try Self.defined(directory, before: cut) : RefSet()
    for item in behind { try take(item, from: begin(of: item), defined) }
  }

  /// Bytes that they take, at most.
  var size: Int { records.reduce(0) { $0 + $1.bytes.count + Fragment.pageSize / 64 } }

  /// The refs that records define before `cut`.
  private static func defined(
    _ directory: DataDirectory, before cut: LogPlace
  ) throws(FileError) -> RefSet {
    var defined = RefSet()
    for item in LogItem.all(of: directory) where item.part != .wbl {
      let isWhole = item.part == .checkpoint || item.segment.number < cut.segment
      guard isWhole || item.segment.number == cut.segment else { continue }
      try defined.take(item, before: isWhole ? .max : cut.offset)
    }
    return defined
  }

  private mutating func take(
    _ item: LogItem, from: Int, _ defined: RefSet
  ) throws(FileError) {
    var filter = RecordFilter()
    var found: [Record] = []
    var isOther = false
    try item.forEachRecord(
      from: from,
      { entry, payload in
        guard entry.offset >= from else { return }
        guard RecordType(code: payload.byte(at: 0)) == .tombstones else {
          isOther = true
          return
        }
        let kept = try? filter.filter(payload, .tombstones, at: entry.offset) {
          defined.contains($0)
        }
        if kept?.dropped != 0 { isOther = true }
        guard let kept, kept.kept > 0 else { return }
        let bytes = kept.dropped > 0 ? [UInt8](filter.bytes) : [UInt8](payload)
        found.append(Record(bytes: bytes, compression: entry.compression))
      }, damage: { end in isOther = isOther || end > from })
    records += found
    areNotAll = areNotAll || isOther
  }
}
