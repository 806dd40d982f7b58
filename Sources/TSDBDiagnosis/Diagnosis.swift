public import TSDBAnalysis
public import TSDBFormat
public import TSDBStore

/// What is in a directory, what exploded in it, what it costs, what is damaged, and what to do next:
/// one value that the command line only prints.
public struct Diagnosis: Sendable {
  /// What lies in the directory.
  public let directory: DataDirectory
  /// The head, counted from checkpoint, WAL and WBL.
  public let head: Head
  /// The m-mapped chunks of the head.
  public let headChunks: HeadChunks
  /// First to last sample in blocks and head; empty where there are none.
  public let timeRange: TimeRange
  /// Distinct series of blocks and head together.
  public let series: Int
  /// Births of all series of blocks and head.
  public let timeline: BirthTimeline
  /// What grew, and why; nil where there is no history.
  public let growth: Growth?
  /// The metric and label that exploded, if any did: the first incident of `growth`.
  public let explosion: Explosion?
  /// What would have spared the server the explosion; nil where none was found.
  public internal(set) var proposals: Proposals?
  /// What a server needs to replay the head.
  public let memory: ReplayMemory
  /// What of it each cause of `growth` takes, in bytes.
  public let memoryOfCauses: [Int]
  /// Damage, and what could not be looked at.
  public let problems: [FileError]
  /// What the next start does.
  public var startup = StartupPrediction()
  /// The server whose start is predicted.
  let options: StartupOptions
  /// When servers were started and stopped on it, as far as its files tell.
  public let restarts: RestartTimeline
  /// What to do next.
  public internal(set) var actions: [Action] = []
  /// Series in the head, live or not, by the number of the incident that brought them.
  public let incidentSeriesInHead: [Int: Int]
  /// Series of the explosion that replay would keep in the head.
  public let explodedSeriesInHead: Int

  /// The head as a server would hold it after replay, counted.
  public struct Head: Sendable {
    /// Series with a sample that replay keeps.
    public let series: Int
    /// Distinct label pairs of all series met.
    public let pairs: Int
    /// All series that the log tells of, with those that replay drops at its end.
    public let load: HeadLoad
    /// Samples that replay keeps.
    public let samples: Int
    /// Times of these.
    public let timeRange: TimeRange
    /// Samples that replay drops because blocks hold their time.
    public let samplesInBlocks: Int
    /// Samples that are not newer than their series' last one: repeated, or out of order.
    public let samplesNotNewer: Int
    /// Samples whose series record is gone.
    public let samplesOfUnknownSeries: Int
    /// Samples in the WBL.
    public let outOfOrderSamples: Int
    /// Refs that stand for two series; a server mixes them.
    public let refsReused: Int
    /// Records by type.
    public let records: [RecordType: HeadCensus.RecordCount]
    /// Bytes that were stepped over because of damage.
    public let lostBytes: Int
  }

  /// A command to run next.
  public struct Action: Equatable, Sendable {
    /// Why.
    public let purpose: String
    /// The words of the command line.
    public let command: [String]
    /// What it loses; nil for one that only reads.
    public let loss: String?
  }
}

extension Diagnosis.Head {
  init(_ read: DirectoryHistory, _ load: HeadLoad) {
    let census = read.head.census
    series = read.liveSeries
    pairs = read.headPairs
    self.load = load
    samples = census.samples
    timeRange = census.timeRange
    samplesInBlocks = census.samplesInBlocks
    samplesNotNewer = census.samplesNotNewer
    samplesOfUnknownSeries = census.samplesOfUnknownSeries
    outOfOrderSamples = census.outOfOrderSamples
    refsReused = census.refsReused
    records = census.records
    lostBytes = read.head.lostBytes
  }
}
