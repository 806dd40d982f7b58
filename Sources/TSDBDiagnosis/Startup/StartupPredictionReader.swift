internal import TSDBAnalysis
internal import TSDBCheck
internal import TSDBFormat
internal import TSDBStore

extension StartupPrediction {
  /// Predicts the start of a server on what `evidence` is about. What is served and what is lost is
  /// counted only where something was met that may cost samples, or if `countsAlways` says so; not what `known`
  /// has of it.
  static func make(
    _ evidence: StartupEvidence, _ walk: StartupWalk, _ history: DirectoryHistory,
    _ options: StartupOptions, jobs: Int, countsAlways: Bool, known: CountedSeries?
  ) async -> StartupPrediction {
    let directory = evidence.directory
    var prediction = StartupPrediction()
    prediction.first = walk.start
    prediction.version = options.version
    prediction.release = options.release
    prediction.isRunning = isTaken(directory, options)
    prediction.isAgent = options.isAgent || directory.kind == .agent
    prediction.unseen = unseen(evidence.problems)
    if options.startsHere {
      prediction.access = AccessReview(directory, as: options.user)
      prediction.space = options.space ?? directory.freeSpace
      // A guard has the volume read-only, and its space counts; an image has none at all.
      if let space = prediction.space, space.isReadOnly, space.bytesForRoot == 0,
        space.files ?? 0 == 0
      {
        prediction.space = nil
      }
    }
    prediction.assumptions = assumptions(options, prediction)
    if prediction.unseen.contains(where: { !$0.isSameForAll }) {
      prediction.leaveOpen(walk, evidence, options)
      return prediction
    }
    if countsAlways || walk.isSuspicious || evidence.isSuspicious(options) {
      let everything = await Everything.plan(evidence, walk, jobs: jobs)
      let before = StartupCount(walk, evidence, known)
      if walk.start.outcome == .starts {
        await before.count(walk.plan, everything, jobs: jobs, into: &prediction.first)
      }
      if let plan = walk.secondPlan {
        var later = walk.second ?? StartupPrediction.Start()
        later.loss.segments = prediction.first.loss.segments
        later.loss.bytes = prediction.first.loss.bytes
        await before.count(plan, everything, jobs: jobs, into: &later)
        prediction.first.takeLoss(of: later)
        if walk.second != nil { prediction.second = later }
      }
    }
    prediction.first.takeLinks(directory.linkedBlocks)
    if directory.foreignLog != nil, prediction.first.outcome == .starts {
      prediction.first.outcome = .startsWithLoss
      prediction.first.reasons.append(
        "the log is another program's: a server cuts or deletes what it cannot read of it, and writes its own "
          + "beside the rest")
    }
    if prediction.first.outcome != .refuses {
      prediction.first.takeShortage(evidence.shortage(under: options.memoryLimit))
    }
    if prediction.first.takeHistograms(history.head.census, options, directory) {
      prediction.needs.insert(.histograms)
    }
    if let space = prediction.space {
      StartupSpace(walk, evidence, options, space).look(&prediction.first)
    }
    let comesUp =
      prediction.first.outcome != .refuses
      // A replay that dies for one record comes to no end with any limit.
      && !(prediction.first.outcome == .outOfMemory && prediction.first.message != nil)
    if comesUp || prediction.second != nil || walk.secondPlan != nil {
      let outlook = StartupOutlook(walk, evidence, history, options)
      prediction.take(outlook.later + [prediction.first.blockCompaction].compactMap(\.self))
      prediction.retention = outlook.retentionNeed
      prediction.needs.formUnion(outlook.needs)
    }
    return prediction
  }

  /// True where a server runs that this start would meet.
  private static func isTaken(_ directory: DataDirectory, _ options: StartupOptions) -> Bool {
    directory.lock.isHeld && (options.takesLock || directory.lock != .held)
  }

  /// No verdict on what was not seen. What was seen may be enough for one all the same.
  private mutating func leaveOpen(
    _ walk: StartupWalk, _ evidence: StartupEvidence, _ options: StartupOptions
  ) {
    if walk.start.outcome == .refuses && !walk.isDenied { return }
    first = Start()
    first.outcome = .unknown
    first.takeShortage(evidence.shortage(under: options.memoryLimit))
    if walk.isDenied, let message = walk.start.message, let user = access?.user {
      first.reasons.append(
        "a server that runs as \(name: user.name), \(name: user.why), does not start: "
          + "\(log: message)")
    }
  }

