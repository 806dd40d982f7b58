internal import ArgumentParser
internal import TSDBRepair
internal import TSDBStore

/// `epimetheus surgery skip-damage DIR`.
struct SkipDamageCommand: SurgeryOperation {
  static let configuration = CommandConfiguration(
    commandName: "skip-damage",
    abstract: "Drops the damaged records of WAL and WBL, and keeps all that follow.")

  @OptionGroup var options: SurgeryOptions

  static func steps(_ context: RepairContext) throws(FileError) -> [RepairStep] {
    try Operation.skipDamage.steps(context)
  }
}

/// `epimetheus surgery rebuild-checkpoint DIR`.
struct RebuildCheckpointCommand: SurgeryOperation {
  static let configuration = CommandConfiguration(
    commandName: "rebuild-checkpoint",
    abstract:
      "Writes the checkpoint from what can be read of it, and its lost series from elsewhere.")

  @OptionGroup var options: SurgeryOptions

  static func steps(_ context: RepairContext) throws(FileError) -> [RepairStep] {
    try Operation.rebuildCheckpoint.steps(context)
  }
}

/// `epimetheus surgery restore-repair-original DIR`.
struct RestoreRepairOriginalCommand: SurgeryOperation {
  static let configuration = CommandConfiguration(
    commandName: "restore-repair-original",
    abstract: "Puts a segment back that a server's repair was cut short on.")

  @OptionGroup var options: SurgeryOptions

  static func steps(_ context: RepairContext) throws(FileError) -> [RepairStep] {
    try Operation.restoreRepairOriginal.steps(context)
  }
}

/// `epimetheus surgery renumber-wal DIR`.
struct RenumberWALCommand: SurgeryOperation {
  static let configuration = CommandConfiguration(
    commandName: "renumber-wal",
    abstract: "Gives segments the numbers that replay expects.")

  @OptionGroup var options: SurgeryOptions

  static func steps(_ context: RepairContext) throws(FileError) -> [RepairStep] {
    try Operation.renumberWAL.steps(context)
  }
}

/// `epimetheus surgery drop-orphan-tail DIR`.
struct DropOrphanTailCommand: SurgeryOperation {
  static let configuration = CommandConfiguration(
    commandName: "drop-orphan-tail",
    abstract: "Drops an unfinished record at the end of a segment, at which checkpoints fail.")

  @OptionGroup var options: SurgeryOptions

  static func steps(_ context: RepairContext) throws(FileError) -> [RepairStep] {
    try Operation.dropOrphanTail.steps(context)
  }
}

/// `epimetheus surgery drop-repeated-series DIR`.
struct DropRepeatedSeriesCommand: SurgeryOperation {
  static let configuration = CommandConfiguration(
    commandName: "drop-repeated-series",
    abstract: "Drops series records that say once more what was said.")

  @OptionGroup var options: SurgeryOptions

  static func steps(_ context: RepairContext) throws(FileError) -> [RepairStep] {
    try Operation.dropRepeatedSeries.steps(context)
  }
}

/// `epimetheus surgery trim-head-chunks DIR`.
struct TrimHeadChunksCommand: SurgeryOperation {
  static let configuration = CommandConfiguration(
    commandName: "trim-head-chunks",
    abstract: "Keeps chunks_head up to the first damage; the log has the rest.")

  @OptionGroup var options: SurgeryOptions

  static func steps(_ context: RepairContext) throws(FileError) -> [RepairStep] {
    try Operation.trimHeadChunks.steps(context)
  }
}

/// `epimetheus surgery discard-head DIR`.
struct DiscardHeadCommand: SurgeryOperation {
  static let configuration = CommandConfiguration(
    commandName: "discard-head",
    abstract: "Moves wal, wbl, chunks_head and snapshots away, all together.")

  @OptionGroup var options: SurgeryOptions

  static func steps(_ context: RepairContext) throws(FileError) -> [RepairStep] {
    try Operation.discardHead.steps(context)
  }
}

/// `epimetheus surgery remove-empty-segments DIR`.
struct RemoveEmptySegmentsCommand: SurgeryOperation {
  static let configuration = CommandConfiguration(
    commandName: "remove-empty-segments",
    abstract: "Removes the empty segments that a crash loop left, but one.")

  @OptionGroup var options: SurgeryOptions

  static func steps(_ context: RepairContext) throws(FileError) -> [RepairStep] {
    try Operation.removeEmptySegments.steps(context)
  }
}
