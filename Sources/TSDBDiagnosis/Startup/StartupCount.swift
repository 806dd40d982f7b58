internal import TSDBAnalysis
internal import TSDBCheck
internal import TSDBFormat
internal import TSDBStore

/// Counts what a start costs.
struct StartupCount {
  private let walk: StartupWalk
  private let evidence: StartupEvidence

  private let known: CountedSeries?

  init(_ walk: StartupWalk, _ evidence: StartupEvidence, _ known: CountedSeries?) {
    self.known = known
    self.walk = walk
    self.evidence = evidence
  }

  func count(
    _ plan: ReplayPlan, _ everything: ReplayPlan, jobs: Int,
    into start: inout StartupPrediction.Start
  ) async {
    let found: ReplayComparison
    do throws(FileError) {
      found = try await ReplayComparison(
        everything: everything, served: plan, jobs: jobs, known: known)
    } catch {
      start.reasons.append("could not be counted: \(error)")
      return
    }
    start.served = found.served
    start.borrowed = found.borrowed
    start.repeated = found.repeated
    start.waiting = found.waiting
    start.failing = found.failing.sorted { $0.lexicographicallyPrecedes($1) }
    var lost = found.lost
    addUnlabelled(found, plan, to: &lost, &start)
    addIgnored(to: &start)
    for (_, count) in lost {
      start.loss.series += count.series
      start.loss.samples += count.samples
      if !count.timeRange.isEmpty { start.loss.timeRange.include(count.timeRange) }
    }
    start.metrics = StartupPrediction.Metric.list(lost)
    if found.hidden.samples > 0 {
      start.reasons.append(
        "\(count: found.hidden.samples, of: "samples") of \(count: found.hidden.series, of: "series") in the log "
          + "are older than the first chunk of their series in chunks_head, and passed over: the chunks that held "
          + "them are gone")
    }
    addFailing(found, plan, to: &start)
    if let label = found.failingLabels.first {
      let others = found.failingLabels.count - 1
      start.reasons.append(
        "queries for \(label: label.name, label.value)"
          + (others > 0 ? " and \(count: others, of: "more labels")" : "") + " fail")
    }
    if start.loss.samples > 0 { start.reasons += walk.blockReasons + leftovers }
    if start.loss.samples > 0, start.reasons.isEmpty { addUnknown(plan, everything, to: &start) }
    if start.loss.samples > 0 || !start.reasons.isEmpty { start.outcome = .startsWithLoss }
    start.blockCompaction = BlockCompactions(plan.blocks, walk.options).failure.map {
      Later(.blockCompaction, $0.reason, message: $0.message)
    }
  }

  /// Records that are not damaged, and that are passed over all the same.
  private func addUnknown(
    _ plan: ReplayPlan, _ everything: ReplayPlan, to start: inout StartupPrediction.Start
  ) {
    let unknown = plan.unknownRecords(in: everything)
    guard unknown > 0 else { return }
    start.reasons.append(
      "\(count: unknown, "record") of the log \(unknown == 1 ? "is" : "are") of a type or a compression that this "
        + "release does not know, and passed over: a newer one reads \(unknown == 1 ? "it" : "them")"
    )
  }

  /// Blocks that go because a server was making or deleting them.
  private var leftovers: [Message] {
    walk.droppedBlocks.filter { $0.name.contains(".tmp") }.map {
      "\(path: $0.name) was being made or deleted when the server stopped, and is deleted"
    }
  }

  /// Metrics of which queries fail, or miss samples.
  private func addFailing(
    _ found: ReplayComparison, _ plan: ReplayPlan, to start: inout StartupPrediction.Start
  ) {
    func list(_ names: [[UInt8]]) -> Message {
      Message(
        list: names.prefix(4).map { $0.isEmpty ? "series without a name" : "\(metric: $0)" })
        + (names.count > 4 ? " and \(count: names.count - 4, of: "more metrics")" : "")
    }
    let unreadable = start.failing.filter { !found.doubled.contains($0) }
    if !unreadable.isEmpty {
      start.reasons.append("queries over all time fail for " + list(unreadable))
    }
    for block in plan.blocks {
      guard let resolution = (try? block.meta.get())?.resolutionText else { continue }
      start.reasons.append(
        "\(path: block.name) was downsampled by Thanos to \(name: resolution): no server reads its chunks"
      )
    }
    let doubled = start.failing.filter(found.doubled.contains)
    if !doubled.isEmpty {
      start.reasons.append(
        "queries fail for " + list(doubled)
          + ": a block has a series twice, or in the wrong place (vector cannot contain metrics with the same "
          + "labelset)")
    }
    if !found.missed.isEmpty {
      let names = found.missed.sorted { $0.lexicographicallyPrecedes($1) }
      start.reasons.append(
        "queries that go through time miss samples of " + list(names)
          + ": chunks of a series stand in the wrong order in a block")
    }
  }

  /// Samples whose labels are gone, or that come under the labels of others.
  private func addUnlabelled(
    _ found: ReplayComparison, _ plan: ReplayPlan,
    to lost: inout [[UInt8]: ReplayComparison.Count], _ start: inout StartupPrediction.Start
  ) {
    var count = ReplayComparison.Count()
    if found.unlabelled.samples > 0 {
      count.add(found.unlabelled)
      start.reasons.append(
        "\(count: found.unlabelled.samples, of: "samples") belong to series that the log does not define"
      )
    }
    let isWholeLog =
      evidence.directory.wal?.checkpoints.isEmpty ?? true
      && evidence.directory.wal?.segments.first?.number == 0
      && !plan.segments.contains { $0.part == .snapshot }
    if found.foreign.samples > 0, isWholeLog {
      count.add(found.foreign)
      start.reasons.append(
        "\(count: found.foreign.samples, of: "samples") in chunks_head are of series that are gone; they come under "
          + "the labels of \(found.foreign.series) others, which got their refs")
    }
    if evidence.head.refsReused > 0 {
      start.reasons.append(
        "\(count: evidence.head.refsReused, of: "refs") stand for two series: samples come under the wrong labels"
      )
    }
    start.unlabelled = count.samples
    if count.samples > 0 { lost[[], default: ReplayComparison.Count()].add(count) }
  }

  /// Segments and blocks that are passed over.
  private func addIgnored(to start: inout StartupPrediction.Start) {
    let segments = walk.ignoredSegments.filter { $0.size > 0 }
    let isOtherLife = segments.count == walk.directory.wal?.segments.filter { $0.size > 0 }.count
    if isOtherLife, !segments.isEmpty {
      start.loss.segments += segments.count
      start.loss.bytes += segments.totalSize
      start.reasons.append(
        "the checkpoint is newer than all segments: none of them is read, no message says so")
    }
  }
}
