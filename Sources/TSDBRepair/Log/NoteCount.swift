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
