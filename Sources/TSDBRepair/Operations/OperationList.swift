internal import TSDBStore

/// The operations of `surgery`, and the steps that a repair makes besides.
extension Operation {
  /// Those of `surgery`, in the order of its help.
  public static let all: [Operation] = [
    migrateWAL, skipDamage, cutWAL, rebuildCheckpoint, restoreRepairOriginal, renumberWAL,
    dropOrphanTail, dropRepeatedSeries, trimHeadChunks, discardHead, removeEmptySegments,
    quarantineBlock, placeBlock, keepBlock, dropSeries, dropSamples, dropHistograms,
    dropFlawedSeries, flushHead, rebuildIndex, rebuildMeta, dropBadChunks, rewriteBlock,
    dropTombstones, clearFailedMark,
  ]

  // MARK: The log

  static let migrateWAL = Operation(
    "migrate-wal", "Writes the log of Prometheus 2.0 to 2.3 as one of today.",
    .directory(MigrateWAL.step))
  static let skipDamage = Operation(
    "skip-damage", "Drops the damaged records of WAL and WBL, and keeps all that follow.",
    .directory(SkipDamage.step))
  static let cutWAL = Operation(
    "cut-wal", "Ends the WAL at a place, or at a time.", .log(CutWAL.step))
  static let rebuildCheckpoint = Operation(
    "rebuild-checkpoint",
    "Writes the checkpoint from what can be read of it, and its lost series from elsewhere.",
    .directory(RebuildCheckpoint.step))
  static let restoreRepairOriginal = Operation(
    "restore-repair-original", "Puts a segment back that a server's repair was cut short on.",
    .directory(RestoreRepairOriginal.step))
  static let renumberWAL = Operation(
    "renumber-wal", "Gives segments the numbers that replay expects.",
    .directory(RenumberWAL.step))
  static let dropOrphanTail = Operation(
    "drop-orphan-tail",
    "Drops an unfinished record at the end of a segment, at which checkpoints fail.",
    .directory(SkipDamage.orphanStep))
  static let dropRepeatedSeries = Operation(
    "drop-repeated-series", "Drops series records that say once more what was said.",
    .directory(DropRepeatedSeries.step))

  // MARK: The head

  static let trimHeadChunks = Operation(
    "trim-head-chunks", "Keeps chunks_head up to the first damage; the log has the rest.",
    .directory(TrimHeadChunks.step))
  static let discardHead = Operation(
    "discard-head", "Moves wal, wbl, chunks_head and snapshots away, all together.",
    .directory(MoveAway.head))
  static let removeEmptySegments = Operation(
    "remove-empty-segments", "Removes the empty segments that a crash loop left, but one.",
    .directory(MoveAway.emptySegments))
  static let dropSeries = Operation(
    "drop-series", "Takes series out of the head, with all that belongs to them.",
    .series { directory, selectors, view throws(FileError) in
      try await DropSeries(directory, selectors, view: view)
    })
  static let dropSamples = Operation(
    "drop-samples", "Takes the samples after a time, or before one, out of the head.",
    .samples(DropSamples.step))
  static let dropHistograms = Operation(
    "drop-histograms", "Takes histograms whose buckets do not fit their spans out of the log.",
    .directory(DropSamples.histogramStep))
  static let dropFlawedSeries = Operation(
    "drop-flawed-series",
    "Takes series with labels that no server writes out of the head, but for those out of order.",
    .directory(DropSamples.flawedSeriesStep))
  static let flushHead = Operation(
    "flush-head", "Writes the head as blocks of two hours.",
    .head { directory, options throws(RepairError) in try await FlushHead(directory, options) })

  // MARK: Blocks

  static let quarantineBlock = Operation(
    "quarantine-block", "Moves a block away; its stretch of time is lost.",
    .block { MoveAway.block($0, $1, why: "\($1.name) was asked to leave") })
  static let placeBlock = Operation(
    "place-block", "Gives the files of a block that lie in the directory itself a folder.",
    .directory(PlaceBlock.step))
  static let rebuildIndex = Operation(
    "rebuild-index",
    "Writes postings, offset tables and table of contents of a block anew, from its series.",
    .blocks(BlockSurgery.rebuildIndex))
  static let rebuildMeta = Operation(
    "rebuild-meta", "Writes the meta.json of a block anew, from its index and its chunks.",
    .blocks { directory, block throws(FileError) in
      try BlockSurgery.rebuildMeta(directory, block)
    })
  static let dropBadChunks = Operation(
    "drop-bad-chunks", "Takes chunks that cannot be read out of a block.",
    .blocks { directory, block throws(FileError) in
      try BlockSurgery.dropBadChunks(directory, block)
    })
  static let rewriteBlock = Operation(
    "rewrite-block",
    "Writes a block anew, with its labels, series and chunks sorted and each of them once.",
    .blocks { directory, block throws(FileError) in try RewriteBlock.step(directory, block) })
  static let keepBlock = Operation(
    "keep-block",
    "Gives whole blocks their names back that a start would delete and that nothing else holds.",
    .directory(KeepBlock.step))
  static let dropTombstones = Operation(
    "drop-tombstones", "Forgets the deletions of a block; what was deleted comes back.",
    .blocks(BlockSurgery.dropTombstones))
  static let clearFailedMark = Operation(
    "clear-failed-mark", "Lets blocks of a failed compaction be compacted again.",
    .blocks(BlockSurgery.clearFailed))

  // MARK: Parts of a repair

  static let dropUndefined = Operation(
    "drop-undefined", "Drops what hangs on definitions that left the log.", .part)
  static let dropLostSamples = Operation(
    "drop-lost-samples", "Puts samples whose series is defined nowhere into lost+found.", .part)
  static let quarantineSnapshot = Operation(
    "quarantine-snapshot", "Moves a chunk snapshot away that does more harm than good.", .part)
  static let placeSegments = Operation(
    "place-segments", "Makes the segments without which a server deletes a snapshot.", .part)
  static let quarantineFile = Operation(
    "quarantine-file", "Moves something away whose name keeps a server from starting.", .part)
}
