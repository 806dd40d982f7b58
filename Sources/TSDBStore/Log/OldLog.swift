internal import TSDBFormat

/// The log of Prometheus 2.0 to 2.3: `wal/000001` and on, in a format of its own (`OldSegment`). Releases from 2.4
/// to 2.51 write it anew as they start (tsdb/wal.go, `MigrateWAL`); others do not know it.
extension SegmentFolder {
  /// True where a segment of that log is in it.
  public var isOld: Bool { !oldSegments.isEmpty }

  /// What a migration takes for its segments, in its order, that of names: whatever is called by digits alone
  /// (tsdb/db.go, `sequenceFiles`).
  public var migrated: [SegmentFile] {
    segments.filter { goUnsigned($0.name) != nil }.sorted {
      $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
    }
  }

  /// True where a release that knows the old log finds that this is one: by the first segment alone
  /// (`deprecatedWALExists`). What a newer release began beside it has a longer name, which comes first, and hides it.
  public var isSeenAsOld: Bool {
    guard let first = migrated.first, oldSegments.contains(first) else { return false }
    return (try? FileSystem.firstBytes(first.path, 4)).map { OldSegment.hasMagic($0.rawBytes) }
      ?? false
  }
}

extension SegmentFile {
  /// True for a segment of Prometheus 2.0 to 2.3.
  var isOld: Bool {
    guard entry.isFile, size >= 4 else { return false }
    guard let head = try? FileSystem.firstBytes(path, OldSegment.headSize) else { return false }
    if OldSegment.hasMagic(head.rawBytes) { return true }
    return OldSegment.mayBeOld(head.rawBytes)
      && (try? MappedFile(path: path))?.isOldSegment == true
  }
}

extension MappedFile {
  /// True for a segment of the log of Prometheus 2.0 to 2.3.
  package var isOldSegment: Bool { OldSegment.isOld(bytes) }
}

extension DataDirectory {
  /// What to say of a log of Prometheus 2.0 to 2.3; nil where it is none.
  package var oldLog: FileError? {
    guard let wal, let first = wal.oldSegments.first else { return nil }
    return .folder(
      first.path, .oldLog,
      "the log of Prometheus 2.0 to 2.3, which releases from 2.4 to 2.51 write anew as they start, and no "
        + "other reads")
  }

  /// Throws where the log is not one that a server of today writes: what changes a log makes segments of today.
  package func requireLogOfToday() throws(FileError) {
    if let wal, wal.isOld, let first = wal.oldSegments.first {
      throw .folder(
        first.path, .oldLog,
        "the log of Prometheus 2.0 to 2.3; `surgery migrate-wal` makes one of today of it first")
    }
    if let foreign = foreignLog { throw foreign }
  }
}
