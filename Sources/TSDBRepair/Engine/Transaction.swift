internal import TSDBFormat
internal import TSDBStore

/// Changes of a data directory that can be taken back: nothing is deleted or overwritten, and every
/// step is in the journal before it is made.
///
/// New files are written and synced in the quarantine, which is on the same file system; the old ones
/// are renamed into it, the new ones out of it.
final class Transaction {
  /// Where the old files go.
  let quarantine: Quarantine
  private let root: String
  private let operations: FileOperations
  private let journal: Journal
  private var staged = 0
  private var replaced = 0
  private var touched: Set<String> = []
  /// The directory before.
  let before: DataTree

  /// Names of extended attributes that something new could not take over from what it replaces.
  private(set) var lostAttributes: Set<String> = []

  /// Begins: makes the quarantine, and writes down what is there.
  ///
  /// The name of the quarantine changes the directory's own time; until the journal has it, the directory
  /// carries it as a note.
  init(_ root: String, name: String, _ operations: FileOperations) throws(FileError) {
    self.root = root
    self.operations = operations
    quarantine = Quarantine(root: root, name: name)
    before = try DataTree(of: root)
    let status = try FileStatus(of: root)
    try operations.setNote(TimesNote(quarantine: name, status).text, on: root)
    try operations.createFolder(quarantine.path)
    // For file systems that keep no notes: nothing but the folder itself knows its times.
    try operations.setTimes(root, status)
    journal = try Journal(new: quarantine, operations)
    try operations.syncFolder(quarantine.path)
    try operations.syncFolder(root)
    let listed = before.paths.compactMap { path in
      before[path].map { JournalRecord.was(path: path, $0) }
    }
    try journal.append(listed + [.started])
    try operations.removeNote(on: root)
    try operations.createFolder(quarantine.originals)
    try operations.createFolder(quarantine.staging)
    try operations.syncFolder(quarantine.path)
  }

  /// Makes the changes of a step.
  func apply(_ changes: [DirectoryChange]) throws(FileError) {
    for change in changes {
      switch change.action {
      case .remove: try remove(change.path)
      case .rename(let target): try move(change.path, to: target)
      case .replace(_, let body): try replace(change.path, body)
      case .folder(_, let body): try replaceFolder(change.path, body)
      case .lostAndFound(_, let body): try lostAndFound(change.path, body)
      }
    }
    for folder in touched.sorted() { try operations.syncFolder(Path.join(root, folder)) }
    touched.removeAll()
  }

  /// The repair is done. What it leaves where something else was, or nothing, is written down too, so
  /// that an undo can tell what came later.
  func finish() throws(FileError) {
    let now = try DataTree(of: root)
    var records: [JournalRecord] = []
    for path in now.paths where !path.isEmpty {
      guard let status = now[path] else { continue }
      if let old = before[path], old.isSame(as: status) { continue }
      records.append(.left(path: path, status))
    }
    try journal.append(records + [.done])
  }

  private func remove(_ path: String) throws(FileError) {
    try move(path, to: try placeForOld(path))
  }

  /// A free name in the quarantine for what is at `path`: its own path, unless something that stood
  /// there before has it.
  private func placeForOld(_ path: String) throws(FileError) -> String {
    let own = Path.join(Path.relative(quarantine.originals, to: root), path)
    if before[path] != nil, !FileStatus.exists(Path.join(root, own)) {
      try makeFolders(to: own)
      return own
    }
    replaced += 1
    let folder = Path.join(quarantine.name, "replaced")
    if !FileStatus.exists(Path.join(root, folder)) {
      try operations.createFolder(Path.join(root, folder))
    }
    return Path.join(folder, "\(replaced)")
  }

  /// Makes the folders above `path` that are missing, inside the quarantine.
  private func makeFolders(to path: String) throws(FileError) {
    let parent = Path.parent(path)
    guard !parent.isEmpty, !FileStatus.exists(Path.join(root, parent)) else { return }
    try makeFolders(to: parent)
    try operations.createFolder(Path.join(root, parent))
  }

