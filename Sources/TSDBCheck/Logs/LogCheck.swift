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
  /// What was read of the same files before is taken out of `known`.
  public static func run(
    _ directory: DataDirectory, level: CheckLevel, jobs: Int, now: Int64 = WallClock.now,
    known: CheckedFiles? = nil, progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) async -> CheckResult {
    await read(
      directory, level: level, jobs: jobs, now: now, known: known, progress: progress
    ).result
  }

  /// The same, with when the samples of the log are.
  static func read(
    _ directory: DataDirectory, level: CheckLevel, jobs: Int, now: Int64, known: CheckedFiles?,
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
    let read = await LogReading.of(
      directory, level: level, jobs: jobs, known: known, progress: progress)
    result.append(read.records)
    result.append(read.head)
    if isReplayed {
      result.findings +=
        OddTimes(
          directory, read.bins, usesChunks: read.head.findings.isEmpty, now: now
        ).findings
    }
    if read.definesSeries {
      result.findings += read.joined
      result.findings += Self.cutAhead(directory, read)
    }
    result.findings += SnapshotCheck.findings(directory)
    result.findings += leftovers(directory)
    result.findings += SurroundingsCheck.findings(directory)
    result.findings = LogCauses.fold(result.findings, of: directory)
    return (result, read.bins)
  }

  /// Bytes that `run` reads, for a progress bar.
  public static func bytesToRead(in directory: DataDirectory) -> Int {
    parts(of: directory).reduce(directory.headChunks.totalSize) { $0 &+ $1.files.totalSize }
  }

  /// What is read: all that a start reads, and the last snapshot, whether a server would take it or not. A
  /// folder of segments is what its name says.
  static func parts(
    of directory: DataDirectory
  ) -> [(part: LogPart, files: [SegmentFile])] {
    if directory.kind == .segments, [.checkpoint, .snapshot].contains(directory.ownPart) {
      return [(directory.ownPart, directory.wal?.segments ?? [])]
    }
    return ReplayOrder(directory).parts + [(.snapshot, directory.snapshots.last?.segments ?? [])]
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
  private static func cutAhead(_ directory: DataDirectory, _ read: LogReading) -> [Finding] {
    let begin = read.firstTime
    guard directory.kind == .server, let wal = directory.wal, let checkpoint = wal.checkpoints.last,
      wal.replayed.first?.number == wal.firstReplayed, wal.damage.isEmpty, !read.isDamaged,
      begin != .max, let first = read.firstChunk, first.maxTime < begin
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
}
