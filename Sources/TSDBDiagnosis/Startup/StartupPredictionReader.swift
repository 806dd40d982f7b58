internal import TSDBAnalysis
internal import TSDBFormat
internal import TSDBStore

/// What was read of a directory before its start is predicted.
struct StartupEvidence {
  let directory: DataDirectory
  let head: Diagnosis.Head
  let problems: [FileError]
  let memory: ReplayMemory
  /// When the samples in `chunks_head` are.
  let headChunkTimes: TimeRange
  /// Entries of series records beyond one for each series.
  let hasRepeatedSeries: Bool
}

extension StartupPrediction {
  /// Predicts the start of a server on what `evidence` is about. What is served and what is lost is
  /// counted only where something was met that may cost samples, or if `countsAlways` says so.
  static func make(
    _ evidence: StartupEvidence, _ options: StartupOptions, jobs: Int, countsAlways: Bool
  ) async -> StartupPrediction {
    let walk = StartupWalk(
      evidence.directory, options, suspects: Set(evidence.problems.map(\.path)))
    var prediction = StartupPrediction()
    prediction.first = walk.start
    prediction.assumptions = assumptions(options)
    if countsAlways || walk.isSuspicious || evidence.isSuspicious(options) {
      let everything = await Everything.plan(evidence, walk, jobs: jobs)
      let before = StartupCount(walk, evidence)
      if walk.start.outcome == .starts {
        await before.count(walk.plan, everything, jobs: jobs, into: &prediction.first)
      }
      if let plan = walk.secondPlan, var second = walk.second {
        second.loss.segments = prediction.first.loss.segments
        second.loss.bytes = prediction.first.loss.bytes
        await before.count(plan, everything, jobs: jobs, into: &second)
        if walk.start.outcome == .refuses {
          prediction.first.loss = second.loss
          prediction.first.metrics = second.metrics
          prediction.first.reasons = second.reasons
        }
        prediction.second = second
      }
    }
    if prediction.first.outcome != .refuses, let limit = options.memoryLimit,
      evidence.memory.estimatedBytes > limit
    {
      prediction.first.outcome = .outOfMemory
    }
    return prediction
  }

  private static func assumptions(_ options: StartupOptions) -> [String] {
    var assumptions = [
      "Prometheus \(options.version.rawValue)", "storage path \(options.storagePath)",
    ]
    if options.isAgent { return assumptions + ["started as an agent"] }
    let given = options.flags.isEmpty ? "default flags" : "flags as given, others default"
    assumptions.append(given)
    if options.flag("storage.tsdb.retention.time") == nil,
      options.flag("storage.tsdb.retention") == nil, options.retentionSize == nil
    {
      assumptions.append("retention of 15 days, counted back from the end of the newest block")
    }
    assumptions.append("no configuration file that changes how the storage is opened")
    return assumptions
  }
}

extension StartupEvidence {
  /// Directories up to this size are counted in any case: that finds chunks of refs that are not
  /// defined, and those that cannot be unpacked. Larger ones would make a screen wait for minutes.
  private static let small = 64 << 20

  /// True where the log holds what a server leaves out without a word.
  func isSuspicious(_ options: StartupOptions) -> Bool {
    let blockBytes = directory.blocks.reduce(0) { $0 &+ $1.chunks.totalSize }
    if directory.headBytes &+ blockBytes <= Self.small { return true }
    if directory.wal?.repairCopies.isEmpty == false { return true }
    if head.samplesOfUnknownSeries > 0 || head.refsReused > 0 || hasRepeatedSeries { return true }
    if head.samples == 0 && head.samplesInBlocks > 0 { return true }
    if problems.contains(where: { Self.isUnreadable($0) }) { return true }
    if options.version < .v2_53 { return true }
    // Chunks that are older than all of a log that was never cut are of another life of the directory.
    if directory.wal?.checkpoints.isEmpty ?? true, !headChunkTimes.isEmpty,
      head.timeRange.isEmpty || headChunkTimes.minTime < head.timeRange.minTime
    {
      return true
    }
    let types: Set<RecordType> = [
      .samplesV2, .histogramSamplesV2, .floatHistogramSamplesV2, .customBucketsHistogramSamples,
      .customBucketsFloatHistogramSamples,
    ]
    return options.version < .v3_14 && !types.isDisjoint(with: head.records.keys)
  }

  /// True for damage that hides samples from queries: series, postings and chunks of a block that opens,
  /// and what a server passes over in `chunks_head`.
  static func isUnreadable(_ problem: FileError) -> Bool {
    guard case .damaged(_, let error) = problem else { return false }
    switch error.section {
    case .indexSeries, .indexPostings, .chunk, .chunkData, .headChunk, .chunkSegmentFiles:
      return true
    default: return false
    }
  }
}

extension DataDirectory {
  /// Bytes of all logs and of `chunks_head`.
  fileprivate var headBytes: Int {
    headChunks.totalSize + (wal?.size ?? 0) + (wal?.checkpoints.last?.size ?? 0)
      + (wbl?.size ?? 0)
  }
}

extension SegmentFolder {
  /// What repairs that were interrupted left behind: segments as they were.
  var repairCopies: [FolderEntry] { leftovers.filter { $0.isFile && $0.name.hasSuffix(".repair") } }
}

