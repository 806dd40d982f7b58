internal import TSDBFormat

/// Everything that is in a directory that Prometheus, or one of its kin, keeps its data in.
///
/// Lists folders and reads small files (`meta.json`); opens nothing else, and writes nothing. What
/// counts as a block, a segment, a checkpoint is decided as a server decides it, which for instance
/// does not see blocks behind symbolic links.
public struct DataDirectory: Sendable {
  /// The path that was given.
  public let path: String
  /// What it turned out to be.
  public let kind: Kind
  /// The blocks, by name, which is the order in which they were made.
  public let blocks: [BlockFolder]
  /// The write-ahead log.
  public let wal: SegmentFolder?
  /// The log of samples that came out of order.
  public let wbl: SegmentFolder?
  /// The memory-mapped chunks of the head (`chunks_head`), by number.
  public let headChunks: [SegmentFile]
  /// The head as it was at a shutdown, by segment and offset; a server reads the last one.
  public let snapshots: [ChunkSnapshot]
  /// Who holds the directory.
  public let lock: LockState
  /// The `lock` file, if there is one.
  public let lockFile: FolderEntry?
  /// The queries that ran when the server stopped (`queries.active`).
  public let activeQueries: FolderEntry?
  /// Where the admin API puts its snapshots.
  public let snapshotsFolder: FolderEntry?
  /// What servers and promtool left behind when they were interrupted.
  public let leftovers: [FolderEntry]
  /// What does not belong here; servers ignore it.
  public let strangers: [FolderEntry]
  /// What of `partNames` is there, whatever it is.
  public let parts: [FolderEntry]
  /// The directory itself: whose it is, and its mode.
  public let own: FolderEntry
  /// True where nothing is there yet but what a new file system has: a server begins anew.
  public let isFresh: Bool
  /// What is wrong with the listing: gaps in numbered files, folders that could not be listed, and
  /// what the folders inside report. The failure of a block's `meta.json` stays with the block.
  public let problems: [FileError]

  /// What a server makes in its data directory besides blocks and snapshots.
  public static let partNames: Set = ["wal", "wbl", "chunks_head", "lock", "queries.active"]

  /// The kinds of directories.
  public enum Kind: String, Sendable {
    /// The data directory of a server, or a folder of blocks without a log; also a log alone that may as well be
    /// an agent's (`mayBeAgents`).
    case server
    /// The data directory of an agent, which has a log and nothing else, by its name or by its checkpoint.
    case agent
    /// A single block.
    case block
    /// A folder with the segments of a log: `wal`, `wbl`, a checkpoint, a chunk snapshot.
    case segments
  }

  /// Finds out what `path` is and lists it.
  ///
  /// Throws `FileError.system` if it cannot be listed, and `FileError.damaged` if it is no place for
  /// data of Prometheus; what is wrong deeper down becomes a problem. An empty directory is one for a
  /// server that was never started, if `allowsFresh` says so.
  public init(path: String, allowsFresh: Bool = false) throws(FileError) {
    let own = try FileSystem.status(path)
    guard own.isDirectory || own.kind == .linkToDirectory else {
      throw .folder(path, .file, "not a directory; give the data directory that holds it")
    }
    let entries = try FileSystem.list(path)
    isFresh = allowsFresh && DataDirectory.isFresh(path, entries)
    let kind = isFresh ? .server : try DataDirectory.recognise(path, entries)
    self.own = own
    var contents = DirectoryContents()
    switch kind {
    case .server, .agent: contents.take(dataDirectory: entries)
    case .block: contents.blocks = [try BlockFolder(path: path)]
    case .segments: try contents.take(segmentFolder: path)
    }
    self.path = path
    self.kind = kind
    blocks = contents.blocks.sorted { $0.name < $1.name }
    wal = contents.wal
    wbl = contents.wbl
    headChunks = contents.headChunks
    snapshots = contents.snapshots.sorted { ($0.segment, $0.offset) < ($1.segment, $1.offset) }
    let user = kind == .server || kind == .agent ? OpenFiles.user(of: path) : nil
    lock = contents.lock == .held ? .held : user.map { .inUse($0) } ?? contents.lock
    lockFile = contents.lockFile
    activeQueries = contents.activeQueries
    snapshotsFolder = contents.snapshotsFolder
    leftovers = contents.leftovers
    strangers = contents.strangers
    parts = contents.parts
    problems =
      contents.problems + blocks.flatMap(\.damage) + (wal?.damage ?? []) + (wbl?.damage ?? [])
      + snapshots.flatMap(\.damage)
  }
}

