internal import TSDBFormat
internal import TSDBStore

/// Takes a repair in place back: every file and folder gets its old place, its times and its mode.
///
/// The journal is gone through from its end. What was done is told from what is there, so that an undo
/// can follow a repair that was cut short anywhere, and an undo that was cut short itself.
public struct Undo {
  /// What an undo did.
  public struct Report: Equatable, Sendable {
    /// The name of the quarantine whose repair was taken back.
    public var quarantine: String
    /// Renames that were taken back.
    public var restored = 0
    /// What came into the directory after the repair, and was put into the quarantine.
    public var putAside: [String] = []
    /// What is not as it was before the repair, though the undo is done: what somebody else changed.
    public var differences: [String] = []
  }

  private let root: String
  private let operations: FileOperations
  private let quarantine: Quarantine
  private let records: [JournalRecord]
  private var report: Report

  /// Takes back the newest repair of the directory `root`. Where files that the repair did not touch
  /// have changed since, it does so only if `isForced`.
  public static func run(
    _ root: String, isForced: Bool = false, operations: FileOperations = FileOperations()
  ) throws(RepairError) -> Report {
    if try repairing({ () throws(FileError) in try FolderState.isLocked(root) }) {
      throw .refused("\(root): a running process holds the lock; stop it first")
    }
    let all = try repairing { () throws(FileError) in try Quarantine.all(in: root) }
    guard let newest = all.last else {
      throw .refused("\(root): there is no repair to take back")
    }
    return try run(newest, isForced: isForced, operations)
  }

  static func run(
    _ quarantine: Quarantine, isForced: Bool, _ operations: FileOperations
  ) throws(RepairError) -> Report {
    var undo: Undo
    do {
      undo = Undo(
        root: quarantine.root, operations: operations, quarantine: quarantine,
        records: try Journal.read(quarantine), report: Report(quarantine: quarantine.name))
    } catch {
      throw .file(error)
    }
    if !isForced { try undo.refuseChanges() }
    do {
      try undo.run()
    } catch {
      throw .file(error)
    }
    return undo.report
  }

  private init(
    root: String, operations: FileOperations, quarantine: Quarantine, records: [JournalRecord],
    report: Report
  ) {
    self.root = root
    self.operations = operations
    self.quarantine = quarantine
    self.records = records
    self.report = report
  }

  /// The directory before the repair.
  private var before: DataTree {
    var entries: [String: FileStatus] = [:]
    for case .was(let path, let status) in records { entries[path] = status }
    return DataTree(entries: entries)
  }

  private mutating func run() throws(FileError) {
    let before = before
    // Without a journal the repair had not begun, or its undo is over: the times are right.
    let known = before.entries[""]
    let status = if let known { known } else { try FileStatus(of: root) }
    if records.contains(.started) {
      let journal = try Journal(existing: quarantine, operations)
      try takeBack(journal)
      try putStrangersAside(before, journal)
      for folder in before.folders where !folder.isEmpty {
        try restore(folder, before)
      }
      try operations.syncFolder(root)
      try operations.setTimes(root, status)
    }
    try removeQuarantine()
    try operations.setTimes(root, status)
    try operations.syncFolder(root)
    if records.contains(.started) { try compare(with: before) }
  }

  private mutating func takeBack(_ journal: Journal) throws(FileError) {
    var first = records.count - 1
    var inProgress: Int?
    for case .takingBack(let index) in records {
      first = index
      inProgress = index
    }
    for index in stride(from: first, through: 0, by: -1) {
      switch records[index] {
      case .move(let from, let to):
        try takeBack(from: from, to: to, index, isResumed: inProgress == index, journal)
      case .makeFolder(let path):
        try removeFolder(path, journal)
      default: continue
      }
    }
  }

  private mutating func takeBack(
    from: String, to: String, _ index: Int, isResumed: Bool, _ journal: Journal
  ) throws(FileError) {
    let (source, target) = (Path.join(root, to), Path.join(root, from))
    guard FileStatus.exists(source) else { return }
    if FileStatus.exists(target) {
      // Taken back already, or never made: what is at the new name is somebody else's.
      if isResumed { return }
      try putAside(from, journal)
    }
    if !isResumed { try journal.append([.takingBack(index)]) }
    try operations.rename(source, to: target)
    report.restored += 1
  }

