internal import TSDBAnalysis
internal import TSDBStore

/// `chunks_head` and the chunk snapshot, which are read before the logs (Prometheus: tsdb/head.go, `Init`).
extension StartupWalk {
  /// True where `chunks_head` was cut: then a snapshot is not used.
  var damagedHeadChunks: Bool {
    plan.headChunks.count < directory.headChunks.count
      && start.warnings.contains { $0.hasPrefix("Loading on-disk chunks failed") }
  }

  /// A server deletes the first damaged file and all behind it, and has the WAL for their samples
  /// (`removeCorruptedMmappedChunks`).
  mutating func cutHeadChunks() {
    guard let place = plan.headChunks.firstIndex(where: { log.suspects.contains($0.path) }) else {
      return
    }
    let damaged = plan.headChunks[place...].first { !SoundFile.isReadToTheEnd($0.path) }
    guard let damaged,
      let first = plan.headChunks.firstIndex(where: { $0.number == damaged.number })
    else { return }
    isSuspicious = true
    start.warnings.append(
      "Loading on-disk chunks failed err=\"iterate on\(options.version < .v3_14 ? " on" : "")-disk "
        + "chunks: corruption in head chunk file \(words.name(damaged.path))\"")
    start.deletes += plan.headChunks[first...].map { words.name($0.path) }
    plan.headChunks.removeSubrange(first...)
  }

  /// The snapshot that is loaded; nil without one, or where it is removed or damaged.
  mutating func usableSnapshot() -> ChunkSnapshot? {
    guard !options.isAgent, options.enables("memory-snapshot-on-shutdown"),
      let last = directory.snapshots.last
    else { return nil }
    let endAt = directory.wal?.segments.last.map { $0.number &+ 1 } ?? 0
    if options.version > .v2_42, endAt < last.segment {
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
