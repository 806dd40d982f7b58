internal import TSDBAnalysis
internal import TSDBCheck
internal import TSDBFormat
internal import TSDBStore

/// What a server does behind its start, as far as the directory tells: what is scraped meanwhile only adds to it.
struct StartupOutlook {
  let walk: StartupWalk
  let evidence: StartupEvidence
  let options: StartupOptions
  let history: DirectoryHistory
  let cuts: HeadCuts
  let isAgent: Bool
  /// What keeps the head from becoming blocks; nil where nothing does, and for an agent, which has none.
  let firstRefusal: Refusal?

  init(
    _ walk: StartupWalk, _ evidence: StartupEvidence, _ history: DirectoryHistory,
    _ options: StartupOptions
  ) {
    self.walk = walk
    self.evidence = evidence
    self.options = options
    self.history = history
    var bins = history.head.census.bins
    // Chunks have what the log has, and what is older than the log.
    let first = history.head.census.timeRange
    for chunks in evidence.chunkBins.bins
    where first.isEmpty || chunks.times.maxTime < first.minTime {
      bins.add(chunks.times, count: chunks.count)
    }
    let limit = walk.plan.minValidTime
    cuts = HeadCuts(bins.bins.filter { $0.times.maxTime >= limit })
    isAgent = options.isAgent || walk.directory.kind == .agent
    firstRefusal =
      isAgent ? nil : HeadBlockRefusal(history, cuts, from: limit, options.version).first
  }

  /// All of it, what comes first first.
  var later: [Later] {
    guard walk.directory.kind == .server || walk.directory.kind == .agent else { return [] }
    if isAgent { return unsent + checkpoints }
    return scrapes + queries + compactions + retention + checkpoints + plans
  }

  /// What has to leave the log.
  var needs: Set<StartupPrediction.Need> {
    guard !isAgent else { return [] }
    var needs: Set<StartupPrediction.Need> = []
    if firstRefusal != nil || flawedQuery != nil { needs.insert(.labels) }
    if shortHistograms != nil { needs.insert(.histograms) }
    return needs
  }

  private var now: Int64 { options.now }

  private func time(_ time: Int64) -> Message { Message(moment: time) }
}

/// Scrapes.
extension StartupOutlook {
  /// A server takes no sample that is older than its blocks, or an hour older than the newest of its head
  /// (tsdb/head_append.go, `appendableMinValidTime`).
  private var scrapes: [Later] {
    let message = "Error on ingesting samples that are too old or are too far into the future"
    let begin = walk.plan.minValidTime
    let window = cuts.newest.map { (Timestamp($0) - TimeBins.width / 2).milliseconds } ?? .min
    let end = max(begin, window)
    // Ends of blocks lie at full hours, and clocks of machines differ.
    guard Timestamp(end) - Timestamp(now) > (end == begin ? TimeBins.width : 60_000) else {
      return []
    }
    let why: Message =
      end == begin
      ? "the newest block ends then" : "the newest sample of the head is of an hour later"
    return [
      Later(
        .scrape,
        "every scrape is refused as too old until \(time(end)): \(why), and it is \(time(now))",
        message: message)
    ]
  }
}

/// Plans of compactions.
extension StartupOutlook {
  /// A server plans no compaction as long as there is a block whose `meta.json` it cannot read (tsdb/compact.go,
  /// `Plan`). The head is cut into blocks all the same.
  private var plans: [Later] {
    guard let first = walk.ignoredBlocks.first else { return [] }
    let others = walk.ignoredBlocks.count - 1
    let more: Message = others > 0 ? " and \(count: others, of: "more blocks")" : ""
    return [
      Later(
        .blockCompaction,
        "no blocks are joined as long as \(path: first.name)\(more) is there, whose meta.json cannot be read",
        message: "compaction failed: plan compaction"
          + (first.metaFile == nil
            ? ": open \(walk.words.name(first.path))/meta.json: no such file or directory" : ""))
    ]
  }
}

// MARK: - Retention

