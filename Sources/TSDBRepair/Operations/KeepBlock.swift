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
    for entry in leftovers where entry.isDirectory && !context.isUnread(entry.path) {
      guard let name = ULID(String(entry.name.prefix { $0 != "." })), !taken.contains(name),
        !FileStatus.exists(Path.join(directory.path, name.description)),
        let (folder, meta) = try read(entry), meta.ulid == name, meta.stats.numSamples > 0,
        meta.downsampledTo == nil, !isHeld(meta, by: held), try isSound(folder)
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

  /// A block with what its meta.json says; nil where that is damaged or not there.
  private static func read(
    _ entry: FolderEntry
  ) throws(FileError) -> (BlockFolder, BlockMeta)? {
    let folder = try BlockFolder(path: entry.path)
    switch folder.meta {
    case .success(let meta): return (folder, meta)
    case .failure(let error):
      if error.isUnread { throw error }
      return nil
    }
  }

  private static func isSound(_ folder: BlockFolder) throws(FileError) -> Bool {
    guard folder.index != nil, !folder.chunks.isEmpty else { return false }
    let findings = BlockCheck.run(folder, level: .standard).findings
    // Nothing is concluded from what could not be looked at.
    if let unread = findings.lazy.compactMap(\.unread).first { throw unread }
    return !findings.contains { $0.severity >= .loss }
  }
}

extension FolderEntry {
  /// True for what a server was deleting.
  fileprivate var isOfDeletion: Bool { name.hasSuffix(".tmp-for-deletion") }
}
