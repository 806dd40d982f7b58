internal import TSDBAnalysis
internal import TSDBCheck
internal import TSDBDiagnosis
internal import TSDBFormat
internal import TSDBStore

extension Repair {
  /// What the steps would be, what they cost, and what else could be done. The directory is not changed.
  /// Other ways are looked at with `comparesWays` only.
  public func plan(comparesWays: Bool = true) async throws(RepairError) -> Result {
    try refuseOtherKinds()
    let check = await look(at: directory)
    var result = try await rehearse(options.strategy)
    guard !result.steps.isEmpty else {
      result.before.findings = check.result.findings.filter { $0.severity >= .warning }
      result.before.unread = check.unread
      return result
    }
    result.before = await state(of: directory, check)
    result.readable = result.before.samples + result.before.startup.lossOfServed
    result.measure()
    guard comparesWays, options.operation == nil else { return result }
    for strategy in RepairStrategy.allCases where strategy != options.strategy {
      var other = try await rehearse(strategy)
      other.before = result.before
      other.measure()
      guard other.steps != result.steps else { continue }
      result.alternatives.append(
        Alternative(strategy: strategy, steps: other.steps, after: other.after))
    }
    return result
  }

  /// Makes the steps in the directory; they are taken back if that fails. `needed` is what a plan says
  /// that they take of the disk.
  public func applyInPlace(
    needed: Int = 0, _ operations: FileOperations = FileOperations()
  ) async throws(RepairError) -> Result {
    try refuse(directory.path, needed: needed)
    return try await apply(in: directory.path, operations)
  }

  /// Makes the steps in a copy of the directory, the new folder `target`.
  public func applyToCopy(
    _ target: String, _ operations: FileOperations = FileOperations()
  ) async throws(RepairError) -> Result {
    try refuseOtherKinds()
    guard !FileStatus.exists(target) else {
      throw .refused("\(target): is there already; give the name of a new folder")
    }
    let parent = Path.parent(target).isEmpty ? "." : Path.parent(target)
    try repairing { () throws(FileError) in
      if try directory.holds(parent) {
        throw FileError.system(path: target, operation: "put a copy into the directory", errno: 22)
      }
      try operations.checkWritable(parent)
    }
    try refuseWithoutSpace(try treeSize(), at: parent, operations)
    let working = target + ".epimetheus-tmp"
    guard !FileStatus.exists(working) else {
      throw .refused("\(working): left by a copy that was cut short; remove it first")
    }
    do {
      try DirectoryCopy.write(
        directory.path, to: working, linksBlocks: options.linksBlocks, operations)
    } catch {
      try? operations.removeTree(working)
      throw .file(error)
    }
    do {
      var result = try await apply(in: working, operations)
      try repairing { () throws(FileError) in try finish(working, target, &result, operations) }
      return result
    } catch {
      try? operations.removeTree(working)
      throw error
    }
  }

  /// Of the quarantine of a copy only what could not be placed stays: the source has all the rest.
  private func finish(
    _ working: String, _ target: String, _ result: inout Result, _ operations: FileOperations
  ) throws(FileError) {
    for quarantine in try Quarantine.all(in: working) where quarantine.name == result.quarantine {
      for name in try DataTree.names(in: quarantine.path) where name != "lost+found" {
        try operations.removeTree(Path.join(quarantine.path, name))
      }
      if try DataTree.names(in: quarantine.path).isEmpty {
        try operations.removeFolder(quarantine.path)
        result.quarantine = nil
      }
    }
    try operations.rename(working, to: target)
    try operations.syncFolder(Path.parent(target).isEmpty ? "." : Path.parent(target))
  }
}

// MARK: - The work

extension Repair {
  /// Makes the steps in `root`, proves the result, and takes all back if it is none.
  private func apply(
    in root: String, _ operations: FileOperations
  ) async throws(RepairError) -> Result {
    let current = try repairing { () throws(FileError) in try DataDirectory(path: root) }
    let check = await look(at: current)
    var result = Result()
    result.isProven = options.isProven
    result.isRepair = options.operation == nil
    result.before = await state(of: current, check)
    result.readable = result.before.samples + result.before.startup.lossOfServed
    var name = Quarantine.prefix + options.time
    while FileStatus.exists(Path.join(root, name)) { name += "-2" }
    let transaction: Transaction
    do {
      transaction = try Transaction(root, name: name, operations)
    } catch {
      throw takenBack(root, name, error.description, operations)
    }
    var run = RepairRun(root, transaction, options)
    do {
      try await run.run(check)
    } catch {
      throw takenBack(root, name, error.description, operations)
    }
    result.steps = run.steps
    result.toll = run.toll
    result.quarantine = name
    guard !run.steps.isEmpty else {
      _ = try Undo.run(transaction.quarantine, isForced: true, operations)
      result.quarantine = nil
      return result
    }
    result.account = account(transaction.before.size, run.steps)
    result.after = try await stateAfter(root)
    result.measure()
    if !result.succeeds, !options.keepsFailure, options.operation == nil {
      let why = result.after.startup.first.message ?? result.after.startup.first.outcome.rawValue
      throw takenBack(root, name, "the repair does not end in a start: \(why)", operations)
    }
    do {
      try transaction.finish()
    } catch {
      throw takenBack(root, name, error.description, operations)
    }
    return result
  }

