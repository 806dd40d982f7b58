internal import TSDBFormat
internal import TSDBStore

/// What an undo takes back, and what it leaves to those who changed the directory since the repair.
///
/// Somebody else is nearly always a server. The head is one thing to it: `wal`, `wbl`, `chunks_head` and
/// snapshots of before and of now do not go together, and what it has written there is nowhere else. A
/// block is one thing too. What was changed since the repair is left as it is, as a whole; the rest is
/// taken back.
struct UndoDecision {
  /// What came into the directory.
  private(set) var added: [String] = []
  /// What the repair left, and is not there any more.
  private(set) var gone: [String] = []
  /// Files that are not as the repair left them.
  private(set) var changed: [String] = []
  /// True where no file has the time that the repair left it with, and all else is as it left it: the
  /// directory is a copy without times, such as `cp -r` makes.
  private(set) var isCopyWithoutTimes = false
  /// Files that are as the repair left them, and that have another time and nothing else.
  private var (same, retimed) = (0, 0)
  /// The numbers of the changes that are not taken back.
  private(set) var passed: Set<Int> = []

  private let story: JournalStory
  private let quarantine: Quarantine

  /// What servers write over at every start, and nobody misses.
  private static let volatile = ["lock", "queries.active"]

  /// Compares what the repair left with what is there.
  init(_ story: JournalStory, _ quarantine: Quarantine, now: DataTree) {
    self.story = story
    self.quarantine = quarantine
    for path in now.paths where !path.isEmpty && !Self.volatile.contains(path) {
      if story.node(at: path) == nil, story.isListed || !story.isPartOfNew(path) {
        added.append(path)
      }
    }
    look(at: story.after, "", now)
    isCopyWithoutTimes =
      added.isEmpty && gone.isEmpty && same == 0 && retimed > 1 && retimed == changed.count
    added = Self.outermost(added)
    gone = Self.outermost(gone)
    decide()
  }

  private mutating func look(at node: JournalStory.Node, _ path: String, _ now: DataTree) {
    if !path.isEmpty, !Self.volatile.contains(path) {
      guard let status = now[path] else {
        gone.append(path)
        return
      }
      if let old = node.status {
        if !old.isSame(as: status) {
          changed.append(path)
          if old.kind == .file, status.kind == .file, old.size == status.size { retimed += 1 }
        } else if old.kind == .file {
          same += 1
        }
      }
    }
    for (name, child) in node.children.sorted(by: { $0.key < $1.key }) {
      look(at: child, Path.join(path, name.text), now)
    }
  }

  /// Those that lie in no other of `paths`, which are in order.
  private static func outermost(_ paths: [String]) -> [String] {
    var result: [String] = []
    for path in paths where !(result.last.map { Path.isInside(path, $0) } ?? false) {
      result.append(path)
    }
    return result
  }

  // MARK: - What belongs together

  /// What `path` is part of, by a name for it.
  private static func unit(_ path: String) -> String {
    let name = Path.components(path)[0]
    return isHead(name) ? "head" : name
  }

  private static func isHead(_ name: String) -> Bool {
    ["wal", "wbl", "chunks_head"].contains(name) || name.hasPrefix("chunk_snapshot.")
  }

  /// True for what was changed by somebody who uses the directory, rather than keeps a note in it.
  private static func isData(_ unit: String) -> Bool { unit == "head" || ULID(unit) != nil }

  /// What belongs together and was changed.
  private var touched: Set<String> { Set((added + gone + changed).map(Self.unit)) }

  private mutating func decide() {
    let touched = touched
    var isPartial = false
    for index in story.changes {
      let paths = story.records[index].paths.filter { !Path.isInside($0, quarantine.name) }
      guard paths.contains(where: { touched.contains(Self.unit($0)) }) else { continue }
      passed.insert(index)
      guard case .move(let from, let to) = story.records[index],
        Path.isInside(to, quarantine.name), story.before[from] != nil
      else { continue }
      isPartial = true
    }
    guard isPartial else { return }
    // A block that the repair made may hold what is not put back.
    for index in story.changes {
      guard case .move(let from, let to) = story.records[index],
        Path.isInside(from, quarantine.name), story.before[to] == nil,
        ULID(Path.components(to)[0]) != nil
      else { continue }
      passed.insert(index)
    }
  }

  /// Where somebody has used the directory since: what changed, as words.
  var changesOfOthers: String? {
    let lists = [(added, "new"), (changed, "changed"), (gone, "gone")].compactMap { paths, word in
      let data = paths.filter { Self.isData(Self.unit($0)) }
      guard let first = data.first else { return String?.none }
      let others = data.count > 1 ? " and \(data.count - 1) more are" : " is"
      return "\(first)\(others) \(word)"
    }
    return lists.isEmpty ? nil : lists.joined(separator: ", ")
  }
}
