internal import TSDBCheck
internal import TSDBFormat
internal import TSDBStore

/// Which step a log needs next. One at a time: each looks at the directory that the one before it left.
enum LogSteps {
  /// The next step for what is wrong outside of blocks; nil where nothing is that a step could mend.
  static func next(
    _ context: RepairContext, _ strategy: RepairStrategy, _ options: Repair.Options
  ) throws(FileError) -> RepairStep? {
    // Another program's log is nothing to repair, and what hangs on a log of Prometheus is not there.
    if let step = try PlaceBlock.harmlessStep(context) { return step }
    if context.has(.walForeign) { return nil }
    if context.has(.walMigrated), let step = MigrateWAL.renamed(context) { return step }
    if context.has(.walOld) { return try MigrateWAL.step(context, strategy, options) }
    if strategy == .discardHead, isDamaged(context) { return try MoveAway.head(context) }
    if let step = MoveAway.strangers(context) { return step }
    if let step = try RestoreRepairOriginal.step(context) { return step }
    if let step = try numbers(context) { return step }
    if context.has(.walCheckpointGap) || hasDamagedCheckpoint(context) {
      if let step = try RebuildCheckpoint.step(context) { return step }
    }
    if let step = try records(context, strategy) { return step }
    if let step = TrimHeadChunks.step(context) { return step }
    if let step = SnapshotSteps.step(context) { return step }
    return SnapshotSteps.aheadStep(context)
  }

  /// What is wrong with the numbers of segments.
  private static func numbers(_ context: RepairContext) throws(FileError) -> RepairStep? {
    if context.has(.walSegmentsName), let step = RenumberWAL.nameStep(context) { return step }
    if context.has(.walSegmentsStart), let step = renamedCheckpoint(context) { return step }
    let rules: [Rule] = [.walSegmentsGap, .walSegmentsStart, .walCheckpointAhead]
    guard rules.contains(where: { context.has($0) }) else { return nil }
    return try RenumberWAL.step(context)
  }

  /// A checkpoint gets the number before the first segment, where segments between them are missing.
  private static func renamedCheckpoint(_ context: RepairContext) -> RepairStep? {
    guard let wal = context.directory.wal, let checkpoint = wal.checkpoints.last,
      let first = wal.segments.first, first.number > checkpoint.number &+ 1
    else { return nil }
    let digits = checkpoint.entry.name.utf8.count - "checkpoint.".utf8.count
    let number = String(first.number &- 1)
    let name =
      "checkpoint." + String(repeating: "0", count: max(0, digits - number.utf8.count)) + number
    return RepairStep(
      operation: .renumberWAL,
      why:
        "the segments between \(checkpoint.entry.name) and \(first.name) are missing, and a server "
        + "does not start without them; the checkpoint becomes \(name)", loss: Loss(),
      changes: [
        DirectoryChange("wal/\(checkpoint.entry.name)", .rename(to: "wal/\(name)"))
      ])
  }

  /// What is wrong with records.
  private static func records(
    _ context: RepairContext, _ strategy: RepairStrategy
  ) throws(FileError) -> RepairStep? {
    if hasDamagedLog(context) {
      if strategy == .cut, let place = CutWAL.firstDamage(context),
        let step = try CutWAL.step(
          context, at: .at(segment: place.segment, offset: place.offset))
      {
        return step
      }
      if let step = try SkipDamage.step(context) { return step }
    }
    if let step = try SkipDamage.orphanStep(context) { return step }
    if context.has(.walRefsUnknown), let step = try RebuildCheckpoint.step(context) {
      return step
    }
    return context.has(.walSeriesRepeated) ? try DropRepeatedSeries.step(context) : nil
  }

  private static func hasDamagedCheckpoint(_ context: RepairContext) -> Bool {
    guard let last = context.directory.wal?.checkpoints.last else { return false }
    return context.findings.contains {
      $0.path.hasPrefix(last.path + "/") && $0.severity >= .loss && $0.rule != .walRefsUnknown
    }
  }

  private static func hasDamagedLog(_ context: RepairContext) -> Bool {
    let paths = Set(
      LogItem.all(of: context.directory).filter { $0.part != .checkpoint }.map(\.segment.path))
    return context.findings.contains {
      paths.contains($0.path) && $0.severity >= .loss && $0.offset != nil
        && !CutWAL.harmless.contains($0.rule)
    }
  }

  /// True where a server would lose something of the head, or not start because of it.
  private static func isDamaged(_ context: RepairContext) -> Bool {
    context.findings.contains { finding in
      let parts: [Rule.Area?] = [.wal, .wbl, .record, .chunksHead, .snapshot]
      return finding.severity >= .warning && parts.contains(finding.rule.area)
    }
  }
}
