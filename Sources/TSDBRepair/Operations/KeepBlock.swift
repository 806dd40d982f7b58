internal import TSDBCheck
internal import TSDBFormat
internal import TSDBStore

/// `keep-block`: a whole block that was being made or deleted when a server stopped, and that the next start would
/// delete, gets its name back (Prometheus: tsdb/db.go, `removeBestEffortTmpDirs`).
enum KeepBlock {
  /// The step for all such blocks that no other block holds; nil where there is none.
  static func step(_ context: RepairContext) throws(FileError) -> RepairStep? {
    let steps = try steps(context)
    guard let first = steps.first else { return nil }
    return RepairStep(
      operation: .keepBlock, why: steps.map(\.why).joined(separator: "; "), loss: Loss(),
      changes: steps.count == 1 ? first.changes : steps.flatMap(\.changes))
  }

  /// A step for each of them.
  static func steps(_ context: RepairContext) throws(FileError) -> [RepairStep] {
    let directory = context.directory
    var taken = Set(directory.blocks.compactMap(\.ulid))
    taken.formUnion(directory.linkedBlocks.compactMap { ULID($0.name) })
    var steps: [RepairStep] = []
    // What was being deleted comes first: what was being made, was made of it.
    let leftovers = directory.leftovers.sorted {
      ($0.isOfDeletion ? 0 : 1, $0.name) < ($1.isOfDeletion ? 0 : 1, $1.name)
    }
    var held = directory.blocks.filter { isWhole($0, context) }.compactMap { try? $0.meta.get() }
    for entry in leftovers {
      guard let name = ULID(String(entry.name.prefix { $0 != "." })), !taken.contains(name),
        let folder = try? BlockFolder(path: entry.path), let meta = try? folder.meta.get(),
        meta.ulid == name, meta.stats.numSamples > 0, meta.downsampledTo == nil,
        !isHeld(meta, by: held), isSound(folder)
      else { continue }
      taken.insert(name)
      held.append(meta)
      let what = entry.isOfDeletion ? "deleted" : "made"
      steps.append(
        RepairStep(
          operation: .keepBlock,
          why:
            "\(entry.name) is a whole block that was being \(what), and no other block has what it holds: a start "
            + "would delete it; it is called \(name) again", loss: Loss(),
          changes: [DirectoryChange(context.relative(entry.path), .rename(to: name.description))],
          isDoubtful: true))
    }
    return steps
  }

  /// True where other blocks say that they hold the block: it was made of blocks that are there, or a block is
  /// there that was made of it.
  private static func isHeld(_ meta: BlockMeta, by others: [BlockMeta]) -> Bool {
    if others.contains(where: { $0.compaction.parents.contains { $0.ulid == meta.ulid } }) {
      return true
    }
    let sources = Set(meta.compaction.sources)
    guard !sources.isEmpty else { return false }
    let known = others.reduce(into: Set<ULID>()) { $0.formUnion($1.compaction.sources) }
    return sources.isSubset(of: known)
  }

  /// True for a block in which nothing was found that costs data.
  private static func isWhole(_ block: BlockFolder, _ context: RepairContext) -> Bool {
    !context.findings.contains {
      $0.severity >= .loss && Path.isInside($0.path, block.path) && $0.rule != .blockExpired
    }
  }

  private static func isSound(_ folder: BlockFolder) -> Bool {
    guard folder.index != nil, !folder.chunks.isEmpty else { return false }
    return !BlockCheck.run(folder, level: .standard).findings.contains { finding in
      finding.severity >= .loss || finding.isUnread
    }
  }
}

extension FolderEntry {
  /// True for what a server was deleting.
  fileprivate var isOfDeletion: Bool { name.hasSuffix(".tmp-for-deletion") }
}
