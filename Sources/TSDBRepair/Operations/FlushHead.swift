internal import Synchronization
public import TSDBAnalysis
public import TSDBDiagnosis
public import TSDBFormat
public import TSDBStore
internal import Wording

/// `surgery flush-head`: the head, as a server holds it after replay, as blocks of two hours.
///
/// Each block holds the samples of one stretch between multiples of two hours, in memory that does not
/// grow with them: the head is gone through once for each. A block ends with its stretch; the last one
/// ends behind the last sample, because a server takes no samples that are older than the end of its
/// blocks. Deleted samples are left out, late ones are in their place, and start timestamps are kept in
/// the encodings that have room for them.
public struct FlushHead: Sendable {
  /// Milliseconds of a block (`DefaultBlockDuration` in tsdb/db.go).
  public static let blockDuration: Int64 = 2 * 60 * 60 * 1000
  /// More blocks than this are no head that a server ever had.
  static let blockLimit = 5000

  /// What is asked for.
  public struct Options: Sendable {
    /// Series that are left out.
    public var dropped: [Selector] = []
    /// Labels that Thanos wants for the whole block; none for a server's own.
    public var externalLabels: [Label] = []
    /// When the blocks are made, in milliseconds since 1970.
    public var now: Int64
    /// How the head is read.
    public var view: SampleView.Options
    /// The release that shall read the blocks: each knows the encodings of those before it.
    public var version = ServerBehaviour.newest

    /// What is asked for.
    public init(now: Int64, view: SampleView.Options = SampleView.Options()) {
      self.now = now
      self.view = view
    }
  }

  /// A block that is to be written.
  public struct PlannedBlock: Equatable, Sendable {
    /// Its name.
    public let ulid: ULID
    /// First millisecond it covers, and the last one.
    public let range: TimeRange
  }

  /// What was written.
  public struct Report: Sendable {
    /// The blocks, by time.
    public var blocks: [BlockMeta] = []
    /// What was wrong with chunks.
    public var problems: [FileError] = []
    /// Histograms whose buckets do not fit their spans, which no block can hold.
    public var leftOut = 0
    /// Histograms with custom buckets, which a release before 3.0 takes for exponential ones.
    public var custom = 0
    /// Start timestamps that the release has no encoding for.
    public var startTimes = 0
  }

  private final class Written: Sendable {
    let report = Mutex(Report())
  }

  /// The blocks, by time.
  public let blocks: [PlannedBlock]
  /// What is wrong with the head.
  public let problems: [FileError]
  private let written = Written()
  /// What `--drop` leaves out, by metric and target, and what it keeps.
  public let toll: Toll
  /// Of the selectors of what is left out, those that select no series with samples.
  public let idle: [Selector]
  /// Exemplars and metadata, which no block has.
  private let notes: NoteCount
  private let dropped: Loss
  private let encodings: KnownEncodings
  private let view: HeadChunkView
  private let options: Options
  private let size: Int

  /// Reads the head of `directory`. Throws `RepairError.refused` where its samples are spread over more
  /// time than a head has.
  public init(
    _ directory: DataDirectory, _ options: Options
  ) async throws(RepairError) {
    var options = options
    options.view.selectors = []
    self.options = options
    do {
      view = try await HeadChunkView(
        directory, excluded: options.dropped, options: options.view)
      problems = view.problems
      encodings = KnownEncodings(
        startTimes: options.version.readsStartTimes,
        customBuckets: options.version.readsCustomBuckets)
      (dropped, toll, idle) = try await DroppedSeries.count(directory, options, besides: view)
      notes = try NoteCount(of: directory)
      let windows = try view.windows(of: Self.blockDuration)
      try Self.refuseEndsOfTime(windows)
      guard windows.count <= Self.blockLimit else {
        throw RepairError.refused(
          "the samples of the head are spread over \(Units.count(windows.count)) stretches of two hours, which no "
            + "server's head is; look at their times first")
      }
      var random = SystemRandomNumberGenerator()
      blocks = windows.enumerated().map { index, times in
        let start = times.minTime.floored(to: Self.blockDuration)
        let isLast = index == windows.count - 1
        return PlannedBlock(
          ulid: ULID(milliseconds: options.now, random: &random),
          range: TimeRange(
            minTime: start,
            maxTime: isLast
              ? times.maxTime : (Timestamp(start) + (Self.blockDuration &- 1)).milliseconds))
      }
      size = Self.bytes(of: directory)
    } catch let error as RepairError {
      throw error
    } catch let error as FileError {
      throw .file(error)
    } catch {
      throw .refused("\(error)")
    }
  }

  /// No block can hold what lies at the ends of time: its end is the millisecond behind its last sample,
  /// and servers subtract durations from it.
  private static func refuseEndsOfTime(_ windows: [TimeRange]) throws(RepairError) {
    let bearable: ClosedRange<Int64> = (-1 << 62)...(1 << 62)
    guard
      let window = windows.first(where: {
        !bearable.contains($0.minTime) || !bearable.contains($0.maxTime)
      })
    else {
      return
    }
    throw .refused(
      "the head has samples from \(window.minTime) to \(window.maxTime) milliseconds, which no block "
        + "can hold; take their series out with --drop, or with `surgery drop-series`")
  }