/// All that can be read of a directory.
enum Everything {
  /// Blocks that a start drops, segments that it passes over, records behind damage.
  static func plan(
    _ evidence: StartupEvidence, _ walk: StartupWalk, jobs: Int
  ) async -> ReplayPlan {
    let directory = evidence.directory
    var plan = ReplayPlan()
    plan.keepsAll = true
    plan.blocks = walk.plan.blocks + walk.droppedBlocks
    plan.headChunks = directory.headChunks
    let wal = directory.wal
    let checkpoint = wal?.checkpoints.last
    plan.segments = (checkpoint?.segments ?? []).map { .init(path: $0.path, kind: .checkpoint) }
    // Segments up to the checkpoint are in it, unless they are of another life of the directory.
    let isOtherLife =
      checkpoint.map { last in (wal?.segments.last?.number ?? .max) <= last.number } ?? false
    let first = isOtherLife ? Int.min : checkpoint.map { $0.number &+ 1 } ?? .min
    let copies = wal?.repairCopies ?? []
    for segment in wal?.segments ?? [] where segment.number >= first {
      // The copy that an interrupted repair leaves behind is the segment as it was.
      if let copy = copies.first(where: { $0.name == segment.name + ".repair" }) {
        plan.segments.append(.init(path: copy.path, kind: .wal))
      }
      plan.segments.append(.init(path: segment.path, kind: .wal))
    }
    if wal?.segments.allSatisfy({ $0.size == 0 }) ?? true, checkpoint == nil {
      plan.segments += (directory.snapshots.last?.segments ?? [])
        .map { .init(path: $0.path, kind: .snapshot) }
    }
    plan.segments += (directory.wbl?.segments ?? []).map { .init(path: $0.path, kind: .wbl) }
    plan.minValidTime = await minValidTime(evidence, walk, plan, jobs: jobs)
    return plan
  }

  /// Where the head begins: at the end of the newest block, unless that is behind all of the log.
  private static func minValidTime(
    _ evidence: StartupEvidence, _ walk: StartupWalk, _ plan: ReplayPlan, jobs: Int
  ) async -> Int64 {
    let ends = walk.plan.blocks.compactMap { block -> Int64? in
      guard case .success(let meta) = block.meta, !meta.compaction.isPartial else { return nil }
      return meta.maxTime
    }
    // Blocks that go do not take the head along.
    let all = evidence.directory.blocks.compactMap { block -> Int64? in
      guard case .success(let meta) = block.meta, !meta.compaction.isPartial else { return nil }
      return meta.maxTime
    }
    guard evidence.head.samples == 0, evidence.head.samplesInBlocks > 0 else {
      return ends.max() ?? .min
    }
    let paths = HeadReader.Sources(
      checkpoint: plan.segments.filter { $0.kind == .checkpoint }.map(\.path),
      wal: plan.segments.filter { $0.kind == .wal }.map(\.path))
    let read = await HeadReader.read(paths, minValidTime: .min, jobs: jobs)
    let end = read.census.timeRange.maxTime
    return all.filter { $0 <= end }.max() ?? .min
  }
}

/// Counts what a start costs.
struct StartupCount {
  private let walk: StartupWalk
  private let evidence: StartupEvidence

  init(_ walk: StartupWalk, _ evidence: StartupEvidence) {
    self.walk = walk
    self.evidence = evidence
  }

  func count(
    _ plan: ReplayPlan, _ everything: ReplayPlan, jobs: Int,
    into start: inout StartupPrediction.Start
  ) async {
    let found: ReplayComparison
    do throws(FileError) {
      found = try await ReplayComparison(everything: everything, served: plan, jobs: jobs)
    } catch {
      start.reasons.append("could not be counted: \(error)")
      return
    }
    start.served = found.served
    var lost = found.lost
    addUnlabelled(found, plan, to: &lost, &start)
    addIgnored(to: &start)
    for (_, count) in lost {
      start.loss.series += count.series
      start.loss.samples += count.samples
      if !count.timeRange.isEmpty { start.loss.timeRange.include(count.timeRange) }
    }
    start.metrics = lost.map {
      .init(name: $0.key, series: $0.value.series, samples: $0.value.samples)
    }
    .sorted { $0.name.lexicographicallyPrecedes($1.name) }
    if !found.failing.isEmpty {
      let names = found.failing.map { String(decoding: $0, as: UTF8.self) }.sorted()
      start.reasons.append(
        "queries over all time fail for " + names.prefix(4).joined(separator: ", ")
          + (names.count > 4 ? " and \(names.count - 4) more metrics" : ""))
    }
    let unreadable = servedDamage
    if unreadable > 0 {
      start.reasons.append("\(unreadable) damaged places in blocks make queries fail")
    }
    if start.loss.samples > 0 || unreadable > 0 || !start.reasons.isEmpty {
      start.outcome = .startsWithLoss
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
        "\(found.unlabelled.samples) samples belong to series that the log does not define")
    }
    let isWholeLog =
      evidence.directory.wal?.checkpoints.isEmpty ?? true
      && evidence.directory.wal?.segments.first?.number == 0
      && !plan.segments.contains { $0.kind == .snapshot }
    if found.foreign.samples > 0, isWholeLog {
      count.add(found.foreign)
      start.reasons.append(
        "\(found.foreign.samples) samples in chunks_head are of series that are gone; they come under "
          + "the labels of \(found.foreign.series) others, which got their refs")
    }
    if evidence.head.refsReused > 0 {
      start.reasons.append(
        "\(evidence.head.refsReused) refs stand for two series: samples come under the wrong labels"
      )
    }
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

  /// Places in served blocks that queries fail on.
  private var servedDamage: Int {
    let folders = walk.plan.blocks.map { $0.path + "/" }
    return evidence.problems.count { problem in
      guard case .damaged(let path, let error) = problem,
        folders.contains(where: { path.hasPrefix($0) })
      else { return false }
      switch error.section {
      case .indexSeries, .indexPostings, .chunk, .chunkData, .chunkSegmentFiles: return true
      default: return false
      }
    }
  }
}
