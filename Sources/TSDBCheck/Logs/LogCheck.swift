internal import Synchronization
internal import TSDBFormat
public import TSDBStore

/// The check of everything in a directory that is no block: lock, checkpoint, WAL, WBL, `chunks_head`,
/// chunk snapshots and what was left behind.
public enum LogCheck {
  /// Checks `directory` with `jobs` tasks at most; `progress` gets the bytes that were read.
  ///
  /// A server reads all of its log when it starts, and so does every level; those above `.quick`
  /// decode the samples of head chunks and snapshots besides.
  public static func run(
    _ directory: DataDirectory, level: CheckLevel, jobs: Int,
    progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) async -> CheckResult {
    var result = CheckResult()
    result.findings += lock(directory)
    let layout = Layout(directory)
    for folder in layout.folders {
      result.findings +=
        LogFolderCheck(folder, isReplayed: layout.isReplayed && folder == directory.wal).findings
    }
    let head = await HeadChunkCheck.run(
      directory.headChunks, minValidTime: directory.checkedMinValidTime, level: level, jobs: jobs,
      progress: progress)
    // What cannot be listed may define the series of all that follows.
    let isListed = !(directory.wal?.damage ?? directory.problems).contains(where: \.isUnread)
    let definesSeries = layout.definesSeries && isListed
    var records = LogRecordCheck(
      refs: HeadRefs(minValidTime: directory.checkedMinValidTime, chunks: head.refs),
      definesSeries: definesSeries, isAgent: directory.kind == .agent)
    let batches = BatchStore()
    await inOrder(layout.slices, jobs: jobs) { slice in
      var batch = batches.take()
      let decoded = DecodedSlice(slice, level: level, into: &batch)
      progress(slice.size)
      return decoded
    } take: { decoded in
      var decoded = decoded
      records.take(decoded)
      // More than one batch of records is so rare that it need not be fast.
      while let rest = decoded.rest {
        var batch = decoded.batch
        decoded = DecodedSlice(rest, level: level, into: &batch)
        records.take(decoded)
      }
      batches.give(decoded.batch)
    }
    records.finish()
    result.append(records.result)
    result.append(head.result)
    if definesSeries, !records.isUnread {
      result.findings += Self.join(head.refs, records)
    }
    result.findings += SnapshotCheck.findings(directory)
    result.findings += leftovers(directory)
    result.findings = LogCauses.fold(result.findings, of: directory)
    return result
  }

  /// Bytes that `run` reads, for a progress bar.
  public static func bytesToRead(in directory: DataDirectory) -> Int {
    Layout(directory).segments.reduce(directory.headChunks.totalSize) { $0 &+ $1.1.totalSize }
  }

  private static func lock(_ directory: DataDirectory) -> [Finding] {
    let path = directory.path + (directory.path.hasSuffix("/") ? "lock" : "/lock")
    switch directory.lock {
    case .absent: return []
    case .left:
      return [
        Finding(
          rule: .lockLeft, severity: .info, path: path,
          message: "nobody holds the lock: the last server did not stop in good order")
      ]
    case .held:
      return [
        Finding(
          rule: .lockHeld, severity: .info, path: path,
          message:
            "a server is running on the directory; what it has not finished writing is no damage"
        )
      ]
    case .inUse(let user):
      return [
        Finding(
          rule: .lockHeld, severity: .info, path: path,
          message:
            "\(name: user.text) has files of the directory open for writing, and holds no lock; what it "
            + "has not finished writing is no damage")
      ]
    case .unknown(let error): return [Finding(error, severity: .fatal)]
    }
  }

  private static func leftovers(_ directory: DataDirectory) -> [Finding] {
    directory.leftovers.filter { !$0.isBlockLeftover }.map {
      Finding(
        rule: .directoryLeftover, severity: .info, path: $0.path,
        message: "was being written or deleted when the server stopped; the next start deletes it")
    }
  }

