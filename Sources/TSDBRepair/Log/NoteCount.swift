internal import TSDBFormat
internal import TSDBStore

/// Exemplars and metadata of a log, which no block has: they leave with it.
struct NoteCount {
  /// Exemplars.
  private(set) var exemplars = 0
  /// Entries of metadata.
  private(set) var metadata = 0
  private var filter = RecordFilter()

  /// None.
  init() {}

  /// Those of all segments that replay reads.
  init(of directory: DataDirectory) throws(FileError) {
    for item in LogItem.all(of: directory) {
      var count = NoteCount()
      try item.forEachRecord { entry, payload in count.take(payload, at: entry.offset) }
      exemplars += count.exemplars
      metadata += count.metadata
    }
  }

  /// Adds those of a record.
  mutating func take(_ payload: RawSpan, at offset: Int) {
    let type = RecordType(code: payload.byte(at: 0))
    guard type == .exemplars || type == .metadata,
      let found = try? filter.filter(payload, type, at: offset, isKept: { _ in false })
    else { return }
    if type == .exemplars { exemplars += found.dropped } else { metadata += found.dropped }
  }
}

extension LogItem {
  /// Calls `body` with each record that can be read, but empty ones, and `damage` with the end of each
  /// place that cannot.
  func forEachRecord(
    _ body: (RecordBatch.Entry, RawSpan) -> Void, damage: (Int) -> Void = { _ in }
  ) throws(FileError) {
    let file = try MappedFile(path: segment.path)
    var batch = RecordBatch()
    let pages = (file.size + Fragment.pageSize - 1) / Fragment.pageSize
    for first in stride(from: 0, to: pages, by: 128) {
      batch.removeAll()
      var reader = SegmentReader(
        file.bytes, pages: first..<min(first + 128, pages), holes: file.holes)
      reader.read(into: &batch)
      for place in batch.damage { damage(place.lost.upperBound) }
      for entry in batch.entries where entry.byteCount > 0 {
        body(entry, batch.payload(of: entry))
      }
    }
  }
}
