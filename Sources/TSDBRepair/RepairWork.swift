internal import TSDBAnalysis
public import TSDBCheck
internal import TSDBDiagnosis
internal import TSDBFormat
internal import TSDBStore

extension Repair {
  /// What the steps would be, what they cost, and what else could be done. The directory is not changed.
  /// Other ways are looked at with `comparesWays` only. What checks found in the same files before is taken out of
  /// `known`.
  public func plan(
    comparesWays: Bool = true, known: CheckedFiles? = nil,
    _ operations: FileOperations = FileOperations(syncs: false)
  ) async throws(RepairError) -> Result {
    try await remembering(known).makePlan(comparesWays, operations)
  }

  private func makePlan(
    _ comparesWays: Bool, _ operations: FileOperations
  ) async throws(RepairError) -> Result {
    try refuseOtherKinds()
    let check = await look(at: directory)
    // A folder of links costs a name for each file, which is in vain where nothing is to be done.
    let hasSteps: Bool
    do {
      hasSteps = try await RepairRun.hasStep(check, options)
    } catch {
      throw .file(error)
    }
    let before = hasSteps ? await state(of: directory, check) : Look()
    var result =
      hasSteps
      ? try await rehearseBest(options.strategy, before, operations) : try unchanged()
    guard !result.steps.isEmpty else {
      result.before = await unmended(check)
      return result
    }
    result.before = before.state
    result.readable = result.countedReadable()
    result.measure()
    guard comparesWays, options.operation == nil, result.hasOtherWays else { return result }
    for strategy in RepairStrategy.allCases where strategy != options.strategy {
      let repair = leaving(result.vain, joinsTouching: result.joinsTouching)
      guard var other = await repair.attempt(strategy, before, operations) else { continue }
      other.before = result.before
      other.measure()
      guard other.steps != result.steps else { continue }
      result.alternatives.append(
        Alternative(strategy: strategy, steps: other.steps, after: other.after))
    }
    return result
  }

  /// Makes the steps in the directory; they are taken back if that fails. A plan of them, where there is
  /// one, says what they take of the disk, and what they change.
  public func applyInPlace(
    _ plan: Result? = nil, _ operations: FileOperations = FileOperations()
  ) async throws(RepairError) -> Result {
    let plan = try await planned(plan)
    try refuse(directory.path, needed: plan?.neededBytes ?? 0)
    // A directory that is reached through a link is changed where it is.
    let root = try repairing { () throws(FileError) in
      try FolderListing.realPath(directory.path)
    }
    try await refuseChangesElsewhere(root, plan)
    return try await apply(in: root, plan, operations.within(root))
  }

  /// Makes the steps in a copy of the directory, the new folder `target`. A plan of them, where there is
  /// one, says what they cost.
  public func applyToCopy(
    _ target: String, _ plan: Result? = nil, _ operations: FileOperations = FileOperations()
  ) async throws(RepairError) -> Result {
    try refuseOtherKinds()
    let plan = try await planned(plan)
    let working = try Self.workingFolder(of: target)
    let target = String(working.dropLast(Self.workingSuffix.count))
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
    let (tree, room) = try repairing { () throws(FileError) in
      let tree = try SourceTree(of: directory.path)
      return (tree, try tree.room(of: directory.path))
    }
    try refuseWithoutSpace(room, at: parent, operations)
    let copy: DirectoryCopy.Report
    do {
      copy = try DirectoryCopy.write(
        tree, of: directory.path, to: working, linksBlocks: options.linksBlocks, operations)
    } catch {
      try? operations.removeTree(working)
      throw .file(error)
    }
    do {
      var result = try await apply(in: working, plan, operations.within(working))
      result.leftOut = copy.leftOut
      result.lostAttributes = copy.lostAttributes.union(result.lostAttributes).sorted()
      try repairing { () throws(FileError) in try finish(working, target, &result, operations) }
      return result
    } catch {
      try? operations.removeTree(working)
      throw error
    }
  }

  private static let workingSuffix = ".epimetheus-tmp"