  private mutating func removeFolder(_ path: String, _ journal: Journal) throws(FileError) {
    let full = Path.join(root, path)
    guard FileStatus.exists(full) else { return }
    if try DataTree.names(in: full).isEmpty {
      try operations.removeFolder(full)
    } else {
      try putAside(path, journal)
    }
  }

  /// Puts what came into the directory after the repair into the quarantine.
  private mutating func putStrangersAside(
    _ before: DataTree, _ journal: Journal
  ) throws(FileError) {
    let now = try DataTree(of: root)
    var last: String?
    for path in now.entries.keys.sorted() where before.entries[path] == nil {
      if let last, path.hasPrefix(last + "/") { continue }
      try putAside(path, journal)
      last = path
    }
  }

  private mutating func putAside(_ path: String, _ journal: Journal) throws(FileError) {
    let folder = Path.join(quarantine.name, "after-repair")
    if !FileStatus.exists(Path.join(root, folder)) {
      try operations.createFolder(Path.join(root, folder))
    }
    var number = 1
    func target() -> String { Path.join(folder, "\(number)-\(Path.name(path))") }
    while FileStatus.exists(Path.join(root, target())) { number += 1 }
    try journal.append([.putAside(from: path, to: target())])
    try operations.rename(Path.join(root, path), to: Path.join(root, target()))
    report.putAside.append(path)
  }

  private func restore(_ path: String, _ before: DataTree) throws(FileError) {
    let full = Path.join(root, path)
    guard let status = before.entries[path], let now = try? FileStatus(of: full) else { return }
    if now.mode != status.mode { try operations.setMode(full, status) }
    try operations.setTimes(full, status)
    try operations.syncFolder(full)
  }

  /// Removes what the repair wrote; the journal goes last. What came after the repair stays.
  private func removeQuarantine() throws(FileError) {
    let names = try DataTree.names(in: quarantine.path)
    for name in names where name != "journal" && name != "after-repair" {
      try operations.removeTree(Path.join(quarantine.path, name))
    }
    if names.contains("journal") { try operations.removeFile(quarantine.journal) }
    if !names.contains("after-repair") { try operations.removeFolder(quarantine.path) }
  }
}

// MARK: - What somebody else did

extension Undo {
  /// Throws where a file that the repair left alone is not what it was: a server has run since.
  private func refuseChanges() throws(RepairError) {
    let moves = Set(
      records.compactMap { record -> String? in
        guard case .move(let from, _) = record else { return nil }
        return from
      })
    // What was moved, and what is in a folder that was.
    func isMoved(_ path: String) -> Bool {
      var path = path
      while !path.isEmpty {
        if moves.contains(path) { return true }
        path = Path.parent(path)
      }
      return false
    }
    let changed = before.entries.filter { path, status in
      guard status.kind == .file else { return false }
      if isMoved(path) { return false }
      guard let now = try? FileStatus(of: Path.join(root, path)) else { return true }
      return now.size != status.size || now.modified != status.modified
    }
    // What a server writes over at every start holds no data.
    .keys.filter { !["lock", "queries.active"].contains($0) }.sorted()
    guard let first = changed.first else { return }
    let others = changed.count > 1 ? " and \(changed.count - 1) other files" : ""
    throw .refused(
      "\(root): \(first)\(others) changed or went since the repair, most likely because a server ran; "
        + "what it deleted does not come back. --force takes the rest back")
  }

  private mutating func compare(with before: DataTree) throws(FileError) {
    let now = try DataTree(of: root)
    let paths = Set(before.entries.keys).union(now.entries.keys).sorted()
    for path in paths {
      let (old, new) = (before.entries[path], now.entries[path])
      guard let old, let new else {
        report.differences.append(path)
        continue
      }
      let isSame =
        old.kind == new.kind && old.mode == new.mode && old.modified == new.modified
        && (old.kind != .file || old.size == new.size)
      if !isSame { report.differences.append(path) }
    }
  }
}

/// What can be asked of a directory before it is changed.
enum FolderState {
  /// True if a process holds the lock of the data directory `root`.
  static func isLocked(_ root: String) throws(FileError) -> Bool {
    guard let directory = try? DataDirectory(path: root) else { return false }
    return directory.lock == .held
  }
}
