internal import TSDBFormat
public import TSDBStore

/// Reads the head and the blocks of a directory into one history of series.
public struct DirectoryHistory: Sendable {
  /// Which parts of a directory to read.
  public struct Parts: OptionSet, Sendable {
    /// The raw bits.
    public let rawValue: Int
    /// Parts by their bits.
    public init(rawValue: Int) { self.rawValue = rawValue }
    /// Checkpoint, WAL and WBL.
    public static let head = Parts(rawValue: 1)
    /// Blocks.
    public static let blocks = Parts(rawValue: 2)
    /// What repairs took out of the head and kept: a ledger needs it, and nothing else does.
    public static let quarantine = Parts(rawValue: 4)
  }

  /// The head as it was counted; its history holds the series of the blocks as well.
  public private(set) var head: HeadReader.Result
  /// Damage of the blocks' indices, tombstones and chunk headers, and what could not be looked at.
  public private(set) var blockProblems: [FileError] = []
  /// The head's own series, before those of blocks were added: their ids are 0 to this.
  public private(set) var headSeries: Int
  /// Distinct label pairs of the head's own series.
  public private(set) var headPairs: Int
  /// Series of the head that replay would keep.
  public private(set) var liveSeries: Int

  /// Milliseconds between two samples of a series of the head, on average; nil where there are too few.
  public private(set) var scrapeInterval: Int64?

  /// Names of targets that a repair cut out.
  private var cutTargets: Set<CutTargets.Name> = []

  /// Whether blocks were read.
  public private(set) var hasBlocks = false

  /// Whether something was deleted that may still lie there.
  public private(set) var hasTombstones: Bool

  /// All series.
  public var history: SeriesHistory { head.census.history }
  /// Damage, and what could not be looked at.
  public var problems: [FileError] { blockProblems + head.problems }

  /// The problems of the listing that concern `parts`, then those met while reading; what the
  /// listing says of a block is said again by whoever opens it.
  public func problems(withThoseOf directory: DataDirectory, _ parts: Parts) -> [FileError] {
    let listed = parts.contains(.head) ? directory.problems : directory.blocks.flatMap(\.damage)
    let met = problems
    return listed.without(met) + met
  }

  /// Reads `parts` of `directory` with `jobs` tasks at most; `progress` gets the bytes read as they
  /// are done.
  public static func read(
    _ directory: DataDirectory, parts: Parts, jobs: Int,
    progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) async -> DirectoryHistory {
    let head =
      parts.contains(.head)
      ? await HeadReader.read(directory, jobs: jobs, progress: progress)
      : await HeadReader.read([], minValidTime: directory.minValidTime, jobs: jobs)
    var read = DirectoryHistory(head)
    if parts.contains(.blocks) {
      for folder in directory.blocks { read.add(Block(folder), progress: progress) }
    }
    if parts.contains([.head, .quarantine]) {
      read.cutTargets = CutTargets(of: directory, read.history).names
    }
    return read
  }

  private mutating func add(_ block: Block, progress: (Int) -> Void) {
    blockProblems += block.damage
    if block.tombstones?.isEmpty == false { hasTombstones = true }
    guard let index = block.index else { return }
    hasBlocks = true
    blockProblems += BlockHistory.add(
      index, to: &head.census.history, progress: progress)
    let path = index.file.path
    blockProblems += (index.checkTables()?.damage ?? []).map { .damaged(path: path, $0) }
  }

  private init(_ head: HeadReader.Result) {
    self.head = head
    headSeries = head.census.history.series.count
    headPairs = head.census.history.pairs.count
    liveSeries = head.census.liveSeries
    hasTombstones = head.census.records[.tombstones] != nil
    scrapeInterval = Self.scrapeInterval(of: head.census)
  }

  /// The time that the series of a head lived, by the pauses between their samples.
  private static func scrapeInterval(of census: HeadCensus) -> Int64? {
    var lived = 0.0
    var series = 0
    census.history.series.forEachWithSamples { _, times in
      lived += Double(times.length)
      series += 1
    }
    let range = census.history.series.timeRange
    let pauses = census.samples + census.samplesInBlocks - series
    guard pauses > 0, !range.isEmpty else { return nil }
    let span = max(1, Double(range.length))
    let quiet = census.activity.gaps.reduce(0.0) { $0 + Double($1.length) }
    return Int64(exactly: (lived / Double(pauses) * max(0, 1 - quiet / span)).rounded(.down))
  }

  /// What is known of the history besides its series.
  public var observation: GrowthObservation {
    var observation = GrowthObservation()
    observation.interval = scrapeInterval
    observation.gaps = head.census.activity.gaps
    observation.headSeries = headSeries > 0 ? headSeries : nil
    observation.cutTargets = Set(cutTargets.map(\.value))
    // Blocks hold what was before the checkpoint; without them nobody knows.
    observation.uncertainSeries = hasBlocks ? 0 : head.census.checkpointSeries
    return observation
  }

  /// How many of `members` replay would keep in the head.
  public func liveSeries(among members: [SeriesTable.SeriesID]) -> Int {
    members.count {
      $0 < headSeries && history.series.times[Int($0)].maxTime >= head.census.minValidTime
    }
  }

  /// Puts another value of a label in the place of each for which `replacement` gives one. Whatever is
  /// counted from now on tells of those only; selectors still match what is on disk.
  public mutating func replaceValues(
    _ replacement: (_ name: [UInt8], _ value: [UInt8]) -> [UInt8]?
  ) {
    head.census.history.replaceValues(replacement)
    // What tells of a target may do so by a label that is left as it is.
    cutTargets.formUnion(
      cutTargets.compactMap { name in
        replacement(name.label, name.value).map { CutTargets.Name(label: name.label, value: $0) }
      })
  }

  /// Bytes that `read` goes through, for a progress bar.
  public static func bytesToRead(in directory: DataDirectory, parts: Parts) -> Int {
    var bytes = 0
    if parts.contains(.head) {
      bytes += ReplayOrder(directory).size
    }
    if parts.contains(.blocks) {
      bytes += directory.blocks.reduce(0) { $0 + ($1.index?.size ?? 0) }
    }
    return bytes
  }
}
