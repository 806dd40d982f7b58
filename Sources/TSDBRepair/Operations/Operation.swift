public import TSDBStore

/// The operations that need no more than the directory.
public enum Operation: String, Sendable, CaseIterable {
  /// Drops damaged records.
  case skipDamage = "skip-damage"
  /// Writes the checkpoint anew.
  case rebuildCheckpoint = "rebuild-checkpoint"
  /// Puts the original of an interrupted repair back.
  case restoreRepairOriginal = "restore-repair-original"
  /// Gives segments the numbers that replay expects.
  case renumberWAL = "renumber-wal"
  /// Drops an unfinished record at the end of a segment.
  case dropOrphanTail = "drop-orphan-tail"
  /// Drops series records that repeat others.
  case dropRepeatedSeries = "drop-repeated-series"
  /// Keeps `chunks_head` up to the first damage.
  case trimHeadChunks = "trim-head-chunks"
  /// Moves all of the head away.
  case discardHead = "discard-head"
  /// Removes what a crash loop left.
  case removeEmptySegments = "remove-empty-segments"

  /// The steps for a directory; none where there is nothing to do.
  public func steps(_ context: RepairContext) throws(FileError) -> [RepairStep] {
    let step: RepairStep?
    switch self {
    case .skipDamage: step = try SkipDamage.step(context)
    case .rebuildCheckpoint: step = try RebuildCheckpoint.step(context)
    case .restoreRepairOriginal: step = try RestoreRepairOriginal.step(context)
    case .renumberWAL: step = try RenumberWAL.step(context)
    case .dropOrphanTail: step = try SkipDamage.orphanStep(context)
    case .dropRepeatedSeries: step = try DropRepeatedSeries.step(context)
    case .trimHeadChunks: step = TrimHeadChunks.step(context)
    case .discardHead: step = try MoveAway.head(context)
    case .removeEmptySegments: step = MoveAway.emptySegments(context)
    }
    return step.map { [$0] } ?? []
  }
}

extension RepairStep {
  /// `quarantine-block` for the block of this name; nil if there is none.
  public static func quarantine(_ name: String, _ context: RepairContext) -> RepairStep? {
    let block = context.directory.blocks.first { $0.name == name }
    return block.map { MoveAway.block(context, $0, why: "\(name) was asked to leave") }
  }
}
