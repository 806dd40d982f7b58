public import TSDBAnalysis
public import TSDBCheck
public import TSDBFormat
public import TSDBStore

/// What the next start of Prometheus on a directory does: one value that the command line only prints.
public struct StartupPrediction: Equatable, Sendable {
  /// How a start ends.
  public enum Outcome: String, Sendable {
    /// The server comes up and serves all that can be read.
    case starts
    /// It comes up, and does not serve, or deletes, what can be read now.
    case startsWithLoss = "starts-with-loss"
    /// It ends with a fatal error.
    case refuses
    /// It comes up, loses nothing by that, and something goes wrong behind it: `later` says what.
    case startsThenFails = "starts-then-fails"
    /// It needs more memory than it may take.
    case outOfMemory = "out-of-memory"
    /// That depends on what could not be looked at.
    case unknown
  }

  /// What is dropped, deleted, or served under other series, of what can be read now.
  public struct Loss: Equatable, Sendable {
    /// Series of which no sample is left.
    public var series = 0
    /// Samples.
    public var samples = 0
    /// Segments of WAL and WBL that are deleted, cut, or passed over.
    public var segments = 0
    /// Bytes of files that are deleted, cut off, or passed over.
    public var bytes = 0
    /// When the samples are, in milliseconds since 1970; empty without any.
    public var timeRange = TimeRange()

    /// No loss.
    public init() {}
  }

  /// Series and samples of one metric.
  public struct Metric: Equatable, Sendable {
    /// Its name; empty for series that have none, and for samples whose series is not known.
    public let name: [UInt8]
    /// Series; of what is lost, those of which no sample is left.
    public let series: Int
    /// Samples.
    public let samples: Int

    /// The metrics of `counts`, in the order of names.
    public static func list(_ counts: [[UInt8]: ReplayComparison.Count]) -> [Metric] {
      counts.map { Metric(name: $0.key, series: $0.value.series, samples: $0.value.samples) }
        .sorted { $0.name.lexicographicallyPrecedes($1.name) }
    }
  }

  /// What one start does.
  public struct Start: Equatable, Sendable {
    /// How it ends.
    public var outcome = Outcome.starts
    /// What it logs as the fatal error; nil if it comes up.
    public var message: String?
    /// What is lost by it.
    public var loss = Loss()
    /// The same by metric, in the order of names.
    public var metrics: [Metric] = []
    /// Of what is lost, samples whose labels are gone, and those that come under the labels of others.
    public var unlabelled = 0
    /// Samples that stay in `chunks_head` under refs that the log does not define, once the server has cut it;
    /// new series get these refs, and the start after that serves the samples under them.
    public var waiting = ReplayComparison.Count()
    /// What a query over all time counts of each metric that the server serves; nil unless it was
    /// counted.
    public var served: [[UInt8]: ReplayComparison.Count]?
    /// Of that, what comes up under a metric that is not its own: it is counted under its own besides.
    public var borrowed: [[UInt8]: ReplayComparison.Count] = [:]
    /// Of that, samples that it counts once more, because a block has them twice; by metric.
    public var repeated: [[UInt8]: Int] = [:]
    /// Metrics of which such a query fails, in the order of names.
    public var failing: [[UInt8]] = []
    /// Files and folders that are deleted.
    public var deletes: [String] = []
    /// Files that are cut.
    public var truncates: [String] = []
    /// Files that are renamed, and the new names.
    public var renames: [[String]] = []
    /// What it logs on the way.
    public var warnings: [String] = []
    /// Why samples are lost, in words.
    public var reasons: [Message] = []
    /// What becomes of the first blocks that are joined behind it, where they cannot be.
    var blockCompaction: Later?
    /// What it may need of memory, where that is more than it may take.
    public var shortage: Shortage?
  }

  /// Memory that a replay may need, in bytes.
  public struct Shortage: Equatable, Sendable {
    /// What it takes.
    public let estimated: Int
    /// What it takes at most.
    public let sufficient: Int
    /// What it may take.
    public let limit: Int

    /// True where the estimate itself is more than the limit.
    public var isCertain: Bool { estimated > limit }
  }

  /// The release that is started.
  public var release = ServerBehaviour.newest.release
  /// The release whose known behaviour is predicted for it.
  public var version = ServerBehaviour.newest
  /// The next start.
  public var first = Start()
  /// The one after it, where it does something else.
  public var second: Start?
  /// What follows on the start that comes up, what comes first first.
  public var later: [Later] = []
  /// What a server does not get along with, though it can be read.
  public internal(set) var needs: Set<Need> = []
  /// What could not be looked at.
  public var unseen: [UnseenFile] = []
  /// True for an agent, which serves nothing.
  public internal(set) var isAgent = false
  /// What would keep the blocks that the retention deletes; nil where it deletes none.
  public internal(set) var retention: RetentionNeed?
  /// True where a server is running on the directory: `first` then is the start after it has ended.
  public var isRunning = false
  /// What the server may not use, and what belongs to others; nil where that does not count.
  public var access: AccessReview?
  /// What is left of the file system; nil where that does not count.
  public var space: FreeSpace?
  /// What was taken for granted.
  public var assumptions: [String] = []

  /// A start at which all is well.
  public init() {}
}
