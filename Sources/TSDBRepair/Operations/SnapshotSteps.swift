internal import TSDBCheck
internal import TSDBFormat
internal import TSDBStore

/// Chunk snapshots that do more harm than good are moved away: the log has the samples.
enum SnapshotSteps {
  /// `quarantine-snapshot`: a snapshot that is empty or damaged; nil without one.
  static func step(_ context: RepairContext) -> RepairStep? {
    guard let last = context.directory.snapshots.last else { return nil }
    let own = context.findings.first { finding in
      finding.rule != .snapshotOlder && finding.rule != .snapshotAhead
        && (finding.path == last.path || finding.path.hasPrefix(last.path + "/"))
        && finding.severity >= .warning
    }
    guard let own else { return nil }
    return RepairStep(
      operation: .quarantineSnapshot,
      why:
        "\(context.relative(last.path)) is damaged (\(own.rule.id)): a server without it replays "
        + "the whole log",
      loss: Loss(bytes: last.size),
      changes: [DirectoryChange(context.relative(last.path), .remove)])
  }

  /// `place-segments`: a snapshot of a log that is gone is used, and not deleted, where a segment with
  /// its number is there.
  static func aheadStep(_ context: RepairContext) -> RepairStep? {
    guard context.has(.snapshotAhead), let last = context.directory.snapshots.last else {
      return nil
    }
    let segments = context.directory.wal?.segments ?? []
    guard segments.allSatisfy({ $0.size == 0 }) else {
      return RepairStep(
        operation: .quarantineSnapshot,
        why:
          "\(context.relative(last.path)) is of another life of the directory: it names a segment "
          + "that is not there, and the log has the samples", loss: Loss(bytes: last.size),
        changes: [DirectoryChange(context.relative(last.path), .remove)])
    }
    guard segments.isEmpty, (0...most).contains(last.segment), last.offset >= 0,
      last.offset <= SegmentWriter.segmentSize
    else { return nil }
    return RepairStep(
      operation: .placeSegments,
      why:
        "\(context.relative(last.path)) is all that is left of the head, and a server deletes it "
        + "unless there is a segment \(last.segment): empty ones are made up to that, with the series "
        + "of the snapshot in the first", loss: Loss(), changes: placed(upTo: last))
  }

  /// A log that was truncated has a checkpoint; without one there are never many segments.
  private static let most = 1000

  /// Segments from 0 on up to the place that `snapshot` names. The first defines its series, so that a
  /// server that does not read snapshots still joins them with `chunks_head`.
  private static func placed(upTo snapshot: ChunkSnapshot) -> [DirectoryChange] {
    let pages = (snapshot.offset + Fragment.pageSize - 1) / Fragment.pageSize
    return (0...snapshot.segment).map { number in
      DirectoryChange(
        "wal/" + SegmentFile.name(number),
        .replace(size: pages * Fragment.pageSize + snapshot.size) { sink throws(FileError) in
          if number == snapshot.segment {
            let page = [UInt8](repeating: 0, count: Fragment.pageSize)
            for _ in 0..<pages { try sink.write(page.rawBytes) }
          } else if number == 0 {
            try writeSeries(of: snapshot, to: sink)
          }
        })
    }
  }

  private static func writeSeries(
    of snapshot: ChunkSnapshot, to sink: FileSink
  ) throws(FileError) {
    var definitions = SeriesDefinitions()
    for segment in snapshot.segments {
      try definitions.take(segment.path, isSnapshot: true)
    }
    var writer = SegmentWriter()
    let flush: SegmentWriter.Flush<FileError> = { bytes throws(FileError) in
      try sink.write(bytes)
    }
    for record in SeriesRecords.records(definitions.labels) {
      try writer.append(record.rawBytes, .snappy, to: flush)
    }
    try writer.finish(fillingPage: true, to: flush)
  }

  /// Snapshots name an offset in a segment: those go whose segment is written anew.
  static func behind(_ paths: [String], _ directory: DataDirectory) -> [DirectoryChange] {
    directory.snapshots.filter { snapshot in
      paths.contains("wal/" + SegmentFile.name(snapshot.segment))
    }
    .map { DirectoryChange(directory.relative($0.path), .remove) }
  }
}
