internal import TSDBAnalysis
internal import TSDBCheck
internal import TSDBDiagnosis
internal import TSDBFormat
internal import TSDBStore

/// What tells the steps of a plan from one another: the operation, and the block or file that it is for.
struct StepName: Hashable, Sendable {
  let operation: Operation
  let place: String

  init(_ operation: Operation, _ place: String) {
    self.operation = operation
    self.place = place
  }
}

/// A step that was made.
public struct DoneStep: Equatable, Sendable {
  /// Which operation made it.
  public let operation: Operation
  /// Why it was made.
  public let why: String
  /// The files and folders it changed, relative to the directory.
  public let files: [String]
  /// What it cost.
  public internal(set) var loss: Loss
  /// True for a step of which only trying shows whether it is better than none.
  let isDoubtful: Bool

  /// Which of the steps it is.
  var name: StepName {
    // Steps for the log have all of it for their place.
    let place = files.first.map { Path.components($0)[0] } ?? ""
    return StepName(operation, place)
  }

  init(_ step: RepairStep) {
    operation = step.operation
    isDoubtful = step.isDoubtful
    why = step.why
    loss = step.countedLoss?() ?? step.loss
    files = step.changes.compactMap { change in
      if case .lostAndFound = change.action { return nil }
      return change.path
    }
  }
}

/// The steps of a repair, found and made one after the other: each is made for the directory that the
/// one before it left, be it the real one or a folder of links in which a repair is tried.
struct RepairRun {
  private let root: String
  private let transaction: Transaction
  private let options: Repair.Options
  /// What was done.
  private(set) var steps: [DoneStep] = []
  /// Bytes that were written, at most.
  private(set) var neededBytes = leastBytes
  /// What the journal takes.
  static let leastBytes = 1 << 20
  /// False where no strategy has a step for the log, so that all make the same steps.
  private(set) var hasOtherWays = true
  /// What leaves by metric, as operations count it themselves.
  private(set) var toll = Toll()
  /// What the log defined before the first step that changed it; nil before that.
  private var formerly: RefSet?
  /// A directory never needs as many.
  private static let most = 24

  init(_ root: String, _ transaction: Transaction, _ options: Repair.Options) {
    self.root = root
    self.transaction = transaction
    self.options = options
  }

  /// True if there is a step to make in a directory in which `check` was found. Changes nothing.
  static func hasStep(
    _ check: Check, _ options: Repair.Options
  ) async throws(FileError) -> Bool {
    let context = RepairContext(
      check.directory, findings: check.result.findings, options.memory)
    if let operation = options.operation { return try await !operation(context).isEmpty }
    if try !KeepBlock.steps(context).isEmpty { return true }
    let blocks = BlockSteps(context: context, temporaryFolder: options.temporaryFolder)
    for folder in check.directory.blocks {
      let findings = blocks.findings(of: folder)
      guard !findings.isEmpty else { continue }
      if try blocks.harmful(folder) != nil { return true }
      if try blocks.next(folder, findings, done: []) != nil { return true }
    }
    let log = await Self.check(check.directory, options)
    let logged = RepairContext(check.directory, findings: log.findings, options.memory)
    if try LogSteps.next(logged, options.strategy, options) != nil { return true }
    return try await LaterSteps.next(logged, options) != nil
  }

  private static func check(
    _ directory: DataDirectory, _ options: Repair.Options
  ) async -> CheckResult {
    await LogCheck.run(
      directory, level: .deep, jobs: options.jobs, now: options.startup.now,
      known: options.memory?.checks)
  }

  /// Finds and makes all steps. `check` is what was found in the directory as it is now.
  mutating func run(_ check: Check) async throws(FileError) {
    let context = RepairContext(
      check.directory, findings: check.result.findings, options.memory)
    if let operation = options.operation {
      for step in try await operation(context) { try apply(step) }
      return try await takeAlong(context)
    }
    try repairBlocks(context)
    let first = steps.count
    while steps.count < first + Self.most, let directory = try currentDirectory() {
      let log = await Self.check(directory, options)
      let context = RepairContext(
        directory, findings: wanted(log.findings), options.memory)
      // Nobody knows what is missing where a part could not be looked at.
      guard !log.findings.contains(where: \.isUnread) else { return }
      var next = try LogSteps.next(context, options.strategy, options)
      if next == nil { next = try await LaterSteps.next(context, options) }
      guard let step = next else {
        if steps.count == first { hasOtherWays = try Self.hasStep(context, options) }
        if formerly == nil, context.hasUndefinedRefs { formerly = RefSet() }
        return try dropUndefined()
      }
      // A step that does not mend what it is for would be asked for again and again.
      if steps.contains(where: { $0 == DoneStep(step) }) { return }
      try apply(step)
    }
  }

  /// The findings that a step is looked for.
  private func wanted(_ findings: [Finding]) -> [Finding] {
    guard options.vain.contains(where: { $0.operation == .dropRepeatedSeries }) else {
      return findings
    }
    return findings.filter { $0.rule != .walSeriesRepeated }
  }

  /// True if there is a step for the log by any strategy.
  private static func hasStep(
    _ context: RepairContext, _ options: Repair.Options
  ) throws(FileError) -> Bool {
    for strategy in RepairStrategy.allCases
    where try LogSteps.next(context, strategy, options) != nil {
      return true
    }
    return false
  }

