internal import TSDBCheck
internal import TSDBFormat
internal import TSDBStore

/// Chunk snapshots that do more harm than good are moved away: the log has the samples.
enum SnapshotSteps {
  /// `quarantine-snapshot`: a snapshot that is empty or damaged; nil without one.
  static func step(_ context: RepairContext) -> RepairStep? {
    guard let last = context.directory.snapshots.last else { return nil }
    let own = context.findings.first { finding in
      finding.rule != "snapshot.older" && finding.rule != "snapshot.ahead"
        && (finding.path == last.path || finding.path.hasPrefix(last.path + "/"))
        && finding.severity >= .warning
    }
    guard let own else { return nil }
    return RepairStep(
      operation: "quarantine-snapshot",
      why: "\(context.relative(last.path)) is damaged (\(own.rule)): a server without it replays "
        + "the whole log",
      loss: Loss(bytes: last.size),
      changes: [DirectoryChange(context.relative(last.path), .remove)])
  }

  /// `place-segment`: a snapshot of a log that is gone is used, and not deleted, where a segment with
  /// its number is there.
  static func aheadStep(_ context: RepairContext) -> RepairStep? {
    guard context.has("snapshot.ahead"), let last = context.directory.snapshots.last else {
      return nil
    }
    let segments = context.directory.wal?.segments ?? []
    guard segments.allSatisfy({ $0.size == 0 }) else {
      return RepairStep(
        operation: "quarantine-snapshot",
        why:
          "\(context.relative(last.path)) is of another life of the directory: it names a segment "
          + "that is not there, and the log has the samples", loss: Loss(bytes: last.size),
        changes: [DirectoryChange(context.relative(last.path), .remove)])
    }
    guard segments.isEmpty, last.segment >= 0, last.offset >= 0, last.offset <= 256 << 20 else {
      return nil
    }
    let pages = (last.offset + Fragment.pageSize - 1) / Fragment.pageSize
    let path = "wal/" + segmentName(last.segment)
    return RepairStep(
      operation: "place-segment",
      why:
        "\(context.relative(last.path)) is all that is left of the head, and a server deletes it "
        + "unless there is a segment \(last.segment): \(path) is made of empty pages",
      loss: Loss(),
      changes: [
        DirectoryChange(
          path,
          .replace(size: pages * Fragment.pageSize) { sink throws(FileError) in
            let page = [UInt8](repeating: 0, count: Fragment.pageSize)
            for _ in 0..<pages { try sink.write(page.rawBytes) }
          })
      ])
  }

  /// Snapshots name an offset in a segment: those go whose segment is written anew.
  static func behind(_ paths: [String], _ directory: DataDirectory) -> [DirectoryChange] {
    directory.snapshots.filter { snapshot in
      paths.contains("wal/" + segmentName(snapshot.segment))
    }
    .map { DirectoryChange(directory.relative($0.path), .remove) }
  }
}
