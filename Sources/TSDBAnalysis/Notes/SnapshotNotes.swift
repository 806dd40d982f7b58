internal import TSDBFormat
internal import TSDBStore

/// The exemplars and tombstones of a chunk snapshot. They stand behind the series, so it is read
/// twice: first they, then the labels of their series alone.
struct SnapshotNotes {
  private(set) var series: [HeadNotes.Series] = []
  private(set) var problems: [FileError] = []

  static func read(
    _ snapshot: ChunkSnapshot, _ kind: HeadNotes.Kind, selectors: [Selector]
  ) -> SnapshotNotes {
    var notes = SnapshotNotes()
    var exemplars: [UInt64: ExemplarQueue] = [:]
    var tombstones: [UInt64: [Tombstone]] = [:]
    notes.forEachRecord(of: snapshot, reportsDamage: true) { code, decode in
      guard code != SnapshotRecord.RecordKind.series.rawValue else { return nil }
      switch decode() {
      case .success(.exemplars(let all)):
        guard kind == .exemplars else { return nil }
        for one in all { exemplars[one.ref, default: ExemplarQueue()].add(one) }
      case .success(.tombstones(let all)):
        guard kind == .tombstones else { return nil }
        for one in all { tombstones[one.series, default: []].append(one) }
      case .success(.series): break
      case .failure(let error): return error
      }
      return nil
    }
    guard !exemplars.isEmpty || !tombstones.isEmpty else { return notes }
    var found: [HeadNotes.Series] = []
    notes.forEachRecord(of: snapshot, reportsDamage: false) { code, decode in
      guard code == SnapshotRecord.RecordKind.series.rawValue else { return nil }
      switch decode() {
      case .success(.series(let series)):
        let own = exemplars[series.ref]?.all ?? []
        let deleted = tombstones[series.ref] ?? []
        guard !own.isEmpty || !deleted.isEmpty,
          selectors.isEmpty || selectors.contains(where: { $0.matches(series.labels) })
        else { return nil }
        var note = HeadNotes.Series(series.labels)
        note.exemplars = own
        note.tombstones = deleted
        found.append(note)
      case .success: break
      case .failure(let error): return error
      }
      return nil
    }
    notes.series = found
    return notes
  }

  /// Calls `body` with the type of every record and a way to decode it; it gives what is wrong.
  private mutating func forEachRecord(
    of snapshot: ChunkSnapshot, reportsDamage: Bool,
    _ body: (UInt8, () -> Result<SnapshotRecord, DecodeError>) -> DecodeError?
  ) {
    var batch = RecordBatch()
    for segment in snapshot.segments {
      let file: MappedFile
      do throws(FileError) {
        file = try MappedFile(path: segment.path)
      } catch {
        if reportsDamage { problems.append(error) }
        continue
      }
      var pass = SegmentPass(file)
      while pass.next(into: &batch) != nil {
        if reportsDamage {
          problems += batch.damage.map { .damaged(path: segment.path, $0.error) }
        }
        for entry in batch.entries where entry.byteCount > 0 {
          let payload = batch.payload(of: entry)
          let code = payload.byte(at: 0)
          let failure = body(code) {
            do throws(DecodeError) {
              return .success(try SnapshotRecord(payload: payload, at: entry.offset))
            } catch {
              return .failure(error)
            }
          }
          if let failure { problems.append(.damaged(path: segment.path, failure)) }
        }
      }
    }
  }
}

extension DataDirectory {
  /// The chunk snapshot that a server with the feature would load: the last, unless the log ends
  /// before it (Prometheus: tsdb/head.go, `Init`).
  var snapshotToLoad: ChunkSnapshot? {
    guard let snapshot = snapshots.last else { return nil }
    let end = wal?.segments.last?.number ?? -1
    return end < snapshot.segment ? nil : snapshot
  }
}
