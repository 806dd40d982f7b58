public import TSDBAnalysis
public import TSDBFormat

/// What a release of Prometheus does at its start, and others do otherwise: a row for each release whose
/// starts are known from real servers. One in between behaves as the one before it.
///
/// Whoever needs to know what a release does asks for a fact of its row; nobody else compares releases, but
/// for flags, which say themselves since when they are there (`ServerFlagTable`).
public struct ServerBehaviour: Sendable {
  /// Which release.
  public let release: PrometheusRelease

  // MARK: What it reads

  /// Records that zstd has packed (tsdb/wlog/wlog.go).
  public let readsZstd: Bool
  /// The newest types of records that it knows (tsdb/record/record.go); it passes over others.
  public let generation: RecordType.Generation

  // MARK: Blocks

  /// True if the error about a block that does not open names it (tsdb/db.go, `reloadBlocks`).
  let namesCorruptedBlocks: Bool
  /// True if several such errors are counted and stand in one line (tsdb/errors, `multiError`).
  let countsErrors: Bool
  /// True if a block stays that is exactly as old as the retention (tsdb/db.go, `BeyondTimeRetention`).
  let keepsBlocksAtRetention: Bool

  // MARK: The head

  /// How an error about `chunks_head` begins (tsdb/head.go, `Init`).
  let headChunksError: String
  /// True if a snapshot that is ahead of the WAL is deleted, and not loaded (tsdb/head.go, `Init`).
  let deletesSnapshotAhead: Bool
  /// True if damage of the WBL is repaired there; else the WAL is cut at its segment and offset
  /// (tsdb/db.go, `open`).
  let repairsLateLog: Bool
  /// True if it logs that the repair of the WAL succeeded.
  let tellsOfRepair: Bool
  /// What it says of `wal` that it cannot list before anything else.
  let firstLook: String

  // MARK: What it costs

  /// Bytes of the log of queries that are filled at the start, in whole pages (promql/query_logger.go).
  let queryLog: Int
  /// How it ends where there is no room for them.
  let queryLogError: String
  /// What a replay takes of memory.
  let costs: ReplayCosts

  /// Histograms with custom buckets, record types 9 and 10.
  public var readsCustomBuckets: Bool { generation >= .customBuckets }
  /// Samples with start timestamps, record types 11 to 13.
  public var readsStartTimes: Bool { generation >= .startTimes }
}

extension ServerBehaviour: CaseIterable {
  /// From the oldest to the newest.
  public static let allCases = [v2_42, v2_53, v3_5, v3_14]
  /// The newest.
  public static let newest = v3_14

  /// 2.42
  public static let v2_42 = ServerBehaviour(
    release: PrometheusRelease(2, 42),
    readsZstd: false, generation: .first,
    namesCorruptedBlocks: true, countsErrors: true, keepsBlocksAtRetention: true,
    headChunksError: "iterate on on-disk chunks: ", deletesSnapshotAhead: false,
    repairsLateLog: false, tellsOfRepair: false, firstLook: "migrate WAL: list sequence files",
    queryLog: 4 << 10, queryLogError: "fatal error: fault", costs: .v2_42)

  /// 2.53
  public static let v2_53 = ServerBehaviour(
    release: PrometheusRelease(2, 53),
    readsZstd: true, generation: .first,
    namesCorruptedBlocks: false, countsErrors: true, keepsBlocksAtRetention: false,
    headChunksError: "iterate on on-disk chunks: ", deletesSnapshotAhead: true,
    repairsLateLog: true, tellsOfRepair: true, firstLook: "remove tmp dirs",
    queryLog: 4 << 10, queryLogError: "fatal error: fault", costs: .v2_53)

  /// 3.5
  public static let v3_5 = ServerBehaviour(
    release: PrometheusRelease(3, 5),
    readsZstd: true, generation: .customBuckets,
    namesCorruptedBlocks: false, countsErrors: true, keepsBlocksAtRetention: false,
    headChunksError: "iterate on on-disk chunks: ", deletesSnapshotAhead: true,
    repairsLateLog: true, tellsOfRepair: true, firstLook: "remove tmp dirs",
    queryLog: 4 << 10, queryLogError: "fatal error: fault", costs: .v3_5)

  /// 3.14; what its replay takes of memory is not measured, and taken to be that of 3.5.
  public static let v3_14 = ServerBehaviour(
    release: PrometheusRelease(3, 14),
    readsZstd: true, generation: .startTimes,
    namesCorruptedBlocks: true, countsErrors: false, keepsBlocksAtRetention: false,
    headChunksError: "iterate on-disk chunks: ", deletesSnapshotAhead: true,
    repairsLateLog: true, tellsOfRepair: true, firstLook: "remove tmp dirs",
    queryLog: 20 << 10, queryLogError: "panic: Unable to create mmap-ed active query log",
    costs: .v3_5)
}

extension ServerBehaviour: Hashable, CustomStringConvertible {
  /// True for the same row.
  public static func == (left: Self, right: Self) -> Bool { left.release == right.release }

  /// By its release.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(release.major)
    hasher.combine(release.minor)
  }

  /// `2.42`
  public var description: String { release.description }
}

/// What came with a release that has no row of its own.
extension PrometheusRelease {
  /// The row that it is taken for: that of the newest release that is not newer, else the oldest.
  public var behaviour: ServerBehaviour {
    ServerBehaviour.allCases.last { !(self < $0.release) } ?? .v2_42
  }

  /// True if its configuration file may say how long blocks are kept.
  var readsRetentionOfConfiguration: Bool { !(self < PrometheusRelease(3, 10)) }

  /// True if it writes no series whose chunks do not follow one another (tsdb/index/index.go, `AddSeries`).
  var comparesChunksOfSeries: Bool { !(self < PrometheusRelease(2, 51)) }

  /// True if it writes the log of 2.0 to 2.3 anew as it starts (tsdb/wal.go, `MigrateWAL`, removed with 2.52).
  public var migratesOldLog: Bool {
    !(self < PrometheusRelease(2, 4)) && self < PrometheusRelease(2, 52)
  }

  /// True if it writes and reads the log of 2.0 to 2.3 itself.
  public var writesOldLog: Bool { self < PrometheusRelease(2, 4) }

  /// True if it can be started as an agent.
  var hasAgent: Bool { !(self < PrometheusRelease(2, 32)) }

  /// How far back its instant queries look (promql/engine.go).
  public var lookback: Lookback { major < 3 ? .before3 : .since3 }
}
