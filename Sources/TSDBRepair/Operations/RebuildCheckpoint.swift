internal import TSDBCheck
internal import TSDBFormat
internal import TSDBStore
internal import Wording

/// `rebuild-checkpoint`: a checkpoint from what can be read of it, with the series that it lost from
/// where else they are defined: older checkpoints, segments that it replaces, what interrupted repairs
/// left behind, chunk snapshots, later series records.
///
/// Samples whose series is nowhere go to `lost+found`: a server would warn of them at each start, and
/// drop them.
enum RebuildCheckpoint {
  /// The step; nil where nothing is wrong with the checkpoint and every sample has its series.
  static func step(_ context: RepairContext) throws(FileError) -> RepairStep? {
    let directory = context.directory
    let items = LogItem.all(of: directory)
    var filter = LogFilter()
    filter.damagedPaths = Set(items.filter { $0.part == .checkpoint }.map(\.path))
    let first = try LogRewrite(directory, filter, context.memory)
    let hasGap = context.has(.walCheckpointGap)
    let isDamaged = !first.changed.isEmpty || hasGap
    guard isDamaged || !first.unknownRefs.isEmpty else { return nil }
    filter.dropsUnknown = true
    filter.recovered = try definitions(of: first.unknownRefs, directory)
    if let target = items.first(where: { $0.part == .checkpoint }) ?? items.first {
      filter.recoveredPath = filter.recovered.isEmpty && !hasGap ? nil : target.path
    }
    let rewrite = try LogRewrite(directory, filter, context.memory)
    guard !rewrite.changed.isEmpty else { return nil }
    let paths = rewrite.changed.keys.sorted()
    var step = RepairStep(
      operation: isDamaged ? .rebuildCheckpoint : .dropLostSamples,
      why: why(directory, isDamaged: isDamaged, recovered: filter.recovered.count, rewrite),
      loss: rewrite.loss, changes: rewrite.changes() + SnapshotSteps.behind(paths, directory))
    if !isDamaged, filter.recovered.isEmpty {
      step.keptRecords = rewrite.changed.filter { $0.value.lacksOnlyStrays }
        .mapValues { _ in RepairStep.KeptRecords(lacksStrays: true) }
    }
    return step
  }

  private static func why(
    _ directory: DataDirectory, isDamaged: Bool, recovered: Int, _ rewrite: LogRewrite
  ) -> String {
    var parts: [String] = []
    if isDamaged, let last = directory.wal?.checkpoints.last {
      parts.append(
        "wal/\(last.entry.name) is damaged, and a server that meets that deletes the whole log")
    }
    if recovered > 0 {
      parts.append(
        "\(Units.count(recovered)) series that it lost are defined elsewhere, and come from there")
    }
    if !rewrite.lost.refs.isEmpty {
      parts.append(
        "\(Units.count(rewrite.lost.samples)) samples of \(Units.count(rewrite.lost.refs.count)) refs that nothing defines go "
          + "to lost+found")
    }
    return parts.joined(separator: "; ")
  }

  /// The label sets of `refs`, from wherever they can be had.
  private static func definitions(
    of refs: Set<UInt64>, _ directory: DataDirectory
  ) throws(FileError) -> [UInt64: [UInt8]] {
    guard !refs.isEmpty, let wal = directory.wal else { return [:] }
    var found = SeriesDefinitions()
    let number = wal.checkpoints.last?.number ?? -1
    let replaced = wal.segments.filter { $0.number <= number }
    let older = wal.checkpoints.dropLast().reversed().flatMap(\.segments)
    let later = wal.segments.filter { $0.number > number }
    for segment in replaced + older + later where segment.entry.isFile {
      try found.take(segment.path, wanted: refs)
    }
    for entry in wal.leftovers where entry.isFile && entry.name.hasSuffix(".repair") {
      try found.take(entry.path, wanted: refs)
    }
    for segment in directory.snapshots.reversed().flatMap(\.segments) {
      try found.take(segment.path, wanted: refs, isSnapshot: true)
    }
    return found.labels
  }
}
