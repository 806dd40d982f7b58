internal import TSDBStore

/// The check of the names of chunk snapshots (Prometheus: tsdb/head.go, `Init`; tsdb/head_wal.go,
/// `LastChunkSnapshot`). A server reads the last one, with
/// `--enable-feature=memory-snapshot-on-shutdown` only.
enum SnapshotCheck {
  /// What is wrong with the snapshots of `directory`, but for their records.
  static func findings(_ directory: DataDirectory) -> [Finding] {
    var findings: [Finding] = []
    for older in directory.snapshots.dropLast() {
      findings.append(
        Finding(
          rule: .snapshotOlder, severity: .info, path: older.path,
          message: "a server reads the last snapshot only, and deletes this one"))
    }
    guard let last = directory.snapshots.last else { return findings }
    for failure in last.damage { findings.append(Finding(failure, severity: .warning)) }
    if last.size == 0, last.damage.isEmpty {
      findings.append(
        Finding(
          rule: .snapshotEmpty, severity: .loss, path: last.path,
          message: "the snapshot is empty; a server with snapshots enabled takes it for a head "
            + "without series, and passes over the log before it",
          lost: "all samples of the head up to segment \(last.segment), offset \(last.offset)"))
    }
    // A server begins the next segment before it looks (tsdb/head.go, `Init`).
    let newest = directory.wal?.segments.last.map { $0.number &+ 1 } ?? 0
    if last.segment > newest {
      findings.append(
        Finding(
          rule: .snapshotAhead, severity: .warning, path: last.path,
          message: "the snapshot reaches up to a segment that is not there; a server deletes it, "
            + "and it may be all that is left of the head",
          expected: "at most segment \(newest)", found: "\(last.segment)"))
    }
    return findings
  }
}
