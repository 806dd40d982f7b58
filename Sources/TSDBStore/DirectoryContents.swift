internal import TSDBFormat

/// What is found in a data directory while its entries are gone through, one by one.
struct DirectoryContents {
  var blocks: [BlockFolder] = []
  var wal: SegmentFolder?
  var wbl: SegmentFolder?
  var headChunks: [SegmentFile] = []
  var snapshots: [ChunkSnapshot] = []
  var lock = LockState.absent
  var lockFile: FolderEntry?
  var activeQueries: FolderEntry?
  var snapshotsFolder: FolderEntry?
  var leftovers: [FolderEntry] = []
  var strangers: [FolderEntry] = []
  var problems: [FileError] = []
  var parts: [FolderEntry] = []

  /// Takes the entries of a server's or an agent's data directory.
  mutating func take(dataDirectory entries: [FolderEntry]) {
    for entry in entries {
      do {
        try take(entry)
      } catch {
        problems.append(error)
      }
    }
  }

  /// Takes a folder that holds segments directly; one named `wbl` is a log of that kind.
  mutating func take(segmentFolder path: String) throws(FileError) {
    let folder = try SegmentFolder(path: path)
    if FileSystem.lastPart(of: path) == "wbl" {
      wbl = folder
    } else {
      wal = folder
    }
  }

  private mutating func take(_ entry: FolderEntry) throws(FileError) {
    if DataDirectory.partNames.contains(entry.name) { parts.append(entry) }
    switch entry.name {
    case "wal":
      let folder = try SegmentFolder(path: entry.path)
      problems += folder.startDamage
      wal = folder
    case "wbl": wbl = try SegmentFolder(path: entry.path)
    case "chunks_head": try take(headChunks: entry.path)
    case "lock":
      lock = LockState.of(entry.path)
      if case .unknown(let error) = lock { problems.append(error) }
      lockFile = entry
    case "queries.active": activeQueries = entry
    case "snapshots": snapshotsFolder = entry
    default:
      if entry.isDirectory, ULID(entry.name) != nil {
        blocks.append(try BlockFolder(path: entry.path))
      } else if let failure = entry.failure {
        problems.append(failure)
      } else if isLeftover(entry) {
        leftovers.append(entry)
      } else if entry.name.hasPrefix(ChunkSnapshot.prefix) {
        try take(snapshot: entry)
      } else {
        strangers.append(entry)
      }
    }
  }

  private mutating func take(headChunks path: String) throws(FileError) {
    let numbered = try NumberedFiles(path: path, number: goUnsigned)
    headChunks = numbered.files
    strangers += numbered.others
    // A server removes an empty last file before it looks for gaps (head_chunks.go,
    // repairLastChunkFile).
    var expected = numbered.files
    if expected.last?.isEmpty == true { expected.removeLast() }
    problems += expected.sequenceDamage(in: .headChunkFiles)
  }

  private mutating func take(snapshot entry: FolderEntry) throws(FileError) {
    guard entry.isDirectory else {
      throw .folder(entry.path, .snapshot, "a chunk snapshot must be a directory")
    }
    if let snapshot = ChunkSnapshot(entry) {
      snapshots.append(snapshot)
    } else {
      strangers.append(entry)
    }
  }

  /// What a server removes as it starts (db.go, isTmpDir), and the working folder of a promtool that
  /// was interrupted.
  private func isLeftover(_ entry: FolderEntry) -> Bool {
    guard entry.isDirectory else { return false }
    if entry.name.hasPrefix("tmp_dbro_sandbox") { return true }
    for suffix in [".tmp-for-deletion", ".tmp-for-creation", ".tmp"]
    where entry.name.hasSuffix(suffix) {
      let stem = String(entry.name.dropLast(suffix.count))
      return ULID(stem) != nil || entry.name.hasPrefix(ChunkSnapshot.prefix)
    }
    return false
  }
}
