internal import TSDBFormat
internal import TSDBStore

/// What a server reads of the logs of a directory, and in which order (Prometheus: tsdb/head.go,
/// `Init`).
enum HeadLog {
  /// The last checkpoint, what is numbered behind it, and the WBL. With a snapshot: the snapshot, the
  /// checkpoint only if it is newer, and the WAL from where the snapshot was taken.
  static func slices(
    of directory: DataDirectory, usesSnapshot: Bool, problems: inout [FileError]
  ) -> [LogSlice] {
    guard usesSnapshot, let snapshot = snapshot(of: directory, &problems) else {
      return LogSlice.all(of: directory.replayedSegments, problems: &problems)
    }
    var sources = directory.replayedSegments
    let checkpoint = directory.wal?.checkpoints.last
    if let checkpoint, checkpoint.number < snapshot.place.segment { sources.checkpoint = [] }
    let first = max(snapshot.place.segment, checkpoint.map { $0.number &+ 1 } ?? 0)
    let wanted = (directory.wal?.segments ?? []).filter { $0.number >= first }
    sources.wal = wanted.map(\.path)
    var slices = LogSlice.all(of: sources, problems: &problems)
    if let cut = wanted.first, cut.number == snapshot.place.segment {
      let offset = snapshot.place.offset
      slices = slices.compactMap { slice in
        guard slice.file.path == cut.path else { return slice }
        guard offset < slice.pages.upperBound * Fragment.pageSize else { return nil }
        var slice = slice
        slice.start = offset
        return slice
      }
    }
    return snapshot.slices + slices
  }

  /// The last snapshot; nil if there is none, or if a server would not take it: it takes none that the
  /// WAL does not reach, and none with damage.
  private static func snapshot(
    of directory: DataDirectory, _ problems: inout [FileError]
  ) -> (place: ChunkSnapshot, slices: [LogSlice])? {
    guard let last = directory.snapshots.last,
      let end = directory.wal?.segments.last?.number, end >= last.segment
    else { return nil }
    var slices: [LogSlice] = []
    var damage = last.damage
    for segment in last.segments {
      do {
        slices += LogSlice.all(of: try MappedFile(path: segment.path), origin: .snapshot)
      } catch {
        damage.append(error)
      }
    }
    var batch = RecordBatch()
    var parts = slices[...]
    while damage.isEmpty, let slice = parts.popFirst() {
      slice.read(into: &batch)
      if let rest = slice.rest(behind: batch) { parts = [rest] + parts }
      if let error = batch.damage.first?.error ?? batch.snapshotDamage {
        damage.append(.damaged(path: slice.file.path, error))
      }
    }
    problems += damage
    return damage.isEmpty ? (last, slices) : nil
  }
}

extension RecordBatch {
  /// A record of a snapshot, decoded; nil if it cannot be.
  func snapshotRecord(_ entry: Entry) -> SnapshotRecord? {
    try? SnapshotRecord(payload: payload(of: entry), at: entry.offset)
  }

  /// Why a record of a snapshot cannot be decoded.
  fileprivate var snapshotDamage: DecodeError? {
    for entry in entries {
      do {
        _ = try SnapshotRecord(payload: payload(of: entry), at: entry.offset)
      } catch {
        return error
      }
    }
    return nil
  }
}
