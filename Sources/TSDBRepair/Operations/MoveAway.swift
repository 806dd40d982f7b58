internal import TSDBFormat
internal import TSDBStore
internal import Wording

/// The operations that only move something into the quarantine.
enum MoveAway {
  /// `discard-head`: `wal`, `wbl`, `chunks_head` and snapshots, all together: one alone would give the
  /// samples of old series to new ones (F47).
  static func head(_ context: RepairContext) throws(FileError) -> RepairStep? {
    let directory = context.directory
    if let foreign = directory.foreignLog { throw foreign }
    var names: [String] = []
    var loss = Loss()
    for entry in try FolderListing.entries(of: directory.path) {
      let isHead =
        ["wal", "wbl", "chunks_head"].contains(entry.name)
        || entry.name.hasPrefix("chunk_snapshot.")
      guard isHead else { continue }
      names.append(entry.name)
    }
    guard !names.isEmpty else { return nil }
    loss.bytes =
      (directory.wal?.size ?? 0) + (directory.wbl?.size ?? 0) + directory.headChunks.totalSize
      + (directory.wal?.checkpoints.reduce(0) { $0 + $1.size } ?? 0)
      + directory.snapshots.reduce(0) { $0 + $1.size }
    try count(directory, &loss)
    return RepairStep(
      operation: .discardHead,
      why: "\(names.joined(separator: ", ")) leave together; what blocks hold stays", loss: loss,
      changes: names.map { DirectoryChange($0, .remove) })
  }

  /// Counts the samples of the head that no block has.
  private static func count(_ directory: DataDirectory, _ loss: inout Loss) throws(FileError) {
    var refs: Set<UInt64> = []
    var samples = 0
    var times = TimeRange()
    let minValidTime = directory.minValidTime
    for item in LogItem.all(of: directory) {
      try item.forEachRecord { _, payload in
        var rows = SampleRows()
        try? rows.decode(payload, RecordType(code: payload.byte(at: 0)), at: 0) { rows, _ in
          for index in rows.indices where rows[index].time >= minValidTime {
            samples += 1
            times.include(rows[index].time)
            refs.insert(rows[index].ref)
          }
        }
      }
    }
    let notes = try NoteCount(of: directory)
    (loss.exemplars, loss.metadata) = (notes.exemplars, notes.metadata)
    loss.samples = samples
    loss.series = refs.count
    loss.timeRange = times
  }

  /// `remove-empty-segments`: empty segments at the end of the WAL but one, which crash loops leave
  /// behind (F38).
  static func emptySegments(_ context: RepairContext) -> RepairStep? {
    let all = context.directory.wal?.segments ?? []
    let empty = all.reversed().prefix { $0.size == 0 }.dropLast()
    guard !empty.isEmpty else { return nil }
    return RepairStep(
      operation: .removeEmptySegments,
      why:
        "the log ends with \(Units.count(empty.count + 1)) empty segments, one for each start that failed",
      loss: Loss(),
      changes: empty.map { DirectoryChange(context.relative($0.path), .remove) })
  }

  /// `quarantine-block`: a block leaves; only its stretch of time is lost.
  static func block(
    _ context: RepairContext, _ block: BlockFolder, why: String, isCopy: Bool = false
  ) -> RepairStep {
    var loss = Loss(bytes: block.size)
    if !isCopy, case .success(let meta) = block.meta {
      loss.series = claimed(meta.stats.numSeries)
      loss.samples = claimed(meta.stats.numSamples)
      if meta.minTime < meta.maxTime {
        loss.timeRange = TimeRange(minTime: meta.minTime, end: meta.maxTime)
      }
    }
    return RepairStep(
      operation: .quarantineBlock, why: why, loss: loss,
      changes: [DirectoryChange(context.relative(block.path), .remove)])
  }

  /// A count from `meta.json`, which may say anything, as one that can be added up with others.
  private static func claimed(_ count: UInt64) -> Int { Int(clamping: min(count, 1 << 53)) }

  /// `quarantine-file`: something with a name that keeps a server from starting.
  static func strangers(_ context: RepairContext) -> RepairStep? {
    let entries = context.directory.wal?.falseCheckpoints ?? []
    guard !entries.isEmpty else { return nil }
    let names = entries.map { context.relative($0.path) }
    return RepairStep(
      operation: .quarantineFile,
      why: "\(names.joined(separator: ", ")): named like a checkpoint, which must be a folder",
      loss: Loss(bytes: entries.reduce(0) { $0 + $1.size }),
      changes: names.map { DirectoryChange($0, .remove) })
  }
}
