internal import TSDBCheck
internal import TSDBFormat
internal import TSDBStore

/// What a start does with the blocks (Prometheus: tsdb/db.go, `reloadBlocks`).
struct BlockStart {
  /// Those that are served afterwards.
  private(set) var served: [BlockFolder] = []
  /// Those that are deleted.
  private(set) var deleted: [BlockFolder] = []
  /// Those that are neither opened nor deleted, because of their `meta.json`.
  private(set) var ignored: [BlockFolder] = []
  /// Those that cannot be opened, and are not deleted.
  private(set) var refused: [BlockFolder] = []
  /// Where the head begins, in milliseconds since 1970.
  private(set) var minValidTime = Int64.min
  /// The fatal error. The blocks that could be opened are found all the same.
  private(set) var refusal: String?
  /// What is logged.
  private(set) var warnings: [String] = []
  /// Why blocks are deleted that nothing replaces, in words.
  private(set) var reasons: [Message] = []

  init(_ directory: DataDirectory, _ options: StartupOptions, _ words: ServerWords) {
    var opened: [(folder: BlockFolder, meta: BlockMeta)] = []
    var corrupted: [(folder: BlockFolder, meta: BlockMeta, cause: String)] = []
    for folder in directory.blocks {
      guard case .success(let meta) = folder.meta,
        words.obstacle(folder.path + "/meta.json", in: folder.path) == nil
      else {
        ignored.append(folder)
        warnings.append(
          "Failed to read meta.json for a block during reloadBlocks. Skipping dir="
            + words.name(folder.path))
        continue
      }
      if let cause = words.failure(of: folder) {
        corrupted.append((folder, meta, cause))
      } else {
        opened.append((folder, meta))
      }
    }
    let parents = Set(opened.flatMap { $0.meta.compaction.parents.map(\.ulid) })
    let fatal = corrupted.filter { !parents.contains($0.meta.ulid) }
    if !fatal.isEmpty {
      refusal = Self.message(fatal.map { ($0.meta.ulid.description, $0.cause) }, options.version)
    }
    let retired = Self.retired(opened.map(\.meta), options)
    if let newest = opened.max(by: { $0.meta.maxTime < $1.meta.maxTime }), !retired.isEmpty {
      reasons.append(
        (retired.count == 1 ? "a block is" : "\(count: retired.count, "block") are")
          + " older than the retention, which is counted back from the end of the newest, "
          + "\(path: newest.folder.name), and deleted")
    }
    var gone = parents.union(retired)
    gone.formUnion(opened.map(\.meta).filter(\.compaction.deletable).map(\.ulid))
    let tooLarge = Self.tooLarge(opened, directory, options, gone)
    gone.formUnion(tooLarge)
    if !tooLarge.isEmpty, let limit = options.retentionSize {
      let size = opened.reduce(0) { $0 &+ $1.folder.size }
      reasons.append(
        "the retention by size allows \(count: limit, of: "bytes"): the log and chunks_head take "
          + "\(count: Self.headSize(of: directory), of: "bytes") of it, all blocks \(count: size, of: "bytes"), and "
          + "\(count: tooLarge.count, "block, the oldest, is", "blocks, the oldest, are") deleted")
    }
    // A folder whose meta.json has another name is not found under it, and stays.
    let isGone = { (folder: BlockFolder, meta: BlockMeta) in
      gone.contains(meta.ulid) && folder.ulid == meta.ulid
    }
    deleted =
      (opened.filter(isGone)).map(\.folder)
      + corrupted.filter { isGone($0.folder, $0.meta) }.map(\.folder)
    refused = corrupted.filter { !isGone($0.folder, $0.meta) }.map(\.folder)
    warnings += deleted.map { "Deleting obsolete block block=\($0.name)" }
    let kept = opened.filter { !gone.contains($0.meta.ulid) }
      .sorted { ($0.meta.minTime, $0.meta.ulid) < ($1.meta.minTime, $1.meta.ulid) }
    served = kept.map(\.folder)
    minValidTime = served.minValidTime
  }

  /// How the release words it.
  private static func message(
    _ blocks: [(name: String, cause: String)], _ server: ServerBehaviour
  ) -> String {
    let isNamed = server.namesCorruptedBlocks
    let causes = blocks.map { isNamed ? "corrupted block \($0.name): \($0.cause)" : $0.cause }
    // Several are joined in the order of a Go map, which changes from start to start.
    let joined: String
    if causes.count > 1, server.countsErrors {
      joined = "\(causes.count) errors: " + causes.joined(separator: "; ")
    } else {
      joined = causes.joined(separator: "\n")
    }
    return (isNamed ? "reloadBlocks: " : "") + joined
  }

  /// The blocks that are older than the retention, counted back from the end of the newest
  /// (`BeyondTimeRetention`).
  private static func retired(_ blocks: [BlockMeta], _ options: StartupOptions) -> [ULID] {
    guard let retention = options.retentionTime else { return [] }
    let sorted = blocks.sorted { $0.maxTime > $1.maxTime }
    guard let newest = sorted.first else { return [] }
    let first = sorted.dropFirst().firstIndex { block in
      let (age, tooLarge) = newest.maxTime.subtractingReportingOverflow(block.maxTime)
      if tooLarge { return true }
      return options.version.keepsBlocksAtRetention ? age > retention : age >= retention
    }
    return first.map { sorted[$0...].map(\.ulid) } ?? []
  }

  /// What counts beside the blocks (tsdb/head.go, `Size`).
  static func headSize(of directory: DataDirectory) -> Int {
    var size = directory.headChunks.totalSize + (directory.wal?.size ?? 0)
    size += directory.wal?.checkpoints.reduce(0) { $0 + $1.size } ?? 0
    return size + (directory.wbl?.size ?? 0)
  }

  /// The oldest blocks that do not fit into the retention by size beside the head
  /// (`BeyondSizeRetention`).
  private static func tooLarge(
    _ blocks: [(folder: BlockFolder, meta: BlockMeta)], _ directory: DataDirectory,
    _ options: StartupOptions, _ gone: Set<ULID>
  ) -> [ULID] {
    guard let limit = options.retentionSize else { return [] }
    var size = headSize(of: directory)
    let sorted = blocks.sorted { $0.meta.maxTime > $1.meta.maxTime }
    for (place, block) in sorted.enumerated() {
      size += block.folder.size
      if size > limit { return sorted[place...].map(\.meta.ulid) }
    }
    return []
  }
}
