internal import TSDBCheck
internal import TSDBFormat
internal import TSDBStore
internal import Wording

/// `skip-damage`: segments of the WAL and the WBL without the records that cannot be read, and with all
/// that follow. `drop-orphan-tail` is the same for segments that end within a record, with zeros behind
/// it: replay passes over that, and later checkpoints fail at it (F26).
enum SkipDamage {
  /// The step for all damaged segments of WAL and WBL; nil where there are none.
  static func step(_ context: RepairContext) throws(FileError) -> RepairStep? {
    let orphans = Set(context.findings(.walSegmentOrphan).map { context.relative($0.path) })
    return try step(context, operation: .skipDamage) { !orphans.contains($0) }
  }

  /// The step for segments that end within a record; nil where there are none.
  static func orphanStep(_ context: RepairContext) throws(FileError) -> RepairStep? {
    let orphans = Set(context.findings(.walSegmentOrphan).map { context.relative($0.path) })
    guard !orphans.isEmpty else { return nil }
    return try step(context, operation: .dropOrphanTail) { orphans.contains($0) }
  }

  private static func step(
    _ context: RepairContext, operation: Operation, isMeant: (String) -> Bool
  ) throws(FileError) -> RepairStep? {
    let items = LogItem.all(of: context.directory).filter {
      $0.part != .checkpoint && isMeant($0.path)
    }
    var filter = LogFilter()
    filter.damagedPaths = Set(items.map(\.path))
    let rewrite = try LogRewrite(context.directory, filter, context.memory)
    guard !rewrite.changed.isEmpty else { return nil }
    let records = rewrite.changed.values.reduce(0) { $0 + $1.damaged + $1.cutRecords }
    let names = rewrite.changed.keys.sorted()
    var step = RepairStep(
      operation: operation, why: why(operation, records, names), loss: rewrite.loss,
      changes: rewrite.changes() + SnapshotSteps.behind(names, context.directory))
    step.keptRecords = rewrite.changed.filter { $0.value.keepsRecords }
      .mapValues { _ in RepairStep.KeptRecords() }
    return step
  }

  private static func why(_ operation: Operation, _ places: Int, _ names: [String]) -> String {
    let segments = names.joined(separator: ", ")
    if operation == .dropOrphanTail {
      return "\(segments): ends within a record, at which every later checkpoint fails"
    }
    let count = places == 1 ? "one damaged place" : "\(Units.count(places)) damaged places"
    return "\(segments): \(count) at which a server stops, and drops all that follows"
  }
}
