public import TSDBFormat

/// A block with its files opened, as far as they can be.
///
/// Whatever cannot be read is nil, and why is in `damage`: a block without a sound `meta.json` still
/// gives its series.
public struct Block: Sendable {
  /// The folder.
  public let folder: BlockFolder
  /// What `meta.json` says.
  public let meta: BlockMeta?
  /// The index.
  public let index: IndexFile?
  /// What was deleted and not yet compacted away; nil if that cannot be read, nothing where there is
  /// no such file.
  public let tombstones: [Tombstone]?
  /// What is wrong with the folder, `meta.json`, the start and the end of the index, the tombstones
  /// and the headers of the chunk segments.
  public let damage: [FileError]

  /// Opens the files of `folder`.
  public init(_ folder: BlockFolder) {
    self.folder = folder
    var damage = folder.damage
    switch folder.meta {
    case .success(let meta):
      self.meta = meta
    case .failure(let error):
      meta = nil
      damage.append(error)
    }
    index = folder.index.flatMap { entry in
      Self.attempt(&damage) { () throws(FileError) in try IndexFile(path: entry.path) }
    }
    damage += index?.damage ?? []
    if let file = folder.tombstones {
      tombstones = Self.attempt(&damage) { () throws(FileError) in
        try Self.readTombstones(path: file.path)
      }
    } else {
      tombstones = []
    }
    for segment in folder.chunks {
      _ = Self.attempt(&damage) { () throws(FileError) in
        try ChunkSegmentFile(path: segment.path)
      }
    }
    self.damage = damage
  }

  /// The block's name: that in `meta.json`, else that of the folder.
  public var name: String { meta?.ulid.description ?? folder.name }

  /// Decodes a `tombstones` file.
  public static func readTombstones(path: String) throws(FileError) -> [Tombstone] {
    let file = try MappedFile(path: path)
    return try file.decode { () throws(DecodeError) in
      try TombstonesFile(of: file.bytes).tombstones
    }
  }

  private static func attempt<Value>(
    _ damage: inout [FileError], _ body: () throws(FileError) -> Value
  ) -> Value? {
    do throws(FileError) {
      return try body()
    } catch {
      damage.append(error)
      return nil
    }
  }
}
