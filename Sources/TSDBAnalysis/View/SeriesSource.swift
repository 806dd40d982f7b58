internal import TSDBFormat
internal import TSDBStore

/// The series of all blocks and of the head in label order, those of equal labels joined, in portions
/// for tasks.
struct SeriesSource {
  /// Samples that make a portion, about: half a millisecond of work or more, and little enough text
  /// that it is still in the cache when it is written.
  private static let portion = 1 << 13
  /// Chunks of a series from which on it is worked on in stretches.
  private static let longSeries = 1 << 10
  /// Samples of a chunk, as servers cut them.
  private static let samplesByChunk = 120

  private var blocks = BlockQueue()
  private var head: HeadStream?
  private var openingProblems: [FileError]
  /// Whether a long series is handed out in stretches.
  private var splitsLongSeries = true
  /// Stretches of a long series that were not handed out yet.
  private var stretches: [SeriesWork] = []

  /// The series that `options` ask for. Throws `FileError.system` if a temporary file cannot be used.
  init(_ directory: DataDirectory, _ options: SampleView.Options) async throws(FileError) {
    openingProblems = []
    splitsLongSeries = options.splitsLongSeries
    if options.readsBlocks {
      for (number, folder) in directory.servedBlocks(&openingProblems).enumerated() {
        let isDownsampled = (try? folder.meta.get())?.downsampledTo != nil
        if isDownsampled != (options.aggregate != nil) {
          if isDownsampled { openingProblems.append(folder.isDownsampled) }
          continue
        }
        let block = Block(folder)
        openingProblems += block.damage
        let stream = BlockStream(
          block, selectors: options.selectors, range: options.range,
          precedence: HeadSeries.precedences + number, aggregate: options.aggregate)
        if let stream { blocks.add(stream) }
      }
    }
    if options.readsHead, options.aggregate == nil {
      let replay = try await HeadReplay(
        directory,
        HeadReplay.Options(
          selectors: options.selectors, memory: options.maxMemory,
          folder: options.temporaryFolder, jobs: options.jobs,
          usesSnapshot: options.usesSnapshot))
      openingProblems += replay.problems
      head = try HeadStream(replay)
    }
  }

  /// The series of what `plan` names. Throws `FileError.system` if a temporary file cannot be used.
  init(_ plan: ReplayPlan, _ replay: HeadReplay) throws(FileError) {
    openingProblems = []
    for (number, folder) in plan.blocks.enumerated() {
      let block = Block(folder)
      openingProblems += block.damage
      let stream = BlockStream(
        block, selectors: [], range: TimeRange(minTime: .min, maxTime: .max),
        precedence: HeadSeries.precedences + number, goesByOrder: !plan.keepsAll, sorts: true)
      if let stream { blocks.add(stream) }
    }
    openingProblems += replay.problems
    head = try HeadStream(replay, keepsAll: plan.keepsAll)
  }

  /// What was wrong with the listing, the indices and the log.
  var problems: [FileError] { openingProblems + blocks.blocks.flatMap(\.damage) }

  /// Series for a task; none when there are none left. Throws `FileError.system` if the temporary file
  /// cannot be read.
  mutating func next() throws(FileError) -> [SeriesWork] {
    if !stretches.isEmpty { return [stretches.removeFirst()] }
    var works: [SeriesWork] = []
    var weight = 0
    while weight < Self.portion, let work = try nextSeries() {
      if splitsLongSeries, work.blockRuns.count >= Self.longSeries,
        !SampleMerge.areOutOfOrder(work.blockRuns)
      {
        stretches = Self.split(work)
        if works.isEmpty { return [stretches.removeFirst()] }
        return works
      }
      weight += work.blockRuns.count * Self.samplesByChunk + 64
      if let head = work.head { weight += head.part.events(at: head.place).count }
      works.append(work)
    }
    return works
  }

  /// The next series in label order, of all that have it.
  mutating func nextSeries() throws(FileError) -> SeriesWork? {
    var first = head?.next?.labels
    if let labels = blocks.labels, first.map({ labels.isOrdered(before: $0) }) ?? true {
      first = labels
    }
    guard let first else { return nil }
    var runs: [SampleRun] = []
    // A damaged index may have a series twice.
    while let own = blocks.next(with: first) { runs += own }
    var own: HeadStream.Series?
    if let next = head?.next, next.labels == first {
      own = next
      try head?.advance()
    }
    return SeriesWork(labels: first, blockRuns: runs, head: own)
  }

  /// Cuts a long series where no run crosses the cut.
  private static func split(_ work: SeriesWork) -> [SeriesWork] {
    let runs = work.runs.sorted { $0.range.minTime < $1.range.minTime }
    var stretches: [SeriesWork] = []
    var current: [SampleRun] = []
    var last = Int64.min
    for run in runs {
      if current.count >= longSeries / 4, run.range.minTime > last {
        stretches.append(SeriesWork(labels: work.labels, blockRuns: current, head: nil))
        current = []
      }
      current.append(run)
      last = max(last, run.range.maxTime)
    }
    stretches.append(SeriesWork(labels: work.labels, blockRuns: current, head: nil))
    return stretches
  }
}

extension BlockFolder {
  /// That no server reads its chunks.
  fileprivate var isDownsampled: FileError {
    let resolution = (try? meta.get())?.resolutionText ?? ""
    return .damaged(
      path: path,
      DecodeError(
        section: .block, offset: 0,
        problem: .malformed(
          why: "downsampled by Thanos to \(resolution): each of its chunks is five aggregates")))
  }
}

extension DataDirectory {
  /// The blocks that a server would have after its start, by time: those whose `meta.json` can be read,
  /// less those that another was made of and those that are marked as empty (tsdb/db.go,
  /// `reloadBlocks`). A block that was given as such is served whatever its `meta.json` says.
  func servedBlocks(_ problems: inout [FileError]) -> [BlockFolder] {
    guard kind != .block else { return blocks }
    var served: [(folder: BlockFolder, meta: BlockMeta)] = []
    var replaced: Set<ULID> = []
    for folder in blocks {
      switch folder.meta {
      case .success(let meta):
        served.append((folder, meta))
        replaced.formUnion(meta.compaction.parents.map(\.ulid))
      case .failure(let error):
        problems.append(error)
      }
    }
    return served.filter { !replaced.contains($0.meta.ulid) && !$0.meta.compaction.deletable }
      .sorted { ($0.meta.minTime, $0.meta.ulid) < ($1.meta.minTime, $1.meta.ulid) }
      .map(\.folder)
  }
}

extension [Label] {
  /// As Prometheus orders series (model/labels, `Compare`).
  func isOrdered(before other: [Label]) -> Bool {
    for (mine, theirs) in zip(self, other) where mine != theirs {
      if mine.name != theirs.name {
        return mine.name.lexicographicallyPrecedes(theirs.name)
      }
      return mine.value.lexicographicallyPrecedes(theirs.value)
    }
    return count < other.count
  }
}
