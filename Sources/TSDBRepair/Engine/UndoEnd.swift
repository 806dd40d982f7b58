internal import TSDBFormat
internal import TSDBStore

/// The end of an undo: the quarantine goes, the directory gets its own times back, and what is not as it
/// was is told.
extension Undo {
  /// The directory's own status before the repair, where something tells it.
  func knownStatus() throws(FileError) -> FileStatus {
    let status = try FileStatus(of: root)
    if let known = story.before[""] { return known }
    if let note = operations.note(on: root).flatMap({ TimesNote($0) }) {
      return note.applied(to: status)
    }
    // The quarantine has just been made, and its journal not yet written, on a file system without
    // notes: the times are those that it left, or of that moment.
    return status
  }

  /// Removes what the repair wrote; the journal goes last. The directory carries its times as a note
  /// until it has them again.
  func removeQuarantine(_ status: FileStatus) throws(FileError) {
    try operations.setNote(TimesNote(quarantine: quarantine.name, status).text, on: root)
    for name in try DataTree.names(in: quarantine.path) where name != "journal" {
      try operations.removeTree(Path.join(quarantine.path, name))
    }
    if FileStatus.exists(quarantine.journal) { try operations.removeFile(quarantine.journal) }
    try operations.removeFolder(quarantine.path)
    try Self.restoreTimes(of: root, status, operations)
  }

  private static func restoreTimes(
    of root: String, _ status: FileStatus, _ operations: FileOperations
  ) throws(FileError) {
    try operations.setTimes(root, status)
    try operations.syncFolder(root)
    try operations.removeNote(on: root)
  }

  /// Ends an undo that was cut short when nothing but the directory's own times was left to be done, the
  /// quarantine being gone; nil where there is none.
  static func restoreTimes(
    of root: String, _ operations: FileOperations
  ) throws(RepairError) -> Report? {
    guard let note = operations.note(on: root).flatMap({ TimesNote($0) }),
      !FileStatus.exists(Path.join(root, note.quarantine))
    else { return nil }
    try repairing { () throws(FileError) in
      try restoreTimes(of: root, note.applied(to: FileStatus(of: root)), operations)
    }
    return Report(quarantine: note.quarantine)
  }
}

// MARK: - What somebody else did

extension Undo {
  func refusal(_ changes: String) -> RepairError {
    .refused(
      "\(root): \(changes) since the repair, most likely because a server ran, or because this is a copy "
        + "without times (cp -r; cp -a keeps them). --force takes back what can be, and leaves what was "
        + "written since as it is")
  }

  /// What the repair left and somebody else took away.
  func gone(_ decision: UndoDecision) -> [Gone] {
    let sources = compactions()
    return decision.gone.map { path in
      let block = Path.components(path).first.flatMap { ULID($0) }
      return Gone(path: path, compactedInto: block.flatMap { sources[$0] })
    }
  }

  /// Notes what stays where it is: in the directory, and in the quarantine.
  mutating func describe(_ passed: Set<Int>) throws(FileError) {
    var made: Set<DiskPath> = []
    for index in story.changes {
      guard case .move(let from, let to) = story.records[index] else { continue }
      if Path.isInside(from, quarantine.name) { made.insert(DiskPath(to)) }
      let isKept = FileStatus.exists(Path.join(root, to)) && Path.isInside(to, quarantine.name)
      if isKept, story.before[from] != nil {
        report.keptBack.append(KeptBack(path: from, place: to))
      }
    }
    for path in try DataTree(of: root).paths where story.before[path] == nil {
      let all = report.kept + report.keptBlocks
      if all.contains(where: { Path.isInside(path, $0) }) { continue }
      if made.contains(DiskPath(path)) {
        report.keptBlocks.append(path)
      } else {
        report.kept.append(path)
      }
    }
  }

  /// By block: the one that a server made of it.
  private func compactions() -> [ULID: String] {
    guard let directory = try? DataDirectory(path: root) else { return [:] }
    var result: [ULID: String] = [:]
    for block in directory.blocks {
      guard case .success(let meta) = block.meta else { continue }
      for source in meta.compaction.sources where source != block.ulid {
        result[source] = block.name
      }
    }
    return result
  }

  /// Lists what is not as it was before the repair; the directory itself is `.`.
  mutating func compare() throws(FileError) {
    let now = try DataTree(of: root)
    let before = story.before
    let known = Set(before.paths.map(DiskPath.init)).union(now.paths.map(DiskPath.init))
    for path in known.sorted() where !["lock", "queries.active"].contains(path.text) {
      let name = path.text.isEmpty ? "." : path.text
      guard let old = before[path.text], let new = now[path.text] else {
        report.differences.append(name)
        continue
      }
      let isSame =
        old.isSame(as: new) && old.mode == new.mode
        && (old.kind != .folder || old.modified == new.modified)
      if !isSame { report.differences.append(name) }
    }
  }
}
