/// What a part of a log is: its folder says it, and replay treats the records of each in another way.
public enum LogPart: String, Sendable {
  /// `wal/checkpoint.N`: series, metadata and what else of older segments is still needed.
  case checkpoint
  /// `wal`: the log itself.
  case wal
  /// `wbl`: samples that came out of order.
  case wbl
  /// `chunk_snapshot.N.M`: the head as it was at a shutdown; its records have types of their own.
  case snapshot
}

/// A segment of a log, or a stretch of one, that is to be read.
public struct LogSegment: Equatable, Sendable {
  /// Its path.
  public var path: String
  /// What its records are.
  public var part: LogPart
  /// Offset of the first record that is read.
  public var start = 0
  /// Offset from which on no record is read.
  public var limit = Int.max

  /// A whole segment.
  public init(path: String, part: LogPart) {
    self.path = path
    self.part = part
  }
}

extension [SegmentFile] {
  /// These, whole, as segments of `part`.
  public func segments(of part: LogPart) -> [LogSegment] {
    map { LogSegment(path: $0.path, part: part) }
  }
}
