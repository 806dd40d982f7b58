internal import TSDBFormat
internal import TSDBStore

/// Takes a repair in place back: every file and folder gets its old place, its times and its mode.
///
/// The journal is gone through from its end. What was done is told from what is there, so that an undo
/// can follow a repair that was cut short anywhere, and an undo that was cut short itself. Where somebody
/// else has changed the directory since the repair, `UndoDecision` says what is left alone; that is in
/// the journal before anything is taken back.
public struct Undo {
  /// What an undo did.
  public struct Report: Equatable, Sendable {
    /// The name of the quarantine whose repair was taken back.
    public var quarantine: String
    /// Renames that were taken back.
    public var restored = 0
    /// What came into the directory after the repair, and stays in it.
    public var kept: [String] = []
    /// What the repair made that stays in the directory: it may hold what is not put back.
    public var keptBlocks: [String] = []
    /// What is not put back, because somebody else has changed what is in its place, or took that away.
    public var keptBack: [KeptBack] = []
    /// What the repair left, and is not there any more: somebody else took it away.
    public var gone: [Gone] = []
    /// What is not as it was before the repair, though the undo is done.
    public var differences: [String] = []
  }

  /// Something that the repair took out and that stays in the quarantine.
  public struct KeptBack: Equatable, Sendable {
    /// Where it was.
    public let path: String
    /// Where it is, relative to the directory.
    public let place: String
  }

  /// Something that is not there any more.
  public struct Gone: Equatable, Sendable {
    /// Where it was.
    public let path: String
    /// The block that a server made of it.
    public let compactedInto: String?
  }

  let root: String
  let operations: FileOperations
  let quarantine: Quarantine
  let story: JournalStory
  var report: Report

  /// Takes back the newest repair of the directory `root`. Where somebody has used the directory since,
  /// it does so only if `isForced`, and leaves alone what they changed.
  public static func run(
    _ root: String, isForced: Bool = false, operations: FileOperations = FileOperations()
  ) throws(RepairError) -> Report {
    let root = try repairing { () throws(FileError) in try FolderListing.realPath(root) }
    if let obstacle = FolderState.obstacle(root) {
      throw .refused("\(root): \(obstacle); stop it first")
    }
    let operations = operations.within(root)
    // One that was cut short at its very end is not to be followed by that of an older repair.
    if let report = try restoreTimes(of: root, operations) { return report }
    for quarantine in try repairing({ () throws(FileError) in try Quarantine.all(in: root) })
      .reversed()
    {
      let records = try repairing { () throws(FileError) in try Journal.read(quarantine) }
      if try isOver(quarantine, records) { continue }
      return try run(quarantine, records, isForced: isForced, operations)
    }
    throw .refused("\(root): there is no repair to take back")
  }

  /// True where there is nothing to take back: the undo is over, or the quarantine of a copy holds what
  /// could not be placed. Throws where there is, and no journal tells what.
  static func isOver(
    _ quarantine: Quarantine, _ records: [JournalRecord]
  ) throws(RepairError) -> Bool {
    if records.contains(.undone) { return true }
    if records.contains(.started) { return false }
    let names = try repairing { () throws(FileError) in try DataTree.names(in: quarantine.path) }
    // Cut short before anything was changed, or when all was taken back.
    if names.allSatisfy({ $0 == "journal" }) { return false }
    if !names.contains("original"), !names.contains("replaced") { return true }
    throw .refused(
      "\(quarantine.journal): cannot be read as the journal of a repair; nothing was changed. What the "
        + "quarantine holds can be moved back by hand")
  }

  /// Takes the repair back whose records are in `quarantine`, which may have been cut short just now.
  static func run(
    _ quarantine: Quarantine, isForced: Bool, _ operations: FileOperations
  ) throws(RepairError) -> Report {
    let records = try repairing { () throws(FileError) in try Journal.read(quarantine) }
    return try run(quarantine, records, isForced: isForced, operations.within(quarantine.root))
  }

  private static func run(
    _ quarantine: Quarantine, _ records: [JournalRecord], isForced: Bool,
    _ operations: FileOperations
  ) throws(RepairError) -> Report {
    var undo = Undo(
      root: quarantine.root, operations: operations, quarantine: quarantine,
      story: try JournalStory(quarantine, records), report: Report(quarantine: quarantine.name))
    try undo.run(isForced: isForced)
    return undo.report
  }

