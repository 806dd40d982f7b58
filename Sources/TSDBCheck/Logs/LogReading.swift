internal import TSDBFormat
internal import TSDBStore

/// What reading all records of a log and all chunks of `chunks_head` comes to: what takes long in the check of a
/// log, and depends on the content of its files alone.
struct LogReading: Sendable {
  /// What was found in `chunks_head`.
  var head: CheckResult
  /// What was found in the records.
  var records: CheckResult
  /// When the samples of the log are.
  let bins: TimeBins
  /// What the log says about the chunks of `chunks_head`.
  var joined: [Finding] = []
  /// False for a log whose series are elsewhere, or may be.
  let definesSeries: Bool
  /// True where something of checkpoint or WAL could not be read.
  let isDamaged: Bool
  /// The first sample of checkpoint and WAL that is in no block, in milliseconds.
  let firstTime: Int64
  /// When the samples are of the chunk that begins first of those that begin behind all blocks.
  let firstChunk: TimeRange?

  /// Reads the log of `directory`, or takes what `known` has of the same files.
  static func of(
    _ directory: DataDirectory, level: CheckLevel, jobs: Int, known: CheckedFiles?,
    progress: @escaping @Sendable (Int) -> Void
  ) async -> LogReading {
    guard let known, let key = CheckedFiles.LogKey(directory, level) else {
      return await read(directory, level: level, jobs: jobs, progress: progress)
    }
    if let reading = known.log(key, in: directory) {
      progress(LogCheck.bytesToRead(in: directory))
      return reading
    }
    let reading = await read(directory, level: level, jobs: jobs, progress: progress)
    known.keep(reading, key, in: directory)
    return reading
  }

  /// True for a directory whose segments must define all series; what cannot be listed may define others.
  static func definesSeries(_ directory: DataDirectory) -> Bool {
    (directory.kind == .server || directory.kind == .agent
      || directory.kind == .segments && directory.wbl == nil) && ReplayOrder(directory).isWhole
  }

  private static func read(
    _ directory: DataDirectory, level: CheckLevel, jobs: Int,
    progress: @escaping @Sendable (Int) -> Void
  ) async -> LogReading {
    let head = await HeadChunkCheck.run(
      directory.headChunks, minValidTime: directory.minValidTime, level: level, jobs: jobs,
      progress: progress)
    let definesSeries = definesSeries(directory)
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
    var reading = LogReading(
      head: head.result, records: records.result, bins: records.bins,
      definesSeries: definesSeries && !records.isUnread, isDamaged: records.isDamaged,
      firstTime: records.refs.firstTime,
      firstChunk: head.refs.first.map { TimeRange(minTime: $0.minTime, maxTime: $0.maxTime) })
    if reading.definesSeries { reading.joined = join(head.refs, records) }
    return reading
  }

  /// What tasks read; the failure of a segment that cannot be opened stands in its place.
  private static func slices(of directory: DataDirectory) -> [Result<SegmentSlice, FileError>] {
    LogCheck.parts(of: directory).flatMap { part, files in
      files.flatMap { file -> [Result<SegmentSlice, FileError>] in
        do throws(FileError) {
          return SegmentSlice.all(of: try MappedFile(path: file.path), part).map { .success($0) }
        } catch {
          return [.failure(error)]
        }
      }
    }
  }
}

extension LogReading {
  /// What the log says about the chunks of `chunks_head`: a server joins them by ref alone.
  fileprivate static func join(_ chunks: HeadChunkRefs, _ records: LogRecordCheck) -> [Finding] {
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