  /// Makes the steps for one block after the other.
  private mutating func repairBlocks(_ context: RepairContext) throws(FileError) {
    for step in try KeepBlock.steps(context)
    where !options.vain.contains(DoneStep(step).name) {
      try apply(step)
    }
    let blocks = BlockSteps(
      context: context, temporaryFolder: options.temporaryFolder, vain: options.vain,
      joinsTouching: options.joinsTouching)
    // Nothing is concluded from what could not be looked at.
    let unread = context.findings.filter(\.isUnread).map(\.path)
    for folder in context.directory.blocks
    where !unread.contains(where: { Path.isInside($0, folder.path) }) {
      if let step = try blocks.harmful(folder) {
        try apply(step)
        continue
      }
      var findings = blocks.findings(of: folder)
      var block = folder
      var done: Set<Operation> = []
      while !findings.isEmpty, let step = try blocks.next(block, findings, done: done) {
        // A step that does not mend what it is for would be asked for again.
        guard done.insert(step.operation).inserted else { break }
        try apply(step)
        guard FileStatus.exists(folder.path) else { break }
        block = try BlockFolder(path: folder.path)
        findings = BlockCheck.run(block, level: .standard).findings
      }
    }
  }

  /// What hangs on what an operation took out of the log goes with it; so do chunks that the log as it is
  /// now puts under the labels of others.
  private mutating func takeAlong(_ before: RepairContext) async throws(FileError) {
    guard formerly != nil, options.isProven, let directory = try currentDirectory() else { return }
    // A server cuts the log at the damage that is left, and keeps chunks and late samples behind it.
    var stop: LogPlace?
    if steps.contains(where: { $0.operation == .cutWAL }), DropUndefined.holdsRefs(directory) {
      let log = await LogCheck.run(
        directory, level: .standard, jobs: options.jobs, known: options.memory?.checks)
      stop = CutWAL.firstDamage(RepairContext(directory, findings: log.findings, options.memory))
    }
    try dropUndefined(before: stop)
    guard !before.has(.chunksHeadRefsForeign), DropUndefined.holdsRefs(directory) else {
      return
    }
    let log = await LogCheck.run(
      directory, level: .standard, jobs: options.jobs, known: options.memory?.checks)
    let context = RepairContext(directory, findings: log.findings, options.memory)
    guard context.has(.chunksHeadRefsForeign), let step = TrimHeadChunks.step(context) else {
      return
    }
    try apply(step)
  }

  private mutating func dropUndefined(before stop: LogPlace? = nil) throws(FileError) {
    guard let formerly, let directory = try currentDirectory(),
      let step = try DropUndefined.step(
        directory, formerly: formerly, before: stop, options.memory)
    else { return }
    try apply(step)
  }

  /// Takes note of what the log defines, before a step that changes it. Series that a selector takes out
  /// take all with them, and the head as a whole leaves nothing.
  private mutating func remember(_ step: RepairStep) throws(FileError) {
    let ownCare: Set<Operation> = [.dropSeries, .dropFlawedSeries, .dropSamples, .dropHistograms]
    guard formerly == nil, !ownCare.contains(step.operation), step.changesLog,
      let directory = try currentDirectory(), DropUndefined.holdsRefs(directory)
    else { return }
    formerly = try RefSet(definedBy: directory, options.memory)
  }

  private mutating func apply(_ step: RepairStep) throws(FileError) {
    try remember(step)
    if let own = step.toll { toll = own }
    neededBytes += step.changes.reduce(0) { $0 + $1.size }
    let kept = options.memory == nil ? [:] : step.keptRecords
    let old = kept.keys.map { ($0, FileIdentity(of: Path.join(root, $0))) }
    try transaction.apply(step.changes)
    for (path, old) in old {
      guard let old, let records = kept[path], let new = FileIdentity(of: Path.join(root, path))
      else { continue }
      options.memory?.counted.note(
        new, has: records.limit, of: old, lacksStrays: records.lacksStrays)
    }
    steps.append(DoneStep(step))
  }

  private func currentDirectory() throws(FileError) -> DataDirectory? {
    try Self.directory(at: root)
  }

  /// What steps have left of the directory at `root`; nil where that is no data: nothing, or what belongs to others.
  static func directory(at root: String) throws(FileError) -> DataDirectory? {
    let names = try DataTree.names(in: root).filter { !Quarantine.isName($0) }
    guard !names.isEmpty else { return nil }
    do {
      let directory = try DataDirectory(path: root, allowsFresh: true)
      return directory.isFresh ? nil : directory
    } catch {
      guard case .damaged(root, let problem) = error, problem.section == .file else { throw error }
      return nil
    }
  }
}

extension RepairStep {
  /// True where other series are defined after it than before, or may be.
  fileprivate var changesLog: Bool {
    !changes.contains { $0.path == "wal" }
      && changes.contains { $0.path.hasPrefix("wal/") || $0.path.hasPrefix("chunk_snapshot.") }
  }
}

extension RepairContext {
  /// True where something lies under a ref that no record defines.
  fileprivate var hasUndefinedRefs: Bool {
    has(.chunksHeadRefsUnknown) || has(.walRefsUnknown)
  }
}
