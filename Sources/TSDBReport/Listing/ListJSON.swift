internal import TSDBFormat
internal import TSDBStore

/// A directory listing as one JSON object. Paths are relative to the directory, sizes are in bytes,
/// counts are those of `meta.json`.
package struct ListJSON: Encodable {
  let schemaVersion = JSONOutput.schemaVersion
  let path: JSONText
  /// `server`, `agent`, `block` or `segments`.
  let kind: String
  let totalBytes: Int
  /// The user, the group and the permission bits of the directory.
  let owner: UInt32?
  let group: UInt32?
  let mode: String?
  /// `absent`, `left`, `held` or `unknown`.
  let lock: String
  let blocks: [Block]
  let wal: Log?
  let wbl: Log?
  /// `wal`, `wbl`, `chunks_head`, `lock` and `queries.active`, as far as they are there.
  let parts: [Entry]
  let headChunks: [HeadChunkFile]
  let snapshots: [Snapshot]
  let queriesActive: Entry?
  let leftovers: [Entry]
  let strangers: [Entry]
  let findings: [FindingJSON]

  /// A block in time order; what `meta.json` says is null where that cannot be read.
  struct Block: Encodable {
    let name: JSONText
    let ulid: String?
    let minTime: JSONTime?
    let maxTime: JSONTime?
    let level: Int?
    let series: UInt64?
    let samples: UInt64?
    let floatSamples: UInt64?
    let histogramSamples: UInt64?
    let chunks: UInt64?
    let tombstones: UInt64?
    let bytes: Int
    let indexBytes: Int?
    let chunkSegments: Int
    let sources: [String]
    let parents: [String]
    let hints: [String]
    let deletable: Bool
    let compactionFailed: Bool
    /// Whether a server could open it.
    let readable: Bool
    /// Keys of `meta.json` that Prometheus does not know, their values as JSON text.
    let extras: [String: String]
    let strangers: [Entry]
    let owner: UInt32?
    let group: UInt32?
    let mode: String?
  }

  /// A `wal` or `wbl` folder.
  struct Log: Encodable {
    let bytes: Int
    let segments: [Entry]
    let checkpoints: [Checkpoint]
    let seriesState: Entry?
  }

  /// A checkpoint of the log.
  struct Checkpoint: Encodable {
    let name: JSONText
    let number: Int
    let bytes: Int
    let segments: [Entry]
    let owner: UInt32?
    let group: UInt32?
    let mode: String?
  }

  /// A file of `chunks_head`.
  struct HeadChunkFile: Encodable {
    let name: JSONText
    let number: Int
    let bytes: Int
    let modified: JSONTime
    /// Of the first chunk.
    let firstTime: JSONTime?
    let owner: UInt32?
    let group: UInt32?
    let mode: String?
  }

  /// A chunk snapshot, and the place in the WAL it reaches up to.
  struct Snapshot: Encodable {
    let name: JSONText
    let bytes: Int
    let segment: Int
    let offset: Int
    let owner: UInt32?
    let group: UInt32?
    let mode: String?
  }

  /// Anything in a folder.
  struct Entry: Encodable {
    let name: JSONText
    let kind: String
    let bytes: Int
    let modified: JSONTime
    let owner: UInt32?
    let group: UInt32?
    let mode: String?
  }
}

extension ListJSON {
  /// The report on `listing`.
  package init(_ listing: DirectoryListing) {
    let directory = listing.directory
    func entry(_ entry: FolderEntry) -> Entry { Entry(entry, in: directory.path) }
    path = JSONText(Array(directory.path.utf8))
    kind = directory.kind.rawValue
    totalBytes = listing.totalSize
    owner = directory.own.access?.owner
    group = directory.own.access?.group
    mode = directory.own.access?.modeText
    parts = directory.parts.map(entry)
    lock =
      switch directory.lock {
      case .absent: "absent"
      case .left: "left"
      case .held, .inUse: "held"
      case .unknown: "unknown"
      }
    blocks = listing.blocks.map { Block($0, in: directory.path) }
    wal = directory.wal.map { Log($0, in: directory.path) }
    wbl = directory.wbl.map { Log($0, in: directory.path) }
    headChunks = listing.headChunks.map(HeadChunkFile.init)
    snapshots = directory.snapshots.map {
      Snapshot(
        name: JSONText(Array($0.entry.name.utf8)), bytes: $0.size, segment: $0.segment,
        offset: $0.offset, owner: $0.entry.access?.owner, group: $0.entry.access?.group,
        mode: $0.entry.access?.modeText)
    }
    queriesActive = directory.activeQueries.map(entry)
    let logs = [directory.wal, directory.wbl].compactMap { $0 }
    leftovers = (directory.leftovers + logs.flatMap(\.leftovers)).map(entry)
    strangers = (directory.strangers + logs.flatMap(\.strangers)).map(entry)
    findings = FindingJSON.all(listing.failures, in: directory.path)
  }
}

