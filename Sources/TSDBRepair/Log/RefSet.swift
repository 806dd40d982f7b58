internal import TSDBFormat
internal import TSDBStore

/// A set of refs, by words of 64: servers number series one by one, so the words are full.
struct RefSet {
  private var words: [UInt64: UInt64] = [:]
  /// The word that was written last, which is not in `words` as it is now: neighbours come one after the other.
  private var last: (key: UInt64, word: UInt64) = (0, 0)
  /// The highest of them, from which a server counts on (Prometheus: tsdb/head_wal.go, `loadWAL`); 0
  /// without any.
  private(set) var highest: UInt64 = 0

  /// No refs.
  init() {}

  /// The refs that the log of `directory` defines: the last checkpoint, and the segments behind it, up to
  /// `stop`.
  init(definedBy directory: DataDirectory, before stop: LogPlace? = nil) throws(FileError) {
    for item in LogItem.all(of: directory) where item.part != .wbl {
      guard let stop, item.part == .wal, item.segment.number >= stop.segment else {
        try take(item.segment.path)
        continue
      }
      if item.segment.number == stop.segment { try take(item, before: stop.offset) }
    }
  }

  /// Adds those that a segment defines before an offset.
  mutating func take(_ item: LogItem, before offset: Int) throws(FileError) {
    var found = RefSet()
    var filter = RecordFilter()
    swap(&found, &self)
    defer { swap(&found, &self) }
    try item.forEachRecord { entry, payload in
      guard entry.offset < offset, payload.byte(at: 0) == 1 else { return }
      _ = try? filter.filterSeries(payload, at: entry.offset) {
        ref, _ throws(DecodeError) in
        found.insert(ref)
        return true
      }
    }
  }

  /// Adds those that the series records of a segment define, which may be one of a snapshot.
  mutating func take(_ path: String, isSnapshot: Bool = false) throws(FileError) {
    var found = RefSet()
    swap(&found, &self)
    defer { swap(&found, &self) }
    try SeriesDropPass.forEachSeries(path, isSnapshot: isSnapshot) { ref, _ in found.insert(ref) }
  }

  /// Adds a ref.
  mutating func insert(_ ref: UInt64) {
    let key = ref >> 6
    if key != last.key {
      words[last.key] = last.word
      last = (key, words[key] ?? 0)
    }
    last.word |= 1 << (ref & 63)
    highest = max(highest, ref)
  }

  /// True for a ref that was added.
  func contains(_ ref: UInt64) -> Bool {
    let key = ref >> 6
    let word = key == last.key ? last.word : words[key] ?? 0
    return word & 1 << (ref & 63) != 0
  }
}

/// Refs under which nothing may stay on disk though no record defines them.
///
/// A server takes the highest ref that a series record has, and counts on from there: in 2.42, 2.53 and 3.5
/// neither samples nor chunks nor markers are looked at for that (tsdb/head.go, `getOrCreate`). What lies
/// in `chunks_head` or the WBL under a ref above it is served, from the start after next on, under the
/// series that got the ref meanwhile: both are read by ref alone. Below it, a ref is given to nobody as
/// long as the highest one stays.
struct UndefinedRefs {
  /// What the log defines now.
  let defined: RefSet
  /// What it defined before something was taken out of it.
  let formerly: RefSet

  /// True for a ref that was taken out, or that a new series may get.
  func contains(_ ref: UInt64) -> Bool {
    !defined.contains(ref) && (ref > defined.highest || formerly.contains(ref))
  }
}
