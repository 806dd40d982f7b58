internal import TSDBAnalysis
internal import TSDBCheck
internal import TSDBDiagnosis
internal import TSDBStore

/// Which of the steps of a plan are better than none: a step that leaves less served than without it, or that
/// changes nothing, is left out.
extension Repair {
  /// Steps that are for what a check finds, from warnings on.
  private static let ofFindings: Set<Operation> = [
    .rebuildIndex, .rebuildMeta, .dropBadChunks, .rewriteBlock, .dropTombstones,
    .dropRepeatedSeries,
  ]
  /// So many doubtful steps are tried apart; more of them stay or go together.
  private static let mostTrials = 6

  /// The same repair without some steps.
  func leaving(_ names: Set<StepName>, joinsTouching: Bool = false) -> Repair {
    var options = options
    options.vain = names
    options.joinsTouching = joinsTouching
    return Repair(of: directory, options)
  }

  /// What comes of a trial beside the plan; nil where it fails, which is one way less and no reason against the plan.
  func attempt(
    _ strategy: RepairStrategy, _ before: Look, _ operations: FileOperations,
    _ vain: Set<StepName> = []
  ) async -> Result? {
    do {
      return try await rehearse(strategy, before, operations, vain)
    } catch {
      return nil
    }
  }

  /// The plan that says what to leave out. An operation on its own needs none.
  func planned(_ plan: Result?) async throws(RepairError) -> Result? {
    guard plan == nil, options.operation == nil, options.isProven else { return plan }
    return try await self.plan(comparesWays: false)
  }

  /// The steps that are left when each that is doubtful was tried.
  func rehearseBest(
    _ strategy: RepairStrategy, _ before: Look, _ operations: FileOperations
  ) async throws(RepairError) -> Result {
    var best = try await rehearse(strategy, before, operations)
    guard options.operation == nil else { return best }
    // A server gives both samples of the time at which chunks touch, and may never join the block with others.
    if best.leavesTouching,
      let other = await leaving([], joinsTouching: true).attempt(strategy, before, operations),
      other.after.isBetter(than: best.after)
    {
      best = other
    }
    for group in best.trials(Self.mostTrials) {
      let names = best.vain.union(group)
      let trial: Result?
      if best.steps.allSatisfy({ names.contains($0.name) }) {
        trial = try none(before, names)
      } else {
        trial = await leaving(names, joinsTouching: best.joinsTouching)
          .attempt(strategy, before, operations, names)
      }
      guard let other = trial else { continue }
      if !best.after.isBetter(than: other.steps.isEmpty ? before.state : other.after) {
        best = other
      }
    }
    // What a server serves by itself stays, unless it does not come up, or does not go on, for what leaves.
    if strategy == .skip, best.takesWhatIsServed(before.state) {
      for operation in Set(best.steps.map(\.operation)) {
        let names = best.vain.union(best.steps.filter { $0.operation == operation }.map(\.name))
        let repair = leaving(names, joinsTouching: best.joinsTouching)
        guard let other = await repair.attempt(strategy, before, operations, names) else {
          continue
        }
        if other.steps.isEmpty || other.after.isBetter(than: best.after) {
          best = other.steps.isEmpty ? try none(before, names) : other
        }
      }
      if best.takesWhatIsServed(before.state) {
        return try none(before, best.vain.union(best.steps.map(\.name)))
      }
    }
    // The same is served, and the same found: then nothing was mended.
    if !best.steps.isEmpty, best.steps.allSatisfy({ Self.ofFindings.contains($0.operation) }),
      best.after.isSame(as: before.state)
    {
      return try none(before, best.vain.union(best.steps.map(\.name)))
    }
    return best
  }

  private func none(_ before: Look, _ names: Set<StepName>) throws(RepairError) -> Result {
    var result = try unchanged()
    result.vain = names
    result.after = before.state
    return result
  }
}

extension Repair.Result {
  /// True where a block was written anew, and a server fails later all the same.
  fileprivate var leavesTouching: Bool {
    !joinsTouching && after.startup.first.outcome == .startsThenFails
      && steps.contains { $0.operation == .rewriteBlock }
  }

  /// True where a server comes up and goes on without the steps, and serves less under the right labels with them.
  fileprivate func takesWhatIsServed(_ before: Repair.State) -> Bool {
    switch before.startup.first.outcome {
    case .starts, .startsWithLoss:
      !steps.isEmpty && !before.startup.later.contains(where: \.fails)
        && after.samples < before.samples - before.startup.first.unlabelled
    case .startsThenFails, .refuses, .outOfMemory, .unknown: false
    }
  }

  /// The doubtful steps, one by one, or by their operations if they are many.
  fileprivate func trials(_ most: Int) -> [Set<StepName>] {
    let names = steps.filter(\.isDoubtful).map(\.name)
    if names.count <= most { return names.map { [$0] } }
    return Dictionary(grouping: names, by: \.operation).values.map(Set.init)
  }
}

extension Repair.State {
  /// How a start ends, the best first.
  private var rank: Int {
    switch startup.first.outcome {
    case .starts: 0
    case .startsThenFails: 1
    case .startsWithLoss: 2
    case .unknown: 3
    case .refuses, .outOfMemory: 4
    }
  }

  /// What was found that costs something. What is only read twice costs nothing where all is served.
  private var costs: [Finding] {
    findings.flatMap { [$0] + $0.consequences }.filter { finding in
      finding.severity >= .warning
        && !(finding.rule == .walSeriesRepeated && startup.first.loss.samples == 0)
    }
  }

  /// True where a server is better off than with `other`.
  fileprivate func isBetter(than other: Self) -> Bool {
    if rank != other.rank { return rank < other.rank }
    if samples != other.samples { return samples > other.samples }
    let (mine, theirs) = (costs, other.costs)
    for severity in [Severity.fatal, .loss, .warning] {
      let counts = (
        mine.count { $0.severity == severity }, theirs.count { $0.severity == severity }
      )
      if counts.0 != counts.1 { return counts.0 < counts.1 }
    }
    return false
  }

  /// True where a server starts in the same way, serves the same, and the same is wrong.
  fileprivate func isSame(as other: Self) -> Bool {
    func found(_ state: Self) -> [String] {
      state.findings.flatMap { [$0] + $0.consequences }.map {
        "\($0.rule.id) \(Path.components($0.path).suffix(2)) \($0.offset ?? -1) \($0.message)"
      }.sorted()
    }
    return startup.first.outcome == other.startup.first.outcome
      && startup.first.message == other.startup.first.message && samples == other.samples
      && series == other.series && !findings.isEmpty && found(self) == found(other)
  }
}
