/// A record of a chunk snapshot: the head as it was at a shutdown (feature
/// `memory-snapshot-on-shutdown`).
///
/// The framing is that of the log, the type codes are its own (Prometheus: tsdb/head_wal.go,
/// `ChunkSnapshot`, `loadChunkSnapshot`). A server gives the whole snapshot up at a record that it
/// cannot read.
///
///     1 series | 2: length uvarint, version u8 (1), tombstones as in a block's file
///     3: exemplars as in type 4 of the log
public enum SnapshotRecord: Equatable, Sendable {
  /// Type 1; one series, with its open chunk if it has one.
  case series(SnapshotSeries)
  /// Type 2; all deletions of the head.
  case tombstones([Tombstone])
  /// Type 3; up to 10,000 exemplars.
  case exemplars([Exemplar])

  /// Decodes the whole of `payload`, the decompressed record at `offset` of its segment.
  public init(payload: RawSpan, at offset: Int) throws(DecodeError) {
    var cursor = ByteCursor(payload, ofRecordAt: offset, in: .snapshotRecord)
    let code = try cursor.uint8()
    switch RecordKind(rawValue: code) {
    case .series:
      cursor.section = .snapshotSeries
      self = .series(try SnapshotSeries(from: &cursor))
      guard cursor.isAtEnd else {
        throw cursor.failure(.trailingBytes(count: cursor.remaining))
      }
    case .tombstones:
      cursor.section = .snapshotTombstones
      self = .tombstones(try Self.tombstones(&cursor, at: offset))
    case .exemplars:
      var exemplars: [Exemplar] = []
      try ExemplarsRecord.decode(
        ByteCursor(payload, ofRecordAt: offset, in: .snapshotExemplars)
      ) { exemplars.append($0) }
      self = .exemplars(exemplars)
    case nil: throw cursor.failure(.unknownCode(found: code), at: 0)
    }
  }

  /// What a record holds.
  public var kind: RecordKind {
    switch self {
    case .series: .series
    case .tombstones: .tombstones
    case .exemplars: .exemplars
    }
  }

  /// The types of records, with their codes.
  public enum RecordKind: UInt8, Sendable, CaseIterable {
    case series = 1
    case tombstones = 2
    case exemplars = 3

    /// `snapshot_` and what the type of the log with the same content is called.
    public var name: String {
      switch self {
      case .series: "snapshot_series"
      case .tombstones: "snapshot_tombstones"
      case .exemplars: "snapshot_exemplars"
      }
    }
  }

  /// The deletions, behind their length.
  private static func tombstones(
    _ cursor: inout ByteCursor, at offset: Int
  ) throws(DecodeError) -> [Tombstone] {
    let bytes = try cursor.lengthPrefixed()
    guard cursor.isAtEnd else { throw cursor.failure(.trailingBytes(count: cursor.remaining)) }
    let start = cursor.position - bytes.byteCount
    var body = ByteCursor(bytes, ofRecordAt: offset, from: start, in: .snapshotTombstones)
    let version = try body.uint8()
    guard version == 1 else {
      throw body.failure(.unsupportedVersion(found: UInt64(version)), at: start)
    }
    var tombstones: [Tombstone] = []
    while !body.isAtEnd { tombstones.append(try Tombstone(from: &body)) }
    return tombstones
  }
}
