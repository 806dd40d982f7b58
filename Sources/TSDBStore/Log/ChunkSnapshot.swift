internal import TSDBFormat

/// A `chunk_snapshot.SEGMENT.OFFSET` folder: the head as it was at a shutdown, up to that place in
/// the WAL (tsdb/head_wal.go, LastChunkSnapshot).
public struct ChunkSnapshot: Sendable {
  /// The WAL segment it reaches up to.
  public let segment: Int
  /// The offset in that segment.
  public let offset: Int
  /// The folder.
  public let entry: FolderEntry
  /// Its files, by number.
  public let segments: [SegmentFile]
  /// What is wrong with the folder.
  public let damage: [FileError]

  /// The whole path.
  public var path: String { entry.path }
  /// Bytes of all files.
  public var size: Int { segments.totalSize }

  static let prefix = "chunk_snapshot."

  /// Nil if the name does not have two numbers.
  init?(_ entry: FolderEntry) {
    let parts = entry.name.dropFirst(ChunkSnapshot.prefix.count).split(
      separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, let segment = goInteger(String(parts[0])),
      let offset = goInteger(String(parts[1]))
    else { return nil }
    self.segment = segment
    self.offset = offset
    self.entry = entry
    do {
      segments = try NumberedFiles(path: entry.path, number: goInteger).files
      damage = segments.sequenceDamage(in: .snapshot)
    } catch {
      segments = []
      damage = [error]
    }
  }
}
