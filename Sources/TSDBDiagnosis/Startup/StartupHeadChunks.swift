internal import TSDBAnalysis
internal import TSDBStore

/// `chunks_head` and the chunk snapshot, which are read before the logs (Prometheus: tsdb/head.go, `Init`).
extension StartupWalk {
  /// True where `chunks_head` was cut: then a snapshot is not used.
  var damagedHeadChunks: Bool {
    plan.headChunks.count < directory.headChunks.count
      && start.warnings.contains { $0.hasPrefix("Loading on-disk chunks failed") }
  }

  /// The file that a running server writes chunks to, unless it is damaged besides: then it is suspected.
  private var beingWritten: Set<String> {
    guard directory.lock.isHeld, let last = directory.headChunks.last,
      !log.suspects.contains(last.path)
    else { return [] }
    return [last.path]
  }

  /// A server deletes the first damaged file and all behind it, and has the WAL for their samples; it
  /// deletes all files where the chunks of a series overlap (`removeCorruptedMmappedChunks`).
  mutating func cutHeadChunks() {
    let stop = HeadChunkStop.first(
      in: plan.headChunks, minValidTime: plan.minValidTime, beingWritten: beingWritten)
    guard let stop else { return }
    isSuspicious = true
    let cause = options.version.headChunksError
    var first = 0
    switch stop {
    case .damage(let number):
      first = plan.headChunks.firstIndex { $0.number == number } ?? 0
      let name = words.name(plan.headChunks[first].path)
      start.warnings.append(
        "Loading on-disk chunks failed err=\"\(cause)corruption in head chunk file \(name)\"")
    case .outOfSequence(let words):
      start.warnings += [
        "Loading on-disk chunks failed err=\"\(cause)\(words)\"",
        "Deletion of corrupted mmap chunk files failed, discarding chunk files completely "
          + "err=\"cannot handle error: \(cause)\(words)\"",
      ]
    }
    start.deletes += plan.headChunks[first...].map { words.name($0.path) }
    plan.headChunks.removeSubrange(first...)
  }

  /// The snapshot that is loaded; nil without one, or where it is removed or damaged.
  mutating func usableSnapshot() -> ChunkSnapshot? {
    guard !options.isAgent, options.enables("memory-snapshot-on-shutdown"),
      let last = directory.snapshots.last
    else { return nil }
    let endAt = directory.wal?.segments.last.map { $0.number &+ 1 } ?? 0
    if options.version.deletesSnapshotAhead, endAt < last.segment {
      start.warnings.append("Last WAL file is behind snapshot, removing snapshots")
      start.deletes += directory.snapshots.map { words.name($0.path) }
      isSuspicious = true
      return nil
    }
    isSuspicious = true
    if last.segments.haveGap || !last.segments.allSatisfy({ SoundFile.isSnapshot($0.path) }) {
      start.warnings.append("Failed to load chunk snapshot")
      return nil
    }
    return last
  }
}
