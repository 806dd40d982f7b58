public import TSDBFormat
public import TSDBStore

/// All series and samples of a directory as a server would serve them: blocks and head joined, what
/// was deleted left out, one sample for each time (Prometheus: tsdb/db.go, `DB.Querier`).
public struct SampleView: Sendable {
  /// What is read.
  public struct Options: Sendable {
    /// Only series that one of these selects; all if there are none.
    public var selectors: [Selector]
    /// First millisecond.
    public var minTime: Int64
    /// Last millisecond.
    public var maxTime: Int64
    /// Whether the head is read.
    public var readsHead: Bool
    /// Whether the blocks are read.
    public var readsBlocks: Bool
    /// About how many bytes of samples of the head may be in memory; what is more goes to a temporary
    /// file.
    public var maxMemory: Int
    /// Where the temporary file goes.
    public var temporaryFolder: String
    /// How many tasks work at once.
    public var jobs: Int
    /// Whether the head comes from the last chunk snapshot and what follows it in the WAL, as for a
    /// server with `--enable-feature=memory-snapshot-on-shutdown`, or from the WAL alone.
    public var usesSnapshot: Bool

    /// What is read.
    public init(
      selectors: [Selector] = [], minTime: Int64 = .min, maxTime: Int64 = .max,
      readsHead: Bool = true, readsBlocks: Bool = true, maxMemory: Int = 1 << 30,
      temporaryFolder: String = "/tmp", jobs: Int = 1,
      usesSnapshot: Bool = false
    ) {
      self.selectors = selectors
      self.minTime = minTime
      self.maxTime = maxTime
      self.readsHead = readsHead
      self.readsBlocks = readsBlocks
      self.maxMemory = maxMemory
      self.temporaryFolder = temporaryFolder
      self.jobs = jobs
      self.usesSnapshot = usesSnapshot
    }

    /// Which aggregate is read of blocks that Thanos downsampled, and of no others; nil for the samples of all
    /// other blocks.
    public var aggregate: Aggregate?

    /// Whether a long series may come in several pieces.
    var splitsLongSeries = true

    var range: TimeRange { TimeRange(minTime: minTime, maxTime: maxTime) }
  }

  /// Appends a series' labels and some of its samples to the output.
  public typealias SampleFormat =
    @Sendable (_ labels: [Label], _ samples: SampleBatch, _ out: inout ByteBuffer) -> Void
  /// Appends a series' labels, and its first and last sample, to the output.
  public typealias SeriesFormat =
    @Sendable (_ labels: [Label], _ range: TimeRange, _ out: inout ByteBuffer) -> Void

  private let directory: DataDirectory
  private var options: Options

  /// A view of `directory`.
  public init(_ directory: DataDirectory, options: Options) {
    self.directory = directory
    self.options = options
  }

  /// Hands over all samples: series in label order, each with its samples in the order of time, in
  /// pieces that follow one another. `format` runs in tasks; `write` gets what it made in order.
  ///
  /// Gives what was wrong with the data. Throws what `write` throws, and `FileError.system` if a
  /// temporary file cannot be written or read.
  public func writeSamples(
    format: @escaping SampleFormat, to write: (borrowing ByteBuffer) throws -> Void
  ) async throws -> [FileError] {
    let range = options.range
    return try await run(to: write) { works, out in
      var problems: [FileError] = []
      for work in works {
        var merge = SampleMerge(range: range, asQueried: true)
        merge.merge(work.runs) { format(work.labels, $0, &out) }
        problems += merge.problems
      }
      return problems
    }
  }

  /// Hands over all series that have samples, in label order, each with the time of its first and last
  /// one as the headers of its chunks say; otherwise like `writeSamples`.
  public func writeSeries(
    format: @escaping SeriesFormat, to write: (borrowing ByteBuffer) throws -> Void
  ) async throws -> [FileError] {
    let wanted = options.range
    return try await run(to: write) { works, out in
      for work in works {
        var range = TimeRange()
        for run in work.runs where run.range.overlaps(wanted) { range.include(run.range) }
        if !range.isEmpty { format(work.labels, range, &out) }
      }
      return []
    }
  }

  /// Hands every series over as it lies there, with the runs that hold its samples: to tasks, neighbours in label
  /// order together, each series once. `body` gives what is wrong with their chunks; otherwise like
  /// `writeSamples`.
  func examineSeries(
    _ body: @escaping @Sendable ([SeriesWork]) -> [FileError]
  ) async throws -> [FileError] {
    var view = self
    view.options.splitsLongSeries = false
    return try await view.run(to: { _ in }) { works, _ in body(works) }
  }

  private func run(
    to write: (borrowing ByteBuffer) throws -> Void,
    _ body: @escaping @Sendable ([SeriesWork], inout ByteBuffer) -> [FileError]
  ) async throws -> [FileError] {
    var source = try await SeriesSource(directory, options)
    var problems = ProblemList()
    let window = max(options.jobs, 1) + 2
    try await withThrowingTaskGroup(of: Output.self) { group in
      var started = 0
      var written = 0
      var finished: [Int: Output] = [:]
      var spare: [ByteBuffer] = []
      while true {
        while started < written + window {
          let works = try source.next()
          guard !works.isEmpty else { break }
          let output = Output(number: started, bytes: spare.popLast() ?? ByteBuffer())
          group.addTask { output.filled(with: works, body) }
          started += 1
        }
        guard let output = try await group.next() else { break }
        finished[output.number] = output
        while var output = finished.removeValue(forKey: written) {
          try write(output.bytes)
          problems.add(output.problems)
          output.bytes.truncate(to: 0)
          spare.append(output.bytes)
          written += 1
        }
      }
    }
    return withListed(source.problems + problems.all)
  }

  /// `met`, and in front of it what the listing of the directory says of the parts that were read.
  private func withListed(_ met: [FileError]) -> [FileError] {
    let listed = options.readsHead ? directory.problems : directory.blocks.flatMap(\.damage)
    return listed.without(met) + met
  }
}

/// What a task makes of some series.
private struct Output: Sendable {
  let number: Int
  var bytes: ByteBuffer
  var problems: [FileError] = []

  func filled(
    with works: [SeriesWork], _ body: ([SeriesWork], inout ByteBuffer) -> [FileError]
  ) -> Output {
    var output = self
    output.problems += body(works, &output.bytes)
    return output
  }
}

/// Problems, up to a number that still says something, and all files that could not be looked at.
private struct ProblemList {
  private static let limit = 1000
  private(set) var all: [FileError] = []
  private var unread: Set<String> = []

  mutating func add(_ problems: [FileError]) {
    for problem in problems {
      if problem.isUnread {
        if unread.insert(problem.path).inserted { all.append(problem) }
      } else if all.count < Self.limit {
        all.append(problem)
      }
    }
  }
}

/// A series, or a stretch of one, that a task works on.
struct SeriesWork: Sendable {
  let labels: [Label]
  let blockRuns: [SampleRun]
  let head: HeadStream.Series?

  /// Where its samples are.
  var runs: [SampleRun] {
    guard let head else { return blockRuns }
    return head.replayed.runs(head.chunks) + blockRuns
  }
}
