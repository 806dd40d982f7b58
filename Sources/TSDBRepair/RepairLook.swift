internal import TSDBAnalysis
internal import TSDBCheck
internal import TSDBDiagnosis
internal import TSDBFormat
internal import TSDBStore

/// What a repair sees of a directory, before and after.
extension Repair {
  func stateAfter(_ root: String) async throws(RepairError) -> Look {
    let names = try repairing { () throws(FileError) in try DataTree.names(in: root) }
    // A server begins anew in a directory without anything.
    if names.allSatisfy({ Quarantine.isName($0) || $0 == "queries.active" }) {
      return Look(everything: ReplayPlan())
    }
    let left = try repairing { () throws(FileError) in try RepairRun.directory(at: root) }
    guard let directory = left else { return Look(everything: ReplayPlan()) }
    let check = await look(at: directory)
    return await state(of: directory, check)
  }

  func look(at directory: DataDirectory) async -> Check {
    guard options.isProven else { return Check(notRunOn: directory) }
    return await Check.run(
      directory, level: .standard, jobs: options.jobs, now: options.startup.now,
      user: options.startup.user, known: options.memory?.checks)
  }

  /// What stays as it is, where no step is to be made: a repair says what the next start does all the same. What
  /// it serves is not counted, which would take as long as reading every sample.
  func unmended(_ check: Check) async -> State {
    var state = State()
    state.isCounted = false
    state.findings = check.result.findings.filter { $0.severity >= .warning }
    state.unread = check.unread
    guard options.isProven, options.operation == nil else { return state }
    state.startup =
      await DirectoryStart.read(directory, options.startup, jobs: options.jobs).prediction
    state.findings = check.told(with: state.startup).result.findings.filter {
      $0.severity >= .warning
    }
    return state
  }

  func state(of directory: DataDirectory, _ check: Check) async -> Look {
    var state = State()
    guard options.isProven else { return Look() }
    state.findings = check.result.findings.filter { $0.severity >= .warning }
    state.unread = check.unread
    // A rehearsal lies on another file system, and is its maker's.
    var startup = options.startup
    startup.startsHere = false
    let start = await DirectoryStart.read(
      directory, startup, jobs: options.jobs, countsServed: true,
      known: options.memory?.counted)
    state.startup = start.prediction
    state.findings = check.told(with: start.prediction).result.findings.filter {
      $0.severity >= .warning
    }
    let first = start.prediction.first
    let served = first.outcome == .refuses ? start.prediction.second : first
    state.served = served?.servedOnce ?? [:]
    for count in state.served.values {
      state.series += count.series
      state.samples += count.samples
    }
    state.readable = (served ?? first).readable
    return Look(state: state, everything: start.everything)
  }
}

extension Repair {
  /// What was seen of a directory.
  struct Look: Sendable {
    /// What a start of a server is about.
    var state = State()
    /// All that can be read; nil where nobody looked.
    var everything: ReplayPlan?
  }
}

extension Repair.Result {
  /// Samples that can be read before. Where no start comes up, nobody has counted what one serves or loses;
  /// what is served after the steps could be read as well, if of a block that no reader opened as it was.
  func countedReadable() -> Int {
    guard before.startup.isRefusedForGood else {
      return before.samples + before.startup.lossOfServed
    }
    return max(missing?.samples ?? 0, after.samples)
  }
}

extension StartupPrediction {
  /// True where a server does not come up, however often it is started.
  var isRefusedForGood: Bool { first.outcome == .refuses && second == nil }

  /// Samples that the start that `State.samples` is about loses.
  var lossOfServed: Int {
    first.outcome == .refuses ? (second?.loss.samples ?? first.loss.samples) : first.loss.samples
  }
}
