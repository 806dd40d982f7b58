public import TSDBFormat

/// The folder of one block as it is found, before any of its large files is opened.
public struct BlockFolder: Sendable {
  /// The whole path.
  public let path: String
  /// The folder's name: for a block in a data directory, a ULID.
  public let name: String
  /// Its `meta.json`, or why there is none to be had.
  public let meta: Result<BlockMeta, FileError>
  /// The `meta.json` file, if there is one.
  public let metaFile: FolderEntry?
  /// The `index` file, if there is one.
  public let index: FolderEntry?
  /// The `tombstones` file, if there is one; a block without deletions may have none.
  public let tombstones: FolderEntry?
  /// The chunk segments, by number.
  public let chunks: [SegmentFile]
  /// What does not belong to a block.
  public let strangers: [FolderEntry]
  /// What Thanos and Mimir keep beside a block, or in its place: marks, and an `index-header`.
  public let companions: [FolderEntry]
  /// What is wrong with the folder: a file that every block has and this one does not, a gap between
  /// the chunk segments, a `meta.json` that contradicts itself or the folder's name, what could not
  /// be listed. The failure of `meta` is not repeated here.
  public let damage: [FileError]

  /// Lists the folder `path` and reads its `meta.json`.
  public init(path: String) throws(FileError) {
    self.path = path
    name = FileSystem.lastPart(of: path)
    let entries = try FileSystem.list(path)
    func file(_ name: String) -> FolderEntry? { entries.first { $0.name == name } }
    metaFile = file("meta.json")
    index = file("index")
    tombstones = file("tombstones")
    meta = BlockFolder.readMeta(FileSystem.join(path, "meta.json"), exists: metaFile != nil)
    var damage = BlockFolder.contradictions(in: meta, of: path)
    let others = entries.filter { !BlockFolder.parts.contains($0.name) }
    companions = others.filter { $0.isFile && BlockFolder.isCompanion($0.name) }
    var strangers = others.filter { !$0.isFile || !BlockFolder.isCompanion($0.name) }
    do throws(FileError) {
      let chunkFolder = FileSystem.join(path, "chunks")
      guard file("chunks") != nil else { throw FileError.missing(chunkFolder, "a chunks folder") }
      let numbered = try NumberedFiles(path: chunkFolder, number: goUnsigned)
      chunks = numbered.files
      strangers += numbered.others
      damage += numbered.files.chunkSequenceDamage
    } catch {
      chunks = []
      damage.append(error)
    }
    if index == nil { damage.append(.missing(FileSystem.join(path, "index"), "an index")) }
    self.strangers = strangers
    self.damage = damage
  }

  private static func readMeta(_ path: String, exists: Bool) -> Result<BlockMeta, FileError> {
    guard exists else { return .failure(.missing(path, "a meta.json")) }
    do {
      return .success(try BlockMeta.read(path: path))
    } catch {
      return .failure(error)
    }
  }

  /// What a readable `meta.json` says that cannot be.
  private static func contradictions(
    in meta: Result<BlockMeta, FileError>, of path: String
  ) -> [FileError] {
    guard let meta = try? meta.get() else { return [] }
    let file = FileSystem.join(path, "meta.json")
    var damage: [FileError] = []
    func add(_ problem: DecodeError.Problem) {
      damage.append(.damaged(path: file, DecodeError(section: .meta, offset: 0, problem: problem)))
    }
    if let name = ULID(FileSystem.lastPart(of: path)), name != meta.ulid {
      // A server deletes blocks by the name in meta.json, and so never deletes this folder.
      add(.malformed(why: "says that the block is \(meta.ulid), which its folder is not"))
    }
    if meta.minTime > meta.maxTime {
      add(.outOfRange(found: meta.maxTime, allowed: meta.minTime...Int64.max))
    }
    return damage
  }

  /// Everything a block consists of.
  private static let parts: Set = ["meta.json", "index", "tombstones", "chunks"]

  /// The block's name as a ULID, if its folder has such a name.
  public var ulid: ULID? { ULID(name) }

  /// Bytes of all parts of the block, as Prometheus counts them (`Block.Size` in tsdb/block.go).
  public var size: Int {
    chunks.totalSize &+ (index?.size ?? 0) &+ (tombstones?.size ?? 0) &+ (metaFile?.size ?? 0)
  }
}

extension FileError {
  /// Every block has it, and this one does not.
  fileprivate static func missing(_ path: String, _ what: String) -> FileError {
    .damaged(
      path: path, DecodeError(section: .block, offset: 0, problem: .missing(what: what)))
  }
}

extension [SegmentFile] {
  /// Chunk references hold the segment's number less one, so the first must be 1.
  fileprivate var chunkSequenceDamage: [FileError] {
    var damage = sequenceDamage(in: .chunkSegmentFiles)
    if let first, first.number != 1 {
      damage.insert(
        .damaged(
          path: first.path,
          DecodeError(
            section: .chunkSegmentFiles, offset: 0,
            problem: .sequenceGap(expected: 1, found: first.number))), at: 0)
    }
    return damage
  }
}

extension BlockFolder {
  /// Where it ends, in milliseconds, if it holds all series of its time: replay drops what is older
  /// (Prometheus: tsdb/db.go, `inOrderBlocksMaxTime`). Nil for a part of a block, and where `meta.json` cannot
  /// be read.
  public var headBegin: Int64? {
    guard case .success(let meta) = meta, !meta.compaction.isPartial else { return nil }
    return meta.maxTime
  }
}

extension [BlockFolder] {
  /// Where a head behind these blocks begins; `Int64.min` without any.
  public var minValidTime: Int64 { compactMap(\.headBegin).max() ?? .min }
}

extension DataDirectory {
  /// Where the head begins: replay drops what is older.
  public var minValidTime: Int64 { blocks.minValidTime }
}
