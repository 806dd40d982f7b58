internal import TSDBFormat
internal import TSDBStore

/// A segment of the log of a directory, as replay comes to it.
struct LogItem {
  /// Which folder it is of.
  let part: LogPart
  /// The segment.
  let segment: SegmentFile
  /// Its path, relative to the data directory.
  let path: String

  /// All segments that replay reads and that are files.
  static func all(of directory: DataDirectory) -> [LogItem] {
    ReplayOrder(directory).parts.flatMap { part, files in
      files.filter { $0.entry.isFile }.map {
        LogItem(part: part, segment: $0, path: directory.relative($0.path))
      }
    }
  }

  /// Calls `body` with each record that can be read, but empty ones, and `damage` with the end of each
  /// place that cannot. Those that begin, and end, before `start` may be left out.
  func forEachRecord(
    from start: Int = 0, _ body: (RecordBatch.Entry, RawSpan) -> Void,
    damage: (Int) -> Void = { _ in }
  ) throws(FileError) {
    var pass = SegmentPass(try MappedFile(path: segment.path), from: start)
    var batch = RecordBatch()
    while pass.next(into: &batch) != nil {
      for place in batch.damage { damage(place.lost.upperBound) }
      for entry in batch.entries where entry.byteCount > 0 {
        body(entry, batch.payload(of: entry))
      }
    }
  }
}

extension DataDirectory {
  /// `path`, which lies in this directory, as it is called in it. A directory that is itself a folder
  /// of segments is not meant here.
  func relative(_ path: String) -> String { Path.relative(path, to: self.path) }
}