extension StartupOutlook {
  /// The blocks that the newest of the head makes too old, which reaches those that are cut as well
  /// (tsdb/db.go, `BeyondTimeRetention`).
  private var retention: [Later] {
    guard let limit = options.retentionTime, !cuts.cuts.isEmpty, firstRefusal == nil else {
      return []
    }
    struct Block {
      let end: Int64
      let times: TimeRange
      let samples: Int
      let path: String?
    }
    var blocks = walk.plan.blocks.compactMap { folder -> Block? in
      guard case .success(let meta) = folder.meta else { return nil }
      return Block(
        end: meta.maxTime, times: TimeRange(minTime: meta.minTime, end: meta.maxTime),
        samples: Int(clamping: meta.stats.numSamples), path: folder.path)
    }
    let known = blocks.count
    blocks += cuts.cuts.map { Block(end: $0.end, times: $0.times, samples: $0.samples, path: nil) }
    guard let newest = blocks.map(\.end).max() else { return [] }
    let gone = blocks.filter { block in
      let age = Timestamp(newest) - Timestamp(block.end)
      return options.version.keepsBlocksAtRetention ? age > limit : age >= limit
    }
    guard !gone.isEmpty else { return agedOut(limit) }
    let files = gone.compactMap(\.path)
    let samples = gone.reduce(0) { $0 &+ $1.samples }
    var times = TimeRange()
    for block in gone { times.include(block.times) }
    let what: Message =
      files.isEmpty
      ? "what is cut" : "\(count: files.count, "block") of \(count: known)"
    let isFuture = Timestamp(newest) - Timestamp(now) > TimeBins.width
    let future: Message = isFuture ? ", which is in the future," : ""
    let reason: Message =
      "once the head is cut into blocks, within a minute or two, its newest block ends \(time(newest))\(future) "
      + "and the retention of \(Message(duration: limit)), counted back from there, deletes \(what) with "
      + "\(count: samples, "sample"), up to \(time(times.maxTime))"
    return [
      Later(
        .retention, reason, message: files.isEmpty ? nil : "Deleting obsolete block",
        deletes: files.map(walk.words.name), samples: samples)
    ]
  }
}

extension StartupOutlook {
  /// What is cut out of the head and is too old once a block with its newest samples is cut as well: samples of 1970.
  private func agedOut(_ limit: Int64) -> [Later] {
    guard let newest = cuts.newest else { return [] }
    let old = cuts.cuts.filter { Timestamp(newest) - Timestamp($0.end) >= limit }
    guard let last = old.last else { return [] }
    let samples = old.reduce(0) { $0 &+ $1.samples }
    return [
      Later(
        .retention,
        "of the head, \(count: samples, "sample") up to \(time(last.times.maxTime)) will be in blocks of their own within a "
          + "minute or two, and go by the retention of \(Message(duration: limit)) once the newest samples, of "
          + "\(time(newest)), are in a block",
        samples: samples, fails: false)
    ]
  }

  /// What would keep the blocks that are deleted at the start or behind it; nil where that is none, and where the
  /// newest block can only be wrong.
  var retentionNeed: RetentionNeed? {
    // Where the configuration says it, flags do not count.
    guard !isAgent, options.retention == nil else { return nil }
    let metas = walk.directory.blocks.compactMap { try? $0.meta.get() }
    let ends = metas.map(\.maxTime) + cuts.cuts.map(\.end)
    guard let newest = ends.max(), let oldest = ends.min(),
      Timestamp(newest) - Timestamp(now) <= TimeBins.width
    else { return nil }
    var need = RetentionNeed()
    let age = Timestamp(newest) - Timestamp(oldest)
    if let limit = options.retentionTime, age >= limit, age < RetentionNeed.longest {
      need.time = age
    }
    if let limit = options.retentionSize {
      let size =
        BlockStart.headSize(of: walk.directory) &+ walk.directory.blocks.reduce(0) { $0 &+ $1.size }
      if size > limit { need.size = size }
    }
    return need.isNone ? nil : need
  }
}

// MARK: - Queries, and what an agent does

extension StartupOutlook {
  private var queries: [Later] { [flawedQuery, shortHistograms].compactMap(\.self) }

  private var flawedQuery: Later? {
    let named = history.head.census.flawedSeries.filter {
      $0.value == .emptyName || $0.value == .emptyPair
    }
    guard let id = named.keys.min(), options.release.panicsOverEmptyNames else { return nil }
    return Later(
      .query,
      "queries that find \(count: named.count, "series", "series") with a label without a name fail, such as "
        + "\(labels(of: id))",
      message: "unexpected error: runtime error: index out of range [0] with length 0")
  }

  private var shortHistograms: Later? {
    let flawed = history.head.census.flawedHistograms
    guard let short = flawed[.fewerBuckets] ?? flawed[.tooManyBuckets] else { return nil }
    return Later(
      .query,
      "queries that find \(count: short.count, "histogram") with fewer buckets than the spans speak of fail, the "
        + "first is of ref \(ref: short.first.ref)",
      message: "EOF")
  }

  /// An agent sends what it appends from its start on (storage/remote/queue_manager.go; tsdb/wlog/watcher.go,
  /// `SetStartTime`).
  private var unsent: [Later] {
    let samples = history.head.census.samples
    guard samples > 0 else { return [] }
    return [
      Later(
        .scrape,
        "the \(count: samples, of: "samples") that the log holds are kept until it is truncated, and are not sent any "
          + "more: an agent sends what it appends from its start on", fails: false)
    ]
  }
}