  /// What the log says about the chunks of `chunks_head`: a server joins them by ref alone.
  private static func join(_ chunks: HeadChunkRefs, _ records: LogRecordCheck) -> [Finding] {
    var orphans: [HeadChunkRefs.Chunks] = []
    var foreign: [HeadChunkRefs.Chunks] = []
    for (ref, known) in chunks.chunks {
      if !records.refs.isDefined(ref) {
        orphans.append(known)
      } else if !records.isDamaged, let first = records.refs.firstTime(ofRefBornInLog: ref),
        first != .max, known.minTime < first
      {
        foreign.append(known)
      }
    }
    return finding(orphans, .chunksHeadRefsUnknown) {
      "\(count: $0, of: "chunks") of refs that no record of the log defines: a server passes over them"
    }
      + finding(foreign, .chunksHeadRefsForeign) {
        "\(count: $0, of: "chunks") are older than the series that has their ref: a server serves their samples "
          + "under that series"
      }
  }

  private static func finding(
    _ chunks: [HeadChunkRefs.Chunks], _ rule: Rule, _ message: (Int) -> Message
  ) -> [Finding] {
    guard let first = chunks.min(by: { ($0.path, $0.offset) < ($1.path, $1.offset) }) else {
      return []
    }
    let samples = chunks.reduce(0) { $0 &+ $1.samples }
    return [
      Finding(
        rule: rule, severity: .loss, path: first.path, offset: first.offset,
        message: message(chunks.reduce(0) { $0 &+ $1.count }),
        lost: "\(count: samples, of: "samples")")
    ]
  }
}

/// Batches whose records were taken in: their memory serves the slices that come, because memory that
/// is asked for anew comes page by page, and costs as much as what is done in it.
private final class BatchStore: Sendable {
  private let batches = Mutex<[RecordBatch]>([])

  /// A batch with memory, if one is left.
  func take() -> RecordBatch { batches.withLock { $0.popLast() } ?? RecordBatch() }

  /// Keeps the memory of a batch that nobody needs any more.
  func give(_ batch: RecordBatch) { batches.withLock { $0.append(batch) } }
}

/// Which folders of a directory hold what.
private struct Layout {
  /// The folders of logs.
  var folders: [SegmentFolder] = []
  /// The segments to read, in the order of replay.
  var segments: [(LogPart, [SegmentFile])] = []
  /// True where a server starts on the log.
  let isReplayed: Bool
  /// True where the segments that are there must define all series.
  let definesSeries: Bool

  init(_ directory: DataDirectory) {
    folders = [directory.wal, directory.wbl].compactMap(\.self)
    isReplayed = directory.kind == .server || directory.kind == .agent
    definesSeries = isReplayed || directory.kind == .segments && directory.wbl == nil
    let name = directory.path.split(separator: "/").last ?? ""
    if directory.kind == .segments, name.hasPrefix("chunk_snapshot.") {
      segments = [(.snapshot, directory.wal?.segments ?? [])]
    } else if directory.kind == .segments, name.hasPrefix("checkpoint.") {
      segments = [(.checkpoint, directory.wal?.segments ?? [])]
    } else {
      let checkpoint = directory.wal?.checkpoints.last
      let first = checkpoint.map { $0.number &+ 1 } ?? .min
      segments = [
        (.checkpoint, checkpoint?.segments ?? []),
        (.wal, directory.wal?.segments.filter { $0.number >= first } ?? []),
        (.wbl, directory.wbl?.segments ?? []),
        (.snapshot, directory.snapshots.last?.segments ?? []),
      ]
    }
  }

  /// What tasks read.
  var slices: [LogSlice] { segments.flatMap { LogSlice.all(of: $0.1, $0.0) } }
}

extension DataDirectory {
  /// Where the blocks end that hold all series of their time, in milliseconds: replay drops what is
  /// older (Prometheus: tsdb/db.go, `inOrderBlocksMaxTime`). `Int64.min` without blocks.
  fileprivate var checkedMinValidTime: Int64 {
    let ends = blocks.compactMap { block -> Int64? in
      guard case .success(let meta) = block.meta, !meta.compaction.isPartial else { return nil }
      return meta.maxTime
    }
    return ends.max() ?? .min
  }
}