  /// What of `problems` could not be looked at, once for each file.
  private static func unseen(_ problems: [FileError]) -> [UnseenFile] {
    var paths: Set<String> = []
    return problems.compactMap(UnseenFile.init).filter { paths.insert($0.path).inserted }
  }

  private static func assumptions(
    _ options: StartupOptions, _ prediction: StartupPrediction
  ) -> [String] {
    var assumptions = [
      options.release.remark ?? "Prometheus \(options.version)",
      "storage path \(options.storagePath)",
    ]
    if options.isAgent { return assumptions + ["started as an agent"] }
    let given = options.flags.isEmpty ? "default flags" : "flags as given, others default"
    assumptions.append(given)
    if options.hasDefaultRetention {
      assumptions.append("retention of 15 days, counted back from the end of the newest block")
    }
    assumptions.append("no configuration file that changes how the storage is opened")
    if let user = prediction.access?.user {
      assumptions.append("runs as \(user.name), \(user.why)")
    }
    if prediction.space != nil {
      assumptions.append(
        "the room on the file system of this directory; a copy that is started elsewhere has other")
    }
    if prediction.isRunning, options.isRestart {
      assumptions.append("the server that runs on it ends first, in good order")
    }
    return assumptions
  }
}

extension StartupPrediction.Start {
  /// Blocks behind links are not served.
  fileprivate mutating func takeLinks(_ links: [FolderEntry]) {
    guard let first = links.first else { return }
    let more: Message = links.count > 1 ? " (and \(links.count - 1) more)" : ""
    reasons.append(
      "the block \(path: first.name)\(more) is a symbolic link, which a server passes over")
    if outcome == .starts { outcome = .startsWithLoss }
  }

  /// A server that may be killed for its memory has no other outcome.
  fileprivate mutating func takeShortage(_ shortage: StartupPrediction.Shortage?) {
    self.shortage = shortage
    if shortage != nil { outcome = .outOfMemory }
  }

  /// Histograms whose buckets do not fit their spans, at which a server dies in the replay (Prometheus:
  /// tsdb/chunkenc/histogram.go); an agent keeps none. True where it does.
  fileprivate mutating func takeHistograms(
    _ census: HeadCensus, _ options: StartupOptions, _ directory: DataDirectory
  ) -> Bool {
    guard outcome != .refuses, !options.isAgent, directory.kind == .server else { return false }
    if let large = census.flawedHistograms[.tooManyBuckets] {
      // A number and its difference for each (`pBuckets`, `pBucketsDelta`).
      let bytes = Int(clamping: large.mostBuckets.multipliedReportingOverflow(by: 16).partialValue)
      let limit = options.memoryLimit ?? MemoryLimit.standard
      if bytes > limit {
        shortage = StartupPrediction.Shortage(estimated: bytes, sufficient: bytes, limit: limit)
        outcome = .outOfMemory
        message = "fatal error: runtime: out of memory"
        reasons.append(
          "a histogram of ref \(ref: large.first.ref) speaks of \(count: large.mostBuckets, of: "buckets"), "
            + "for which a server makes room")
        return true
      }
    }
    let panic = HistogramFlaw.allCases.compactMap { census.flawedHistograms[$0] }
      .first { $0.index != nil }
    guard let panic, let index = panic.index else { return false }
    outcome = .refuses
    message = "panic: runtime error: index out of range [\(index)] with length \(index)"
    served = nil
    reasons.append(
      "the buckets of a histogram do not fit its spans, and a server dies as it replays it: the first such is of ref "
        + "\(ref: panic.first.ref)")
    return true
  }

  /// What this start deletes is lost by it, even if it serves that until it ends, or does not come up: the
  /// `later` one lacks it.
  fileprivate mutating func takeLoss(of later: Self) {
    guard outcome == .refuses || later.loss.samples > loss.samples else { return }
    loss = later.loss
    metrics = later.metrics
    reasons = later.reasons
    waiting = later.waiting
    if outcome != .refuses { outcome = later.outcome }
  }
}