  private mutating func run(isForced: Bool) throws(RepairError) {
    guard story.records.contains(.started) else {
      // Nothing but the quarantine was made.
      return try repairing { () throws(FileError) in try removeQuarantine(knownStatus()) }
    }
    let now = try repairing { () throws(FileError) in try DataTree(of: root) }
    let decision = UndoDecision(story, quarantine, now: now)
    var passed: Set<Int> = []
    let isResumed = story.records.contains(.undoing)
    if isResumed {
      for case .passing(let index) in story.records { passed.insert(index) }
    } else {
      if !isForced, let changes = decision.changesOfOthers { throw refusal(changes) }
      // A server does not touch every file and leave every size.
      passed = decision.isCopyWithoutTimes ? [] : decision.passed
      report.gone = gone(decision)
    }
    try repairing { () throws(FileError) in
      let journal = try Journal(existing: quarantine, operations)
      if !isResumed { try journal.append(passed.sorted().map { .passing($0) } + [.undoing]) }
      try takeBack(besides: passed, journal)
      for folder in story.before.folders where !folder.isEmpty { try restore(folder) }
      try describe(passed)
      try end(journal, isWhole: passed.isEmpty)
      try compare()
    }
  }

  /// Removes the quarantine, or says in its journal that the undo is over.
  private mutating func end(_ journal: Journal, isWhole: Bool) throws(FileError) {
    let holdsOriginals = try holdsOriginals()
    if isWhole, !holdsOriginals {
      return try removeQuarantine(knownStatus())
    }
    if FileStatus.exists(quarantine.staging) { try operations.removeTree(quarantine.staging) }
    try operations.removeNote(on: root)
    try journal.append([.undone])
    try operations.syncFolder(quarantine.path)
    try operations.syncFolder(root)
  }

  private func takeBack(
    from: String, to: String, _ index: Int, isResumed: Bool, _ journal: Journal
  ) throws(FileError) -> Bool {
    let (source, target) = (Path.join(root, to), Path.join(root, from))
    // Never made, or taken back already, or gone since.
    guard FileStatus.exists(source), !FileStatus.exists(target) else { return false }
    // What is to go where nothing is any more stays where it is.
    guard FileStatus.exists(Path.parent(target)) else { return false }
    if !isResumed { try journal.append([.takingBack(index)]) }
    try operations.rename(source, to: target)
    return true
  }

  private mutating func takeBack(
    besides passed: Set<Int>, _ journal: Journal
  ) throws(FileError) {
    var first = story.records.count - 1
    var inProgress: Int?
    for case .takingBack(let index) in story.records where index < story.records.count {
      first = index
      inProgress = index
    }
    for index in stride(from: first, through: 0, by: -1) where !passed.contains(index) {
      switch story.records[index] {
      case .move(let from, let to):
        let isResumed = inProgress == index
        if try takeBack(from: from, to: to, index, isResumed: isResumed, journal) {
          report.restored += 1
        }
      case .makeFolder(let path):
        let full = Path.join(root, path)
        guard FileStatus.exists(full), try DataTree.names(in: full).isEmpty else { continue }
        try operations.removeFolder(full)
      default: continue
      }
    }
  }

  /// Gives a folder that was there before its mode, and its times where the same names are in it.
  private func restore(_ path: String) throws(FileError) {
    let full = Path.join(root, path)
    guard let status = story.before[path], let now = try? FileStatus(of: full),
      now.kind == .folder
    else { return }
    if now.mode & 0o1777 != status.mode & 0o1777 {
      // Never a right that the folder has not now: the journal may be somebody's.
      var wanted = now
      wanted.mode = status.mode & 0o1777 | now.mode & 0o6000
      try operations.setMode(full, wanted)
    }
    guard try hasOldNames(path) else { return }
    try operations.setTimes(full, status)
    try operations.syncFolder(full)
  }

  private func hasOldNames(_ folder: String) throws(FileError) -> Bool {
    let names = try DataTree.names(in: Path.join(root, folder))
    return names.allSatisfy { story.before[Path.join(folder, $0)] != nil }
  }

  /// True where something that was taken out is in the quarantine still.
  private func holdsOriginals() throws(FileError) -> Bool {
    for name in ["original", "replaced"] {
      let folder = Path.join(quarantine.path, name)
      guard FileStatus.exists(folder) else { continue }
      let tree = try DataTree(of: folder)
      if tree.paths.contains(where: { tree[$0]?.kind != .folder }) { return true }
    }
    return false
  }
}

/// What can be asked of a directory before it is changed.
enum FolderState {
  /// Who is at work on the data directory `root`, for a message; nil if nobody is seen.
  static func obstacle(_ root: String) -> String? {
    (try? DataDirectory(path: root))?.lock.obstacle
  }
}
