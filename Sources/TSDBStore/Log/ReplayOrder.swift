/// What is read of the logs of a directory at a start, and in which order: the last checkpoint, the segments
/// from the next number on, the WBL (Prometheus: tsdb/wlog/checkpoint.go, `LastCheckpoint`; tsdb/head.go,
/// `Init`). With a chunk snapshot: that first, the checkpoint only if it is not older, and the WAL from where
/// the snapshot was taken.
///
/// A server stops where a segment is missing, and where one cannot be read; this names what can be read
/// around such places. Three go other ways on purpose: `StartupWalk` stops where the server does, `Everything`
/// adds what no server reads, and `LogParts` shows what a path holds.
public struct ReplayOrder: Sendable {
  /// The snapshot that is begun with.
  public let snapshot: ChunkSnapshot?
  /// The last checkpoint; nil where there is none, or where the snapshot is newer.
  public let checkpoint: Checkpoint?
  /// The number of the segment of the WAL that a server opens first.
  public let firstSegment: Int
  /// The segments of the WAL from there on. Without checkpoint and snapshot those of numbers below 0 are among
  /// them, which no server opens, but whose records can be read.
  public let wal: [SegmentFile]
  /// The segments of the WBL.
  public let wbl: [SegmentFile]
  /// False where there may be segments that could not even be listed.
  public let isWhole: Bool

  /// The order for `directory`, from `snapshot` on where there is one.
  public init(_ directory: DataDirectory, from snapshot: ChunkSnapshot? = nil) {
    let last = directory.wal?.checkpoints.last
    let behindCheckpoint = directory.wal?.firstReplayed ?? 0
    let first = max(behindCheckpoint, snapshot?.segment ?? behindCheckpoint)
    let isAnchored = last != nil || snapshot != nil
    self.snapshot = snapshot
    checkpoint = last.flatMap { $0.number >= snapshot?.segment ?? .min ? $0 : nil }
    firstSegment = first
    wal = directory.wal?.segments.filter { !isAnchored || $0.number >= first } ?? []
    wbl = directory.wbl?.segments ?? []
    isWhole = !(directory.wal?.damage ?? directory.problems).contains(where: \.isUnread)
  }

  /// The files of each part, in the order of replay.
  public var parts: [(part: LogPart, files: [SegmentFile])] {
    [
      (.snapshot, snapshot?.segments ?? []), (.checkpoint, checkpoint?.segments ?? []), (.wal, wal),
      (.wbl, wbl),
    ]
  }

  /// The segments, in the order of replay.
  public var segments: [LogSegment] {
    parts.flatMap { part, files in
      files.map { file in
        var segment = LogSegment(path: file.path, part: part)
        if let snapshot, part == .wal, file.number == snapshot.segment {
          segment.start = snapshot.offset
        }
        return segment
      }
    }
  }

  /// Bytes of all of them.
  public var size: Int { parts.reduce(0) { $0 &+ $1.files.totalSize } }
}
