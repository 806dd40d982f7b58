internal import TSDBFormat
internal import TSDBStore

/// What a server reads of the logs of a directory, and in which order (Prometheus: tsdb/head.go,
/// `Init`).
enum HeadLog {
  /// Its slices; with `usesSnapshot` from the last snapshot on, if a server would take it.
  static func slices(
    of directory: DataDirectory, usesSnapshot: Bool, problems: inout [FileError]
  ) -> [SegmentSlice] {
    let snapshot = usesSnapshot ? snapshot(of: directory, &problems) : nil
    return SegmentSlice.all(
      of: ReplayOrder(directory, from: snapshot).segments, problems: &problems)
  }

  /// The last snapshot; nil if there is none, or if a server would not take it: it takes none that the
  /// WAL does not reach, and none with damage.
  private static func snapshot(
    of directory: DataDirectory, _ problems: inout [FileError]
  ) -> ChunkSnapshot? {
    guard let last = directory.snapshotToLoad else { return nil }
    var damage = last.damage
    var batch = RecordBatch()
    for segment in last.segments where damage.isEmpty {
      do throws(FileError) {
        let file = try MappedFile(path: segment.path)
        var pass = SegmentPass(file)
        while damage.isEmpty, pass.next(into: &batch) != nil {
          guard let error = batch.damage.first?.error ?? batch.snapshotDamage else { continue }
          damage.append(.damaged(path: segment.path, error))
        }
      } catch {
        damage.append(error)
      }
    }
    problems += damage
    return damage.isEmpty ? last : nil
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