extension ListJSON.Block {
  fileprivate init(_ block: ListedBlock, in directory: String) {
    let meta = block.meta
    name = JSONText(Array(block.folder.name.utf8))
    ulid = meta?.ulid.description
    minTime = meta.map { JSONTime($0.minTime) }
    maxTime = meta.map { JSONTime($0.maxTime) }
    level = meta?.compaction.level
    series = meta?.stats.numSeries
    samples = meta?.stats.numSamples
    floatSamples = meta?.stats.numFloatSamples
    histogramSamples = meta?.stats.numHistogramSamples
    chunks = meta?.stats.numChunks
    tombstones = meta?.stats.numTombstones
    bytes = block.folder.size
    indexBytes = block.folder.index?.size
    chunkSegments = block.folder.chunks.count
    sources = meta?.compaction.sources.map(\.description) ?? []
    parents = meta?.compaction.parents.map(\.ulid.description) ?? []
    hints = meta?.compaction.hints ?? []
    deletable = meta?.compaction.deletable ?? false
    compactionFailed = meta?.compaction.failed ?? false
    readable = block.openingFailures.isEmpty
    extras = Dictionary((meta?.extras ?? []).map { ($0.key, $0.json) }) { $1 }
    strangers = block.folder.strangers.map { ListJSON.Entry($0, in: directory) }
    let access = (try? FolderEntry(path: block.folder.path))?.access
    owner = access?.owner
    group = access?.group
    mode = access?.modeText
  }
}

extension ListJSON.Log {
  fileprivate init(_ folder: SegmentFolder, in directory: String) {
    bytes = folder.size &+ folder.checkpoints.reduce(0) { $0 &+ $1.size }
    segments = folder.segments.map { ListJSON.Entry($0.entry, in: directory) }
    checkpoints = folder.checkpoints.map { checkpoint in
      ListJSON.Checkpoint(
        name: JSONText(Array(checkpoint.entry.name.utf8)), number: checkpoint.number,
        bytes: checkpoint.size,
        segments: checkpoint.segments.map { ListJSON.Entry($0.entry, in: directory) },
        owner: checkpoint.entry.access?.owner, group: checkpoint.entry.access?.group,
        mode: checkpoint.entry.access?.modeText)
    }
    seriesState = folder.seriesState.map { ListJSON.Entry($0, in: directory) }
  }
}

extension ListJSON.HeadChunkFile {
  fileprivate init(_ chunk: ListedHeadChunkFile) {
    name = JSONText(Array(chunk.file.name.utf8))
    number = chunk.file.number
    bytes = chunk.file.size
    modified = JSONTime(chunk.file.modified / 1_000_000)
    firstTime = chunk.firstTime.map(JSONTime.init)
    owner = chunk.file.entry.access?.owner
    group = chunk.file.entry.access?.group
    mode = chunk.file.entry.access?.modeText
  }
}

extension ListJSON.Entry {
  fileprivate init(_ entry: FolderEntry, in directory: String) {
    name = JSONText(Array(RelativePath.of(entry.path, to: directory).utf8))
    kind = entry.kind.rawValue
    bytes = entry.size
    modified = JSONTime(entry.modified / 1_000_000)
    owner = entry.access?.owner
    group = entry.access?.group
    mode = entry.access?.modeText
  }
}
