internal import TSDBFormat
internal import TSDBStore

/// The head as a server would hold it after replay: its series in label order, and for each what
/// happens to it (Prometheus: tsdb/head_wal.go, `loadWAL`, `loadWBL`).
///
/// The log is read twice: first its series, then, when it is known where each series stands, its
/// samples.
struct HeadReplay {
  /// The series.
  let list: HeadSeriesList
  /// The chunks of `chunks_head`.
  let chunks: HeadChunkIndex
  /// What happens to the series.
  var events: HeadEvents
  /// Damage, and files that could not be looked at.
  var problems: [FileError]
  /// Samples of refs that no series record defines.
  let strays: StrayRefs
  /// What the refs stand for at the end.
  let refs: RefBindings
  /// Series that lost their ref to another.
  let replaced: [Replaced]

  /// A series whose ref another took. The lists of its labels still hold the ref: a server answers
  /// queries for it with the other, which has other labels.
  struct Replaced: Equatable, Sendable {
    /// Its place among all series.
    let rank: Int
    /// The place of the one that has its ref.
    let holder: Int
  }

  /// What to read, and how much memory it may take.
  struct Options: Sendable {
    var selectors: [Selector]
    /// Series that one of these selects are left out.
    var excluded: [Selector] = []
    var memory: Int
    var folder: String
    var jobs: Int
    /// Whether the last chunk snapshot is read, as a server does that has
    /// `--enable-feature=memory-snapshot-on-shutdown`.
    var usesSnapshot: Bool
  }

  /// Replays what `plan` names. Throws `FileError.system` if a temporary file is needed and cannot be
  /// written.
  init(_ plan: ReplayPlan, _ options: Options) async throws(FileError) {
    var problems: [FileError] = []
    let slices = plan.slices(&problems)
    let chunks = HeadChunkIndex(
      plan.headChunks, minValidTime: plan.minValidTime, keepsAll: plan.keepsAll)
    try await self.init(
      slices, chunks, minValidTime: plan.minValidTime, keepsAll: plan.keepsAll, problems, options)
  }

  /// Reads the head of `directory`. Throws `FileError.system` if a temporary file is needed and cannot
  /// be written.
  init(_ directory: DataDirectory, _ options: Options) async throws(FileError) {
    var problems: [FileError] = []
    let slices = HeadLog.slices(
      of: directory, usesSnapshot: options.usesSnapshot, problems: &problems)
    let chunks = HeadChunkIndex(directory.headChunks, minValidTime: directory.minValidTime)
    try await self.init(
      slices, chunks, minValidTime: directory.minValidTime, keepsAll: false, problems, options)
  }

  private init(
    _ slices: [SegmentSlice], _ chunks: HeadChunkIndex, minValidTime: Int64, keepsAll: Bool,
    _ problems: [FileError], _ options: Options
  ) async throws(FileError) {
    let list = await HeadSeriesList.read(
      slices, selectors: options.selectors, excluded: options.excluded, jobs: options.jobs)
    var log = LogReplay(list, chunks, minValidTime: minValidTime, options)
    log.keepsAll = keepsAll
    try await LogPass.run(slices, jobs: options.jobs, make: LogPass.Records.init) {
      records, slice throws(FileError) in try log.replay(records.batch, of: slice)
    }
    self.list = list
    self.chunks = chunks
    self.problems = problems + list.problems + chunks.problems + log.problems + log.strays
    strays = log.strayRefs
    refs = log.refs
    replaced = log.replacedSeries()
    events = try log.finish()
  }
}
