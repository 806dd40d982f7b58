internal import TSDBFormat
public import TSDBStore

/// A segment of the log of a directory, as replay comes to it.
struct LogItem {
  /// Which folder it is of.
  enum Part {
    case checkpoint
    case wal
    case wbl
  }

  /// Which folder it is of.
  let part: Part
  /// The segment.
  let segment: SegmentFile
  /// Its path, relative to the data directory.
  let path: String

  /// All segments that replay reads: the last checkpoint, the WAL behind it, the WBL.
  static func all(of directory: DataDirectory) -> [LogItem] {
    let checkpoint = directory.wal?.checkpoints.last
    let first = checkpoint.map { $0.number &+ 1 } ?? .min
    let parts: [(Part, [SegmentFile])] = [
      (.checkpoint, checkpoint?.segments ?? []),
      (.wal, directory.wal?.segments.filter { $0.number >= first } ?? []),
      (.wbl, directory.wbl?.segments ?? []),
    ]
    return parts.flatMap { part, segments in
      segments.filter { $0.entry.isFile }.map {
        LogItem(part: part, segment: $0, path: directory.relative($0.path))
      }
    }
  }
}

extension DataDirectory {
  /// True where the checkpoint replaces every segment that there is: a server reads none of them, nor what
  /// it writes next, and only `repair` brings them back.
  public var passesOverSegments: Bool {
    guard let wal, let checkpoint = wal.checkpoints.last, let last = wal.segments.last else {
      return false
    }
    return last.number <= checkpoint.number && wal.segments.contains { $0.size > 0 }
  }

  /// `path`, which lies in this directory, as it is called in it. A directory that is itself a folder
  /// of segments is not meant here.
  func relative(_ path: String) -> String { Path.relative(path, to: self.path) }

  /// Where the blocks end that hold all series of their time, in milliseconds: replay drops what is
  /// older (Prometheus: tsdb/db.go, `inOrderBlocksMaxTime`). `Int64.min` without blocks.
  var minValidTime: Int64 {
    let ends = blocks.compactMap { block -> Int64? in
      guard case .success(let meta) = block.meta, !meta.compaction.isPartial else { return nil }
      return meta.maxTime
    }
    return ends.max() ?? .min
  }
}
