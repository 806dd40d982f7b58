internal import TSDBAnalysis
internal import TSDBFormat
internal import TSDBStore

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
    prediction.version = options.version
    prediction.release = options.release
    prediction.assumptions = assumptions(options)
    if countsAlways || walk.isSuspicious || evidence.isSuspicious(options) {
      let everything = await Everything.plan(evidence, walk, jobs: jobs)
      let before = StartupCount(walk, evidence)
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
    if prediction.first.outcome != .refuses, let limit = options.memoryLimit,
      evidence.memory.estimatedBytes > limit
    {
      prediction.first.outcome = .outOfMemory
    }
    return prediction
  }

  private static func assumptions(_ options: StartupOptions) -> [String] {
    var assumptions = [
      options.release.remark ?? "Prometheus \(options.version.rawValue)",
      "storage path \(options.storagePath)",
    ]
    if options.isAgent { return assumptions + ["started as an agent"] }
    let given = options.flags.isEmpty ? "default flags" : "flags as given, others default"
    assumptions.append(given)
    if options.hasDefaultRetention {
      assumptions.append("retention of 15 days, counted back from the end of the newest block")
    }
    assumptions.append("no configuration file that changes how the storage is opened")
    return assumptions
  }
}

extension StartupPrediction.Start {
  /// What this start deletes is lost by it, even if it serves that until it ends, or does not come up: the
  /// `later` one lacks it.
  fileprivate mutating func takeLoss(of later: Self) {
    guard outcome == .refuses || later.loss.samples > loss.samples else { return }
    loss = later.loss
    metrics = later.metrics
    reasons = later.reasons
    if outcome != .refuses { outcome = later.outcome }
  }
}
