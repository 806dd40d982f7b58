internal import TSDBAnalysis
public import TSDBCheck
public import TSDBDiagnosis
internal import TSDBFormat
public import TSDBStore

/// A repair of a data directory: looked for in a folder of links, where it costs nothing; made in place
/// or in a copy; proven by another check and another prediction of the start.
public struct Repair: Sendable {
  /// How to go about it.
  public struct Options: Sendable {
    /// The server that will be started.
    public var startup = StartupOptions()
    /// How many tasks read at a time.
    public var jobs = 1
    /// Where steps are tried.
    public var temporaryFolder = "/tmp"
    /// What to do about a damaged log.
    public var strategy = RepairStrategy.skip
    /// True if a repair stays though a server would not start on the result.
    public var keepsFailure = false
    /// True if the copy of a directory shares index and chunks of blocks with it.
    public var linksBlocks = false
    /// What to do instead of what a plan finds: an operation on its own, whose result needs no proof.
    public var operation: (@Sendable (RepairContext) async throws(FileError) -> [RepairStep])?
    /// False for an operation on its own that is made without a look at the directory before and after:
    /// what a look costs grows with the series, and they may be what is wrong.
    public var isProven = true
    /// When it is, for the name of the quarantine: `20261121T134020Z`.
    public var time = ""
    /// Steps that were tried, and are no better than none.
    var vain: Set<StepName> = []
    /// True where chunks of a block that is written anew are joined though they only touch.
    var joinsTouching = false
    /// What is known of files; nil for who makes steps.
    var memory: RepairMemory?

    /// A server of the newest release.
    public init() {}
  }

  /// What the start of a server is about, before or after.
  public struct State: Equatable, Sendable {
    /// What the next start does.
    public var startup = StartupPrediction()
    /// False where nobody counted what it serves.
    public var isCounted = true
    /// Series that it serves.
    public var series = 0
    /// Samples that it serves: by the start after next, where the next one refuses.
    public var samples = 0
    /// What a check found, from warnings on.
    public var findings: [Finding] = []
    /// What can be read under the labels of its series, by metric, whether a server serves it or not.
    public var readable: [[UInt8]: MetricCount] = [:]
    /// Of that, what a server serves.
    public var served: [[UInt8]: MetricCount] = [:]
    /// What could not be looked at, one sentence each.
    public var unread: [String] = []

    /// Nothing.
    public init() {}
  }

  /// Series and samples of a metric.
  public struct MetricCount: Equatable, Sendable {
    /// Series.
    public var series = 0
    /// Samples.
    public var samples = 0

    /// As many.
    public init(series: Int = 0, samples: Int = 0) {
      self.series = series
      self.samples = samples
    }
  }

  /// Bytes of files before: all that came in is kept or dropped.
  public struct Account: Equatable, Sendable {
    /// Of all files before.
    public var before = 0
    /// Kept, as they were or in files written anew.
    public var kept = 0
    /// Left out; the steps say which.
    public var dropped = 0

    /// No bytes.
    public init() {}
  }

  /// Something that a copy has not, or not as a file.
  public struct LeftOut: Equatable, Sendable {
    /// The file or folder, relative to the directory.
    public let path: String
    /// One sentence.
    public let why: String
  }

  /// Another way to repair, and what it costs.
  public struct Alternative: Equatable, Sendable {
    /// Which way.
    public let strategy: RepairStrategy
    /// The steps.
    public let steps: [DoneStep]
    /// The directory after it.
    public let after: State
  }

  /// A repair that was planned, or made.
  public struct Result: Sendable {
    /// False where nobody looked at the directory before and after.
    public var isProven = true
    /// True for steps that mend what is wrong, false for an operation on its own.
    public var isRepair = true
    /// The steps, in order; none where nothing is to be done.
    public var steps: [DoneStep] = []
    /// What is lost by metric and target, and what stays.
    public var toll = Toll()
    /// Before.
    public var before = State()
    /// After.
    public var after = State()
    /// What is missing afterwards, sample by sample; nil where that was not looked at.
    var missing: SampleLoss?
    /// Samples that can be read in the directory before, by us.
    public var readable = 0
    /// False where every strategy makes the same steps.
    var hasOtherWays = true
    /// Steps that were tried, and are no better than none.
    var vain: Set<StepName> = []
    /// True where chunks are joined though they only touch.
    var joinsTouching = false
    /// Other ways; only of a plan.
    public var alternatives: [Alternative] = []
    /// Where the bytes went.
    public var account = Account()
    /// Bytes that are written, at most.
    public var neededBytes = 0
    /// The quarantine, relative to the directory; nil for a plan.
    public var quarantine: String?
    /// What of the directory is not in the copy, or still is a link in it.
    public var leftOut: [LeftOut] = []
    /// Names of extended attributes that some new file could not keep.
    public var lostAttributes: [String] = []

    /// What the server alone would have lost of what can be read.
    public var lostByServer: Int {
      before.startup.isRefusedForGood ? readable : before.startup.first.loss.samples
    }
    /// What is not served after the repair of what could be read before.
    public var lostByRepair: Int { max(0, readable - after.samples) }
    /// Samples that the steps themselves take away: those that can be read under their labels before and
    /// not after.
    public var lostBySteps: Int { steps.reduce(0) { $0 + $1.loss.samples } }
    /// True where something is lost that can be read before: it is not done unasked.
    public var losesData: Bool { steps.contains { !$0.loss.isNone } }
    /// True if the server comes up, and serves all that is left.
    public var succeeds: Bool { after.startup.first.outcome == .starts || isNoWorse }

    /// True where what the start still loses, or what goes wrong behind it, is nothing that a repair could mend:
    /// blocks that are too old, records that the release does not know.
    private var isNoWorse: Bool {
      let outcome = after.startup.first.outcome
      return (outcome == .startsWithLoss || outcome == .startsThenFails)
        && after.samples >= before.samples
    }
  }

  /// The directory.
  public let directory: DataDirectory
  /// How to go about it.
  public let options: Options

  /// A repair of `directory`.
  public init(of directory: DataDirectory, _ options: Options) {
    self.directory = directory
    self.options = options
  }

  /// The same repair, which remembers what it reads.
  func remembering(_ known: CheckedFiles?) -> Repair {
    var options = options
    options.memory = options.memory ?? RepairMemory(known ?? CheckedFiles())
    return Repair(of: directory, options)
  }

  /// The same repair, tried in the folder `temporary`.
  public func trying(in temporary: String) -> Repair {
    var options = options
    options.temporaryFolder = temporary
    return Repair(of: directory, options)
  }
}
