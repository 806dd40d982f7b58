internal import TSDBAnalysis
internal import TSDBFormat
internal import TSDBStore

/// All that can be read of a directory.
enum Everything {
  /// Blocks that a start drops, segments that it passes over, records behind damage.
  static func plan(
    _ evidence: StartupEvidence, _ walk: StartupWalk, jobs: Int
  ) async -> ReplayPlan {
    let directory = evidence.directory
    var plan = ReplayPlan()
    plan.keepsAll = true
    let blocks = blocks(of: walk)
    plan.blocks = blocks.served + blocks.dropped
    plan.headChunks = directory.headChunks
    let wal = directory.wal
    let order = ReplayOrder(directory)
    plan.segments = (order.checkpoint?.segments ?? []).segments(of: .checkpoint)
    // Segments up to the checkpoint are in it, unless they are of another life of the directory.
    let segments = wal?.isPassedOver == true ? wal?.segments ?? [] : order.wal
    let copies = Dictionary((wal?.repairCopies ?? []).map { ($0.name, $0) }) { first, _ in first }
    for segment in segments {
      // The copy that an interrupted repair leaves behind is the segment as it was.
      if let copy = copies[segment.name + ".repair"] {
        plan.segments.append(.init(path: copy.path, part: .wal))
      }
      plan.segments.append(.init(path: segment.path, part: .wal))
    }
    if wal?.segments.allSatisfy(\.isEmpty) ?? true, order.checkpoint == nil {
      plan.segments += (directory.snapshots.last?.segments ?? []).segments(of: .snapshot)
    }
    plan.segments += order.wbl.segments(of: .wbl)
    plan.minValidTime = await minValidTime(evidence, blocks.served, plan, jobs: jobs)
    return plan
  }

  /// The blocks that a start serves, and those that it drops. One that is refused before it comes to them
  /// could serve the same ones, less what refuses it.
  private static func blocks(
    of walk: StartupWalk
  ) -> (served: [BlockFolder], dropped: [BlockFolder]) {
    guard walk.start.outcome == .refuses, walk.plan.blocks.isEmpty else {
      return (walk.plan.blocks, walk.droppedBlocks)
    }
    let start = BlockStart(walk.directory, walk.options, walk.words)
    let known = Set(walk.droppedBlocks.map(\.path))
    // What refuses it may be read all the same, where that is not the index: samples do not lie in `tombstones`.
    let readable = start.refused.filter { Block($0).index?.damage.isEmpty == true }
    let dropped = (start.deleted + start.ignored + readable).filter { !known.contains($0.path) }
    return (start.served, walk.droppedBlocks + dropped)
  }

  /// Where the head begins: at the end of the newest block, unless that is behind all of the log.
  private static func minValidTime(
    _ evidence: StartupEvidence, _ served: [BlockFolder], _ plan: ReplayPlan, jobs: Int
  ) async -> Int64 {
    guard evidence.head.samples == 0, evidence.head.samplesInBlocks > 0 else {
      return served.minValidTime
    }
    let segments = plan.segments.filter { $0.part == .checkpoint || $0.part == .wal }
    let read = await HeadReader.read(segments, minValidTime: .min, jobs: jobs)
    let end = read.census.timeRange.maxTime
    // Blocks that go do not take the head along.
    return evidence.directory.blocks.compactMap(\.headBegin).filter { $0 <= end }.max() ?? .min
  }
}
