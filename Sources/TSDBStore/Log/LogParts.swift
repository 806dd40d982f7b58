internal import TSDBFormat

/// The folders of segments that a path stands for, in the order in which their records are shown.
public struct LogParts: Sendable {
  /// A folder of segments.
  public struct Part: Sendable {
    /// What its records are.
    public let part: LogPart
    /// Its segments, by number.
    public let segments: [SegmentFile]
  }

  /// What to read. Of a data directory: the last checkpoint, all segments of the WAL and the WBL, the
  /// last chunk snapshot. Of a folder: its own segments. Of a segment: that.
  public let parts: [Part]
  /// Segments that stand before those, where the path is one of a log's own: they may define series
  /// whose refs the records use.
  public let before: [SegmentFile]
  /// The directory that was listed: of a segment, its folder.
  public let directory: DataDirectory

  /// Finds out what `path` is. Throws as `DataDirectory` does, and `FileError.damaged` for a file that
  /// is not named like a segment.
  public init(path: String) throws(FileError) {
    guard try FileSystem.status(path).isFile else {
      try self.init(DataDirectory(path: path))
      return
    }
    let name = FileSystem.lastPart(of: path)
    let folder = String(path.dropLast(name.utf8.count))
    let all = try LogParts(DataDirectory(path: folder.isEmpty ? "." : folder))
    let part = all.parts.first { $0.segments.contains { $0.name == name } }
    guard let part, let segment = part.segments.first(where: { $0.name == name }) else {
      throw .folder(path, .file, "not a segment of a log: its name is no number")
    }
    let earlier = part.segments.prefix { $0.number < segment.number }
    self.init(
      parts: [Part(part: part.part, segments: [segment])], before: all.before + earlier,
      directory: all.directory)
  }

  private init(parts: [Part], before: [SegmentFile], directory: DataDirectory) {
    self.parts = parts
    self.before = before
    self.directory = directory
  }

  private init(_ directory: DataDirectory) throws(FileError) {
    self.directory = directory
    let wal = directory.wal
    guard directory.kind == .segments else {
      let found = [
        Part(part: .checkpoint, segments: wal?.checkpoints.last?.segments ?? []),
        Part(part: .wal, segments: wal?.segments ?? []),
        Part(part: .wbl, segments: directory.wbl?.segments ?? []),
        Part(part: .snapshot, segments: directory.snapshots.last?.segments ?? []),
      ]
      parts = found.filter { !$0.segments.isEmpty }
      before = []
      return
    }
    parts = [
      Part(part: directory.ownPart, segments: (wal ?? directory.wbl)?.segments ?? [])
    ]
    before = wal?.checkpoints.last?.segments ?? []
  }

  /// What is wrong with the folders: gaps between segments, folders that could not be listed.
  public var damage: [FileError] {
    (directory.wal?.damage ?? []) + (directory.wbl?.damage ?? [])
      + directory.snapshots.flatMap(\.damage)
  }

  /// Bytes of all segments to read.
  public var size: Int { parts.reduce(0) { $0 &+ $1.segments.totalSize } }
}

extension DataDirectory {
  /// What a folder of segments is, by its name.
  public var ownPart: LogPart {
    let name = FileSystem.lastPart(of: (try? FileSystem.realPath(path)) ?? path)
    switch name {
    case "wbl": return .wbl
    case _ where name.hasPrefix("checkpoint."): return .checkpoint
    case _ where name.hasPrefix(ChunkSnapshot.prefix): return .snapshot
    default: return .wal
    }
  }
}
