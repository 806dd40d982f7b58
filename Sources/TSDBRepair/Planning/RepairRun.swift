internal import TSDBCheck
internal import TSDBFormat
internal import TSDBStore

/// A step that was made.
public struct DoneStep: Equatable, Sendable {
  /// The name of the operation.
  public let operation: String
  /// Why it was made.
  public let why: String
  /// The files and folders it changed, relative to the directory.
  public let files: [String]
  /// What it cost.
  public let loss: Loss

  init(_ step: RepairStep) {
    operation = step.operation
    why = step.why
    loss = step.loss
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
    let context = RepairContext(check.directory, findings: check.result.findings)
    if let operation = options.operation { return try !operation(context).isEmpty }
    let blocks = BlockSteps(context: context, temporaryFolder: options.temporaryFolder)
    for folder in check.directory.blocks {
      let findings = blocks.findings(of: folder)
      guard !findings.isEmpty else { continue }
      if try blocks.harmful(folder) != nil { return true }
      if try blocks.next(folder, findings, done: []) != nil { return true }
    }
    let log = await LogCheck.run(check.directory, level: .deep, jobs: options.jobs)
    return try LogSteps.next(
      RepairContext(check.directory, findings: log.findings), options.strategy) != nil
  }

  /// Finds and makes all steps. `check` is what was found in the directory as it is now.
  mutating func run(_ check: Check) async throws(FileError) {
    let context = RepairContext(check.directory, findings: check.result.findings)
    if let operation = options.operation {
      for step in try operation(context) { try apply(step) }
      return
    }
    try repairBlocks(context)
    let first = steps.count
    while steps.count < first + Self.most, let directory = try currentDirectory() {
      let log = await LogCheck.run(directory, level: .deep, jobs: options.jobs)
      let context = RepairContext(directory, findings: log.findings)
      guard let step = try LogSteps.next(context, options.strategy) else { return }
      // A step that does not mend what it is for would be asked for again and again.
      if steps.contains(where: { $0 == DoneStep(step) }) { return }
      try apply(step)
    }
  }

  /// Makes the steps for one block after the other.
  private mutating func repairBlocks(_ context: RepairContext) throws(FileError) {
    let blocks = BlockSteps(context: context, temporaryFolder: options.temporaryFolder)
    for folder in context.directory.blocks {
      if let step = try blocks.harmful(folder) {
        try apply(step)
        continue
      }
      var findings = blocks.findings(of: folder)
      var block = folder
      var done: Set<String> = []
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

  private mutating func apply(_ step: RepairStep) throws(FileError) {
    neededBytes += step.changes.reduce(0) { $0 + $1.size }
    try transaction.apply(step.changes)
    steps.append(DoneStep(step))
  }

  /// The directory as it is now; nil if nothing is left in it.
  private func currentDirectory() throws(FileError) -> DataDirectory? {
    let names = try DataTree.names(in: root).filter { !Quarantine.isName($0) }
    return names.isEmpty ? nil : try DataDirectory(path: root)
  }
}