  private func move(_ path: String, to target: String) throws(FileError) {
    try journal.append([.move(from: path, to: target)])
    try operations.rename(Path.join(root, path), to: Path.join(root, target))
    touched.insert(Path.parent(path))
    touched.insert(Path.parent(target))
  }

  private func nextStaged() -> String {
    staged += 1
    return Path.join(Path.relative(quarantine.staging, to: root), "\(staged).tmp")
  }

  private func replace(
    _ path: String, _ body: (FileSink) throws(FileError) -> Void
  ) throws(FileError) {
    let name = nextStaged()
    let full = Path.join(root, name)
    try write(full, body)
    try adopt(full, path)
    try place(name, at: path)
  }

  private func write(
    _ path: String, _ body: (FileSink) throws(FileError) -> Void
  ) throws(FileError) {
    let sink = try FileSink(path, operations)
    try body(sink)
    try sink.finish()
  }

  private func replaceFolder(
    _ path: String, _ body: (FolderSink) throws(FileError) -> Void
  ) throws(FileError) {
    let name = nextStaged()
    let sink = try FolderSink(Path.join(root, name), operations)
    try body(sink)
    try sink.finish()
    try adopt(Path.join(root, name), path)
    try place(name, at: path)
  }

  /// Gives a new file or folder the mode and the owner of the one whose place it takes, else those of
  /// its neighbours: a server that runs as another user must be able to read it.
  private func adopt(_ staged: String, _ path: String) throws(FileError) {
    let status = try FileStatus(of: staged)
    var wanted = status
    var model: String?
    // Of a file that is reached through a link, it is what a server saw.
    let place = Path.join(root, path)
    if let old = try? FileStatus(of: place, followsLinks: true), old.kind == status.kind {
      wanted = old
      model = place
    } else {
      var folder = Path.parent(path)
      while !folder.isEmpty, !FileStatus.exists(Path.join(root, folder)) {
        folder = Path.parent(folder)
      }
      let parent = try FileStatus(of: Path.join(root, folder))
      wanted.owner = parent.owner
      wanted.group = parent.group
      wanted.mode = status.kind == .folder ? parent.mode : 0o644
    }
    try operations.setMode(staged, wanted)
    if let model {
      lostAttributes.formUnion(try operations.copyAttributes(of: model, to: staged))
    }
    guard status.kind == .folder else { return }
    for name in try DataTree.names(in: staged) {
      try adopt(Path.join(staged, name), Path.join(path, name))
    }
  }

  private func place(_ staged: String, at path: String) throws(FileError) {
    if FileStatus.exists(Path.join(root, path)) { try remove(path) }
    try makeParents(of: path)
    try move(staged, to: path)
  }

  /// Makes the folders above `path` that are missing, in the directory.
  private func makeParents(of path: String) throws(FileError) {
    let parent = Path.parent(path)
    guard !parent.isEmpty, !FileStatus.exists(Path.join(root, parent)) else { return }
    try makeParents(of: parent)
    try journal.append([.makeFolder(parent)])
    let full = Path.join(root, parent)
    try operations.createFolder(full)
    try adopt(full, parent)
    touched.insert(Path.parent(parent))
  }

  private func lostAndFound(
    _ name: String, _ body: (FileSink) throws(FileError) -> Void
  ) throws(FileError) {
    if !FileStatus.exists(quarantine.lostAndFound) {
      try operations.createFolder(quarantine.lostAndFound)
    }
    var path = Path.join(quarantine.lostAndFound, name + ".jsonl")
    var number = 1
    while FileStatus.exists(path) {
      number += 1
      path = Path.join(quarantine.lostAndFound, "\(name)-\(number).jsonl")
    }
    try write(path, body)
    try operations.syncFolder(quarantine.lostAndFound)
  }
}