extension DataDirectory {
  /// True where `folder` is this directory or lies in it, or in a folder elsewhere in which
  /// a server keeps a part of it, links followed; false where there is no
  /// such folder.
  public func holds(_ folder: String) throws(FileError) -> Bool {
    guard let folder = try FileSystem.realPath(folder) else { return false }
    // A server follows links to these.
    var places = [path, wal?.path, wbl?.path].compactMap(\.self)
    places.append(FileSystem.join(path, "chunks_head"))
    places += blocks.map { FileSystem.join($0.path, "chunks") }
    for place in places {
      guard let own = try? FileSystem.realPath(place) else { continue }
      if folder == own || folder.hasPrefix(FileSystem.join(own, "")) { return true }
    }
    return false
  }
}

extension DataDirectory {
  /// True where a log is all that is there, and nothing tells whether a server or an agent wrote it: servers had no
  /// `chunks_head` before 2.19, and no `queries.active` before 2.12. It is taken for a server's.
  public var mayBeAgents: Bool {
    guard kind == .server, let wal, !wal.isOld, wal.segments.contains(where: { $0.size > 0 })
    else { return false }
    return blocks.isEmpty && snapshots.isEmpty && leftovers.isEmpty
      && parts.allSatisfy { AgentTraces.ownParts.contains($0.name) }
  }
}

extension DataDirectory {
  /// What the names of folders begin with in which a repair keeps what it took out.
  package static let quarantinePrefix = "epimetheus-quarantine-"
  /// The folder in it that has files and folders as they were, under their old paths.
  package static let quarantineOriginals = "original"

  /// Those folders.
  package var quarantines: [FolderEntry] {
    strangers.filter { $0.isDirectory && $0.name.hasPrefix(Self.quarantinePrefix) }
  }
}

extension DataDirectory {
  /// The links with the name of a block. A server passes over them without a word, wherever they lead
  /// (tsdb/db.go, `blockDirs`).
  public var linkedBlocks: [FolderEntry] {
    strangers.filter {
      ($0.kind == .linkToDirectory || $0.kind == .brokenLink) && ULID($0.name) != nil
    }
  }
}

extension DataDirectory {
  /// What is in a file system that was just made, or is mounted with its snapshots.
  private static let freshNames: Set = ["lost+found", ".snapshot", ".snapshots", ".zfs"]

  /// True where nothing that somebody put there is there, and the name says nothing else.
  private static func isFresh(_ path: String, _ entries: [FolderEntry]) -> Bool {
    let name = FileSystem.lastPart(of: path)
    let isEmpty = entries.allSatisfy { entry in
      freshNames.contains(entry.name) || entry.name.hasPrefix(quarantinePrefix)
        || entry.name.hasPrefix(".nfs")
    }
    return isEmpty && name != "wal" && name != "wbl" && ULID(name) == nil
  }

  /// What a directory with these entries is.
  private static func recognise(
    _ path: String, _ entries: [FolderEntry]
  ) throws(FileError) -> Kind {
    let names = Set(entries.map(\.name))
    let hasBlocks = entries.contains {
      ($0.isDirectory || $0.kind == .unseen) && ULID($0.name) != nil
    }
    let hasSnapshots = names.contains { $0.hasPrefix("chunk_snapshot.") }
    let isServer =
      hasBlocks || hasSnapshots
      || !names.isDisjoint(with: ["wbl", "chunks_head", "queries.active"])
    if isServer { return .server }
    if names.contains("wal") { return AgentTraces.areIn(path, entries) ? .agent : .server }
    if !names.isDisjoint(with: ["meta.json", "index", "tombstones", "chunks"]) { return .block }
    let numbered = entries.filter { $0.isFile && goInteger($0.name) != nil }
    if !numbered.isEmpty || names.contains(where: { $0.hasPrefix("checkpoint.") }) {
      let name = FileSystem.lastPart(of: path)
      if name == "chunks_head" || name == "chunks" {
        throw .folder(path, .file, "a folder of chunks alone; give the directory that holds it")
      }
      return .segments
    }
    let name = FileSystem.lastPart(of: path)
    if name == "wal" || name == "wbl" { return .segments }
    if ULID(name) != nil { return .block }
    if names.contains("lock") { return .server }
    if entries.isEmpty { throw .folder(path, .file, "the directory is empty") }
    if isFresh(path, entries), names.contains(where: { $0.hasPrefix(quarantinePrefix) }) {
      throw .folder(
        path, .file,
        "nothing but what a repair has put aside: a server begins anew here; `epimetheus undo` takes it back"
      )
    }
    let nested = NestedDirectories(in: path, entries)
    if !nested.found.isEmpty { throw .folder(path, .file, nested.sentence) }
    throw .folder(
      path, .file,
      "not a Prometheus data directory: no wal, no chunks_head, no blocks, and it is no block")
  }
}
