internal import TSDBCheck
internal import TSDBFormat
internal import TSDBStore
internal import Wording

/// `drop-samples`: samples and exemplars after a time, or before one, leave the last checkpoint, the WAL, the WBL and
/// `chunks_head`. Series stay defined, with their refs, so that nothing else hangs on what leaves. `drop-histograms` is
/// the same for histograms whose buckets do not fit their spans, at which a server dies.
///
/// A head whose newest sample is of the future takes no scrape until then; without it, a server goes on where the
/// others end. Snapshots leave: they hold what the log holds, and say in their names how far into it they reach.
enum DropSamples {
  /// The step; nil where no sample leaves.
  static func step(
    _ context: RepairContext, _ cut: SampleCut
  ) throws(FileError) -> RepairStep? {
    try step(context, cut, operation: .dropSamples)
  }

  /// The step for samples that are later than `now`, if a check found such.
  static func futureStep(
    _ context: RepairContext, now: Int64
  ) throws(FileError) -> RepairStep? {
    let isMeant = context.findings(.headFuture).contains { $0.severity >= .warning }
    guard isMeant else { return nil }
    return try step(context, SampleCut(after: OddTimes.latest(at: now)))
  }

  /// The step for histograms whose buckets do not fit.
  static func histogramStep(_ context: RepairContext) throws(FileError) -> RepairStep? {
    var cut = SampleCut()
    cut.dropsHistograms = true
    return try step(context, cut, operation: .dropHistograms)
  }

  /// The step for series whose labels no server writes, but for those whose labels are out of order, which do no harm.
  static func flawedSeriesStep(_ context: RepairContext) throws(FileError) -> RepairStep? {
    let drop = try DropSeries(
      context.directory, flaws: [.duplicate, .emptyName, .emptyPair, .missing])
    guard !drop.changes.isEmpty else { return nil }
    let step = drop.step
    return RepairStep(
      operation: .dropFlawedSeries,
      why: "their labels are those of no series that a server writes: " + step.why, loss: step.loss,
      toll: step.toll, changes: step.changes)
  }

  private static func step(
    _ context: RepairContext, _ cut: SampleCut, operation: Operation
  ) throws(FileError) -> RepairStep? {
    let directory = context.directory
    let chunks = try HeadChunkDrop(
      directory.headChunks, DroppedRefs([]), samples: cut, minValidTime: directory.minValidTime)
    let items = LogItem.all(of: directory)
    let pass = SeriesDropPass(cut, chunks)
    var loss = Loss(bytes: chunks.bytes, timeRange: chunks.times)
    var changed: [(item: LogItem, size: Int)] = []
    for item in items {
      let result = try pass.rewrite(item.segment.path) { _ throws(FileError) in }
      guard result.isChanged else { continue }
      loss.samples += result.samples
      loss.exemplars += result.exemplars
      loss.timeRange.include(result.times)
      loss.bytes += max(0, item.segment.size - result.newSize)
      changed.append((item, result.newSize))
    }
    // Chunks alone have samples that the log has no more.
    if loss.samples == 0 { loss.samples = chunks.samples }
    var changes = chunks.changes(in: directory) + changes(changed, items, cut, chunks)
    guard !changes.isEmpty else { return nil }
    changes += directory.snapshots.map { DirectoryChange(directory.relative($0.path), .remove) }
    return RepairStep(
      operation: operation, why: why(operation, cut, loss, chunks.chunks), loss: loss,
      changes: changes)
  }

  private static func why(
    _ operation: Operation, _ cut: SampleCut, _ loss: Loss, _ chunks: Int
  ) -> String {
    let isOne = loss.samples == 1
    let what = Units.count(loss.samples) + (isOne ? " sample" : " samples")
    let leave = isOne ? "leaves" : "leave"
    if operation == .dropHistograms {
      return
        "\(what) of native histograms, whose buckets do not fit their spans, \(leave) the log: a server dies as it "
        + "replays such, or queries fail"
    }
    var parts: [String] = []
    if let after = cut.after { parts.append("after \(TimeText.seconds(after))") }
    if let before = cut.before { parts.append("before \(TimeText.seconds(before))") }
    let chunked = chunks > 0 ? ", with \(Units.count(chunks)) chunks of chunks_head" : ""
    return "\(what) \(parts.joined(separator: " and ")) \(leave) the head\(chunked)"
      + (cut.after == nil
        ? ""
        : "; a server that has them refuses what it scrapes as too old until an hour before the last")
  }

  private static func changes(
    _ changed: [(item: LogItem, size: Int)], _ items: [LogItem], _ cut: SampleCut,
    _ chunks: HeadChunkDrop
  ) -> [DirectoryChange] {
    let walk = SegmentWalk(items, cut, chunks)
    var changes: [DirectoryChange] = []
    if let first = changed.first(where: { $0.item.part == .checkpoint })?.item {
      // A checkpoint is replaced as a whole, so that a server never sees a part of it.
      let all = items.filter { $0.part == .checkpoint }
      let size = all.reduce(0) { $0 + $1.segment.size + Fragment.pageSize }
      changes.append(
        DirectoryChange(
          Path.parent(first.path),
          .folder(size: size) { folder throws(FileError) in
            for item in all {
              try folder.file(item.segment.name) { sink throws(FileError) in
                try walk.write(item, to: sink)
              }
            }
          }))
    }
    for (item, size) in changed where item.part != .checkpoint {
      changes.append(
        DirectoryChange(
          item.path,
          .replace(size: size) { sink throws(FileError) in try walk.write(item, to: sink) }))
    }
    return changes
  }
}
