internal import TSDBStore

/// What a journal tells, after a look at whether a repair can have written it: a directory may come from
/// somebody else, and so may the journal in it.
///
/// The changes are gone through in thought, beginning with what was there. Each must be about plain
/// names inside of the directory, take something that is there, and put it where nothing is; files come
/// from the folder in which the repair writes, and go to those in which it keeps what it took out.
struct JournalStory {
  /// Something in the directory as the journal has it.
  final class Node {
    /// Nil where the journal does not say.
    var status: FileStatus?
    /// True for what the repair wrote: the journal does not say what is in it.
    var isNew = false
    var children: [DiskPath: Node] = [:]

    init(_ status: FileStatus? = nil, isNew: Bool = false) {
      self.status = status
      self.isNew = isNew
    }
  }

  /// The records.
  let records: [JournalRecord]
  /// The directory before the repair.
  let before: DataTree
  /// The directory as the repair left it.
  let after = Node()
  /// True where the repair wrote down all that it left, which it does at its end, at once.
  let isListed: Bool
  /// The numbers of the changes that were made, in their order.
  private(set) var changes: [Int] = []
  private let quarantine: Quarantine

  /// Goes through the journal of `quarantine`. Throws where no repair can have written it.
  init(_ quarantine: Quarantine, _ records: [JournalRecord]) throws(RepairError) {
    self.quarantine = quarantine
    self.records = records
    let isDone = records.contains(.done)
    isListed = isDone && records.contains { if case .left = $0 { true } else { false } }
    var entries: [(String, FileStatus)] = []
    for (index, record) in records.enumerated() {
      try Self.checkPaths(record, index, quarantine)
      if case .was(let path, let status) = record { entries.append((path, status)) }
    }
    before = DataTree(entries)
    for path in before.paths {
      guard path.isEmpty || insert(Node(before[path]), at: path) else {
        throw Self.refusal(quarantine, nil, "\(path) lies in nothing that it lists")
      }
    }
    after.status = before[""]
    let last = records.lastIndex { if case .was = $0 { false } else { !$0.paths.isEmpty } }
    for (index, record) in records.enumerated() {
      switch record {
      case .move(let from, let to):
        if index == last, !isDone, !wasMade(from, to) { continue }
        try move(from, to, index)
      case .makeFolder(let path):
        if index == last, !isDone, !FileStatus.exists(full(path)) { continue }
        guard insert(Node(), at: path) else { throw impossible(index) }
      // Of a list that was not written whole nothing follows for what is not on it.
      case .left where !isDone: continue
      case .left(let path, let status):
        guard let node = node(at: path) ?? newNode(at: path) else { throw impossible(index) }
        node.status = status
        continue
      default: continue
      }
      changes.append(index)
    }
  }

  private func full(_ path: String) -> String { Path.join(quarantine.root, path) }

  /// The last change of a repair that was cut short may not have been made.
  private func wasMade(_ from: String, _ to: String) -> Bool {
    FileStatus.exists(full(to)) || !FileStatus.exists(full(from))
  }

  // MARK: - What a repair writes

  private static func checkPaths(
    _ record: JournalRecord, _ index: Int, _ quarantine: Quarantine
  ) throws(RepairError) {
    for path in record.paths {
      if path.isEmpty, case .was = record { continue }
      if path.isEmpty, case .left = record { continue }
      guard Path.isPlain(path) else {
        throw refusal(quarantine, index, "names \(path), which is no place inside of the directory")
      }
      // Only what is renamed is in a quarantine, and that is its own.
      let names = Path.components(path)
      guard Quarantine.isName(names[0]) else { continue }
      guard case .move(let from, _) = record, names[0] == quarantine.name, names.count > 2,
        (path == from ? ["new"] : ["original", "replaced"]).contains(names[1])
      else {
        throw refusal(quarantine, index, "names \(path), where no repair puts anything")
      }
    }
  }

  private static func refusal(
    _ quarantine: Quarantine, _ index: Int?, _ why: String
  ) -> RepairError {
    let line = index.map { "line \($0 + 1) " } ?? ""
    return .refused(
      "\(quarantine.journal): \(line)\(why); no repair has written this journal, and nothing was changed. "
        + "What the quarantine holds can be moved back by hand")
  }

  private func impossible(_ index: Int) -> RepairError {
    Self.refusal(quarantine, index, "cannot follow the lines before it")
  }

  // MARK: - The directory in thought

  private func move(_ from: String, _ to: String, _ index: Int) throws(RepairError) {
    let isStaged = Path.isInside(from, quarantine.name)
    guard let node = isStaged ? Node(isNew: true) : remove(from) else { throw impossible(index) }
    if Path.isInside(to, quarantine.name) { return }
    guard insert(node, at: to) else { throw impossible(index) }
  }

  /// What is at `path`.
  func node(at path: String) -> Node? {
    var node = after
    for name in path.isEmpty ? [] : Path.components(path) {
      guard let next = node.children[DiskPath(name)] else { return nil }
      node = next
    }
    return node
  }

  /// True where what is at `path` came with something that the repair wrote.
  func isPartOfNew(_ path: String) -> Bool {
    var node = after
    for name in Path.components(path) {
      if node.isNew { return true }
      guard let next = node.children[DiskPath(name)] else { return false }
      node = next
    }
    return node.isNew
  }

  private func insert(_ node: Node, at path: String) -> Bool {
    let found = self.node(at: Path.parent(path)) ?? newNode(at: Path.parent(path))
    guard let parent = found else { return false }
    let name = DiskPath(Path.name(path))
    guard parent.children[name] == nil else { return false }
    parent.children[name] = node
    return true
  }

  /// A place in something that the repair wrote, of which the journal did not tell before.
  private func newNode(at path: String) -> Node? {
    guard isPartOfNew(path) else { return nil }
    var node = after
    for name in Path.components(path) {
      let next = node.children[DiskPath(name)] ?? Node(isNew: true)
      node.children[DiskPath(name)] = next
      node = next
    }
    return node
  }

  private func remove(_ path: String) -> Node? {
    let parent = node(at: Path.parent(path)) ?? newNode(at: Path.parent(path))
    let node = parent?.children.removeValue(forKey: DiskPath(Path.name(path)))
    return node ?? (isPartOfNew(path) ? Node(isNew: true) : nil)
  }
}