  /// Takes everything back, and says why.
  private func takenBack(
    _ root: String, _ name: String, _ why: String, _ operations: FileOperations
  ) -> RepairError {
    let quarantine = Quarantine(root: root, name: name)
    guard FileStatus.exists(quarantine.path) else { return .takenBack(why) }
    do {
      _ = try Undo.run(quarantine, isForced: true, operations)
      return .takenBack(why)
    } catch {
      return .halfDone("\(why); taking it back failed: \(error)")
    }
  }

  /// Makes the steps in a folder of links, and looks at the result.
  private func rehearse(_ strategy: RepairStrategy) async throws(RepairError) -> Result {
    let operations = FileOperations(syncs: false)
    let folder = try repairing { () throws(FileError) in
      try operations.createTemporaryFolder(in: options.temporaryFolder)
    }
    defer { try? operations.removeTree(folder) }
    let root = Path.join(folder, "data")
    var result = Result()
    result.isProven = options.isProven
    result.isRepair = options.operation == nil
    do {
      let real = try FolderListing.realPath(directory.path)
      try DirectoryCopy.writeLinks(to: real, in: root, operations)
      let transaction = try Transaction(root, name: Quarantine.prefix + "plan", operations)
      var options = options
      options.strategy = strategy
      var run = RepairRun(root, transaction, options)
      let links = try DataDirectory(path: root)
      try await run.run(await look(at: links))
      result.steps = run.steps
      result.toll = run.toll
      result.account = account(try DataTree(of: directory.path).size, run.steps)
      result.neededBytes = run.neededBytes
    } catch {
      throw .file(error)
    }
    if !result.steps.isEmpty { result.after = try await stateAfter(root) }
    return result
  }

  private func account(_ before: Int, _ steps: [DoneStep]) -> Account {
    var account = Account()
    account.before = before
    account.dropped = steps.reduce(0) { $0 + $1.loss.bytes }
    account.kept = before - account.dropped
    return account
  }

  private func stateAfter(_ root: String) async throws(RepairError) -> State {
    let names = try repairing { () throws(FileError) in try DataTree.names(in: root) }
    // A server begins anew in a directory without anything.
    if names.allSatisfy({ Quarantine.isName($0) || $0 == "queries.active" }) { return State() }
    let directory = try repairing { () throws(FileError) in try DataDirectory(path: root) }
    let check = await look(at: directory)
    return await state(of: directory, check)
  }

  private func look(at directory: DataDirectory) async -> Check {
    guard options.isProven else { return Check(notRunOn: directory) }
    return await Check.run(directory, level: .standard, jobs: options.jobs)
  }

  private func state(of directory: DataDirectory, _ check: Check) async -> State {
    var state = State()
    guard options.isProven else { return state }
    state.findings = check.result.findings.filter { $0.severity >= .warning }
    state.unread = check.unread
    let diagnosis = await Diagnosis.make(
      of: directory, jobs: options.jobs, startup: options.startup, countsServed: true)
    state.startup = diagnosis.startup
    let first = diagnosis.startup.first
    let served = first.outcome == .refuses ? diagnosis.startup.second : first
    for count in (served?.served ?? [:]).values {
      state.series += count.series
      state.samples += count.samples
    }
    state.readable = (served ?? first).readable
    return state
  }
}

extension StartupPrediction {
  /// Samples that the start that `State.samples` is about loses.
  fileprivate var lossOfServed: Int {
    first.outcome == .refuses ? (second?.loss.samples ?? first.loss.samples) : first.loss.samples
  }
}

// MARK: - Refusals

extension Repair {
  private func refuseOtherKinds() throws(RepairError) {
    guard directory.kind == .server || directory.kind == .agent else {
      throw .refused(
        "\(directory.path): not a data directory; give the one that holds its wal and blocks")
    }
  }

  private func refuse(_ root: String, needed: Int) throws(RepairError) {
    try refuseOtherKinds()
    if directory.lock == .held {
      throw .refused("\(root): a running process holds the lock; stop the server first")
    }
    let operations = FileOperations()
    let others = try repairing { () throws(FileError) in
      try operations.checkWritable(root)
      for folder in ["wal", "wbl", "chunks_head"] {
        let path = Path.join(root, folder)
        if FileStatus.exists(path) { try operations.checkWritable(path) }
      }
      return try Quarantine.all(in: root)
    }
    for quarantine in others {
      let records = try repairing { () throws(FileError) in try Journal.read(quarantine) }
      if !records.contains(.done) {
        throw .refused(
          "\(quarantine.path): a repair was begun and did not end; run `epimetheus undo` first")
      }
    }
    try refuseWithoutSpace(needed, at: root, operations)
  }

  private func treeSize() throws(RepairError) -> Int {
    try repairing { () throws(FileError) in try DataTree(of: directory.path).size }
  }

  private func refuseWithoutSpace(
    _ needed: Int, at path: String, _ operations: FileOperations
  ) throws(RepairError) {
    let free = try repairing { () throws(FileError) in try operations.freeSpace(at: path) }
    guard free < needed else { return }
    throw .refused(
      "\(path): \(needed) bytes may be needed and \(free) are free; nothing was changed")
  }
}