  /// The name that a copy has while it is made. Throws where something has it.
  public static func workingFolder(of target: String) throws(RepairError) -> String {
    var target = target
    while target.utf8.count > 1, target.utf8.last == UInt8(ascii: "/") { target.removeLast() }
    guard !FileStatus.exists(target + workingSuffix) else {
      throw .refused(
        "\(target + workingSuffix): left by a copy that was cut short; remove it first")
    }
    return target + workingSuffix
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
    in root: String, _ plan: Result?, _ operations: FileOperations
  ) async throws(RepairError) -> Result {
    let current = try repairing { () throws(FileError) in try DataDirectory(path: root) }
    let check = await look(at: current)
    let size = try repairing { () throws(FileError) in try SourceTree(of: root).size }
    var result = Result()
    result.isProven = options.isProven
    result.isRepair = options.operation == nil
    result.before = await state(of: current, check).state
    var name = Quarantine.prefix + options.time
    while FileStatus.exists(Path.join(root, name)) { name += "-2" }
    let transaction: Transaction
    do {
      transaction = try Transaction(root, name: name, operations)
    } catch {
      throw takenBack(root, name, error.description, operations)
    }
    var options = options
    options.vain = plan?.vain ?? []
    options.joinsTouching = plan?.joinsTouching ?? false
    var run = RepairRun(root, transaction, options)
    do {
      try await run.run(check)
    } catch {
      throw takenBack(root, name, error.description, operations)
    }
    do {
      try refuseTrap(run.steps, check)
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
    result.account = account(size, run.steps)
    result.lostAttributes = transaction.lostAttributes.sorted()
    result.after = try await stateAfter(root).state
    // What was there before is not there any more: the plan has looked at both.
    if let plan, plan.isSame(as: result) { result.missing = plan.missing }
    result.readable = result.countedReadable()
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
    guard FileStatus.exists(quarantine.path) else {
      try? operations.removeNote(on: root)
      return .takenBack(why)
    }
    do {
      let report = try Undo.run(quarantine, isForced: true, operations)
      if let first = report.keptBack.first {
        return .halfDone("\(why); \(first.path) could not be put back")
      }
      return .takenBack(why)
    } catch {
      return .halfDone("\(why); taking it back failed: \(error)")
    }
  }

  /// What comes of no step.
  func unchanged() throws(RepairError) -> Result {
    var result = Result()
    result.isProven = options.isProven
    result.neededBytes = RepairRun.leastBytes
    let size = try repairing { () throws(FileError) in try SourceTree(of: directory.path).size }
    result.account = account(size, [])
    return result
  }

  /// Makes the steps in a folder of links, and looks at the result.
  func rehearse(
    _ strategy: RepairStrategy, _ before: Look, _ system: FileOperations,
    _ vain: Set<StepName> = []
  ) async throws(RepairError) -> Result {
    let folder = try repairing { () throws(FileError) in
      if try directory.holds(options.temporaryFolder) {
        throw FileError.system(
          path: options.temporaryFolder, operation: "try a repair in the directory itself",
          errno: 22)
      }
      return try system.createTemporaryFolder(in: options.temporaryFolder)
    }
    let operations = system.withoutSync().within(folder)
    defer { try? system.removeTree(folder) }
    let root: String
    let check: Check
    var result = Result()
    result.isProven = options.isProven
    result.isRepair = options.operation == nil
    result.vain = vain
    result.joinsTouching = options.joinsTouching
    do {
      let real = try FolderListing.realPath(directory.path)
      root = try DirectoryCopy.writeLinks(to: real, in: folder, operations)
      let transaction = try Transaction(root, name: Quarantine.prefix + "plan", operations)
      var options = options
      options.strategy = strategy
      var run = RepairRun(root, transaction, options)
      let links = try DataDirectory(path: root)
      check = await look(at: links)
      try await run.run(check)
      result.steps = run.steps
      result.hasOtherWays = run.hasOtherWays
      result.toll = run.toll
      result.account = account(try SourceTree(of: real).size, run.steps)
      result.neededBytes = run.neededBytes
    } catch {
      throw .file(error)
    }
    guard !result.steps.isEmpty else { return result }
    try refuseTrap(result.steps, check)
    let after = try await stateAfter(root)
    result.after = after.state
    if let old = before.everything, let new = after.everything {
      do {
        result.missing = try await SampleLoss(
          from: old, to: new, jobs: options.jobs, temporaryFolder: options.temporaryFolder,
          known: options.memory?.counted)
      } catch {
        throw .file(error)
      }
    }
    return result
  }

  private func account(_ before: Int, _ steps: [DoneStep]) -> Account {
    var account = Account()
    account.before = before
    // Compressed records and zeros at the ends of files are counted one way here and another there.
    account.dropped = min(before, steps.reduce(0) { $0 + $1.loss.bytes })
    account.kept = before - account.dropped
    return account
  }
}
