internal import TSDBFormat
public import TSDBStore

/// The check of everything in a directory that is no block: lock, checkpoint, WAL, WBL, `chunks_head`,
/// chunk snapshots and what was left behind.
public enum LogCheck {
  /// Checks `directory` with `jobs` tasks at most; `progress` gets the bytes that were read.
  ///
  /// A server reads all of its log when it starts, and so does every level; those above `.quick`
  /// decode the samples of head chunks and snapshots besides. `now` is the time against which samples are of
  /// the future.
  public static func run(
    _ directory: DataDirectory, level: CheckLevel, jobs: Int, now: Int64 = WallClock.now,
    progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) async -> CheckResult {
    await read(directory, level: level, jobs: jobs, now: now, progress: progress).result
  }

  /// The same, with when the samples of the log are.
  static func read(
    _ directory: DataDirectory, level: CheckLevel, jobs: Int, now: Int64,
    progress: @escaping @Sendable (Int) -> Void
  ) async -> (result: CheckResult, bins: TimeBins) {
    var result = CheckResult()
    result.findings += lock(directory)
    let isReplayed = directory.kind == .server || directory.kind == .agent
    result.findings += [directory.oldLog, directory.foreignLog].compactMap {
      $0.map { Finding($0) }
    }
    for folder in [directory.wal, directory.wbl].compactMap(\.self) {
      result.findings +=
        LogFolderCheck(folder, isReplayed: isReplayed && folder == directory.wal).findings
    }
    let head = await HeadChunkCheck.run(
      directory.headChunks, minValidTime: directory.minValidTime, level: level, jobs: jobs,
      progress: progress)
    // The segments that are there must define all series; what cannot be listed may define others.
    let definesSeries =
      (isReplayed || directory.kind == .segments && directory.wbl == nil)
      && ReplayOrder(directory).isWhole
    var records = LogRecordCheck(
      refs: HeadRefs(minValidTime: directory.minValidTime, chunks: head.refs),
      definesSeries: definesSeries, isAgent: directory.kind == .agent)
    let batches = Spare { RecordBatch() }
    await inOrder(slices(of: directory), jobs: jobs) { slice in
      slice.map { slice in
        var batch = batches.take()
        let decoded = DecodedSlice(slice, level: level, into: &batch)
        progress(slice.size)
        return decoded
      }
    } take: { result in
      switch result {
      case .success(var decoded):
        records.take(decoded)
        // More than one batch of records is so rare that it need not be fast.
        while let rest = decoded.rest {
          var batch = decoded.batch
          decoded = DecodedSlice(rest, level: level, into: &batch)
          records.take(decoded)
        }
        batches.give(decoded.batch)
      case .failure(let failure): records.take(unread: failure)
      }
    }
    records.finish()
    result.append(records.result)
    result.append(head.result)
    if isReplayed {
      result.findings +=
        OddTimes(
          directory, records.bins, usesChunks: head.result.findings.isEmpty, now: now
        ).findings
    }
    if definesSeries, !records.isUnread {
      result.findings += Self.join(head.refs, records)
      result.findings += Self.cutAhead(directory, head.refs, records)
    }
    result.findings += SnapshotCheck.findings(directory)
    result.findings += leftovers(directory)
    result.findings += SurroundingsCheck.findings(directory)
    result.findings = LogCauses.fold(result.findings, of: directory)
    return (result, records.bins)
  }

  /// Bytes that `run` reads, for a progress bar.
  public static func bytesToRead(in directory: DataDirectory) -> Int {
    parts(of: directory).reduce(directory.headChunks.totalSize) { $0 &+ $1.files.totalSize }
  }

  /// What is read: all that a start reads, and the last snapshot, whether a server would take it or not. A
  /// folder of segments is what its name says.
  private static func parts(
    of directory: DataDirectory
  ) -> [(part: LogPart, files: [SegmentFile])] {
    if directory.kind == .segments, [.checkpoint, .snapshot].contains(directory.ownPart) {
      return [(directory.ownPart, directory.wal?.segments ?? [])]
    }
    return ReplayOrder(directory).parts + [(.snapshot, directory.snapshots.last?.segments ?? [])]
  }

  /// What tasks read; the failure of a segment that cannot be opened stands in its place.
  private static func slices(of directory: DataDirectory) -> [Result<SegmentSlice, FileError>] {
    parts(of: directory).flatMap { part, files in
      files.flatMap { file -> [Result<SegmentSlice, FileError>] in
        do throws(FileError) {
          return SegmentSlice.all(of: try MappedFile(path: file.path), part).map { .success($0) }
        } catch {
          return [.failure(error)]
        }
      }
    }
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

  /// A log that was cut at a time behind the end of the newest block, which a server does only once the block of
  /// that time is there (tsdb/db.go, `compactHead`, then `truncateWAL`): what lies between is left as far as
  /// `chunks_head` has it. So it is where the parts of a directory were copied one after the other.
  private static func cutAhead(
    _ directory: DataDirectory, _ chunks: HeadChunkRefs, _ records: LogRecordCheck
  ) -> [Finding] {
    let begin = records.refs.firstTime
    guard directory.kind == .server, let wal = directory.wal, let checkpoint = wal.checkpoints.last,
      wal.replayed.first?.number == wal.firstReplayed, wal.damage.isEmpty, !records.isDamaged,
      begin != .max, let first = chunks.first, first.maxTime < begin
    else { return [] }
    let end = directory.minValidTime
    var message: Message = ""
    if end != .min { message = "the newest block ends at \(time: end); " }
    message +=
      "the log was cut up to \(time: begin), and chunks_head has chunks from \(time: first.minTime) on: the "
      + "block with what lies between is not here"
    return [
      Finding(
        rule: .walCutAhead, path: checkpoint.path, message: message,
        lost: "samples from \(time: first.minTime) to \(time: begin), but those in chunks_head")
    ]
  }

  /// What the log says about the chunks of `chunks_head`: a server joins them by ref alone.
  private static func join(_ chunks: HeadChunkRefs, _ records: LogRecordCheck) -> [Finding] {
    var orphans: [HeadChunkRefs.Chunks] = []
    var foreign: [HeadChunkRefs.Chunks] = []
    for (ref, known) in chunks.chunks {
      if !records.refs.isDefined(ref) {
        orphans.append(known)
      } else if !records.isDamaged, let first = records.refs.firstTime(ofRefBornInLog: ref),
        first != .max, known.firstEnd < first
      {
        foreign.append(known)
      }
    }
    return aheadFinding(records.refs.ahead)
      + finding(orphans, .chunksHeadRefsUnknown) {
        "\(count: $0, of: "chunks") of refs that no record of the log defines: a server passes over them"
      }
      + finding(foreign, .chunksHeadRefsForeign) {
        "\(count: $0, of: "chunks") are older than the series that has their ref: a server serves their samples "
          + "under that series"
      }
  }

  /// Samples of the log that replay passes over, because the first chunk of their series is newer.
  private static func aheadFinding(_ chunks: [HeadChunkRefs.Chunks]) -> [Finding] {
    guard let first = chunks.min(by: { ($0.path, $0.offset) < ($1.path, $1.offset) }) else {
      return []
    }
    return [
      Finding(
        rule: .chunksHeadRefsAhead, severity: .loss, path: first.path, offset: first.offset,
        message:
          "the log has samples of \(count: chunks.count, of: "series") from before their first chunk, which replay "
          + "passes over: the chunks that held them are gone",
        lost: "samples before the first chunk of \(count: chunks.count, of: "series")")
    ]
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