  /// What the blocks take at most, all together: no more than the head they are made of.
  private static func bytes(of directory: DataDirectory) -> Int {
    let checkpoint = directory.wal?.checkpoints.last?.size ?? 0
    return 4 * (checkpoint + (directory.wal?.size ?? 0)) + directory.headChunks.totalSize
      + (directory.wbl?.size ?? 0)
  }

  /// What was written so far.
  public var report: Report { written.report.withLock { $0 } }

  /// The step that puts the blocks into `directory` and takes the head out of it: `wal`, `wbl`,
  /// `chunks_head` and snapshots together.
  public func step(_ directory: DataDirectory) throws(FileError) -> RepairStep {
    if let foreign = directory.foreignLog { throw foreign }
    let names = try FolderListing.entries(of: directory.path).map(\.name).filter {
      ["wal", "wbl", "chunks_head"].contains($0) || $0.hasPrefix("chunk_snapshot.")
    }
    return RepairStep(
      operation: .flushHead,
      why: "the head goes into \(Units.count(blocks.count)) blocks, and then leaves", loss: loss,
      toll: toll,
      changes: changes + names.map { DirectoryChange($0, .remove) }, countedLoss: { loss })
  }

  /// What is not in the blocks: what `--drop` leaves out, and what no chunk can hold, as far as they are
  /// written. Exemplars and metadata are in no block.
  public var loss: Loss {
    let report = report
    var loss = dropped
    loss.samples += report.leftOut + report.custom
    if loss.samples > 0, loss.series == 0 { loss.series = 1 }
    (loss.exemplars, loss.metadata) = (notes.exemplars, notes.metadata)
    return loss
  }

  /// One new folder for each block.
  public var changes: [DirectoryChange] {
    blocks.enumerated().map { index, block in
      DirectoryChange(
        block.ulid.description,
        .folder(size: index == 0 ? size : 0) { folder throws(FileError) in
          try write(block, to: folder)
        })
    }
  }

  /// Writes the blocks into the new folder `path`, which must not exist.
  public func write(
    toNew path: String, _ operations: FileOperations = FileOperations()
  ) throws(RepairError) {
    guard !FileStatus.exists(path) else {
      throw .refused("\(path) exists; give the name of a new folder")
    }
    try repairing { () throws(FileError) in try operations.createFolder(path) }
    do throws(FileError) {
      for block in blocks {
        let name = Path.join(path, block.ulid.description)
        // Servers remove a folder of this name, should this end here.
        let folder = try FolderSink(name + ".tmp-for-creation", operations)
        try write(block, to: folder)
        try folder.finish()
        try operations.rename(name + ".tmp-for-creation", to: name)
      }
      try operations.syncFolder(path)
    } catch {
      try? operations.removeTree(path)
      throw .file(error)
    }
  }

  private func write(_ block: PlannedBlock, to folder: FolderSink) throws(FileError) {
    var sequence = try view.chunks(in: block.range, for: encodings)
    let meta = try BlockWriter.write(
      to: folder, temporaryFolder: options.view.temporaryFolder
    ) { () throws(FileError) in
      try sequence.next()
    } meta: { writer in
      BlockMeta(
        ulid: block.ulid, minTime: block.range.minTime, maxTime: block.range.end,
        stats: writer.stats,
        compaction: BlockMeta.Compaction(level: 1, sources: [block.ulid]), extras: extras)
    }
    let made = sequence
    written.report.withLock { report in
      // The changes may be tried before they are made.
      if report.blocks.contains(where: { $0.ulid == meta.ulid }) { return }
      report.blocks.append(meta)
      report.problems += made.problems
      report.leftOut += made.leftOut
      report.custom += made.custom
      report.startTimes += made.startTimes
    }
  }

  /// What Thanos needs to take a block up (pkg/block/metadata in its repository).
  private var extras: [BlockMeta.Extra] {
    guard !options.externalLabels.isEmpty else { return [] }
    let labels = options.externalLabels.map { label in
      let name = BlockMeta.quoted(String(decoding: label.name, as: UTF8.self))
      return "\(name): \(BlockMeta.quoted(String(decoding: label.value, as: UTF8.self)))"
    }
    let json =
      "{\n\t\t\"version\": 1,\n\t\t\"labels\": {\n\t\t\t"
      + labels.joined(separator: ",\n\t\t\t")
      + "\n\t\t},\n\t\t\"downsample\": {\n\t\t\t\"resolution\": 0\n\t\t},\n"
      + "\t\t\"source\": \"epimetheus\"\n\t}"
    return [BlockMeta.Extra(key: "thanos", json: json)]
  }
}
