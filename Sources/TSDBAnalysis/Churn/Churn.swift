public import TSDBFormat
public import TSDBStore

/// What came and what went in a directory: blocks and head as one history.
public struct Churn: Sendable {
  /// What is looked at, and how it is told.
  public struct Options: Sendable {
    /// Only series that one of these selects; all if there are none.
    public var selectors: [Selector] = []
    /// First millisecond; that of the data if nil.
    public var minTime: Int64?
    /// Last millisecond; that of the data if nil.
    public var maxTime: Int64?
    /// Milliseconds in a bucket; chosen if nil.
    public var step: Int64?
    /// What births are told apart by.
    public var groupings: [ChurnGrouping] = [.metric, .label, .target]
    /// How many groups are told of each grouping.
    public var limit = 10
    /// How far back queries look.
    public var lookback = Lookback.since3

    /// All of it, told by metric, label and target.
    public init() {}
  }

  /// The groups of one grouping.
  public struct Table: Sendable {
    /// What they are told apart by.
    public let grouping: ChurnGrouping
    /// Those with the most births.
    public let churning: [ChurnGroup]
    /// Those that grew most from the beginning of the time looked at to its end.
    public let growing: [ChurnGroup]
  }

  /// The time that was looked at; empty without series.
  public let range: TimeRange
  /// Born, died and alive by the time; nil without series, or where the step is too small.
  public let buckets: ChurnBuckets?
  /// Series that were there in that time.
  public let series: Int
  /// How many of them were born before, and were not gone when it begins. With those that were born, less
  /// those that died, they are `aliveAtEnd` and `awayAtEnd`.
  public let earlier: Int
  /// Births in that time.
  public let born: Int
  /// How many of them may be older than the data.
  public let notLaterThan: Int
  /// Deaths in that time: series that a query does not find any more, for good.
  public let died: Int
  /// Series that a query finds at the end of that time.
  public let aliveAtEnd: Int
  /// Series that a query does not find then, but does later.
  public let awayAtEnd: Int
  /// Series that are counted nowhere, because tombstones delete every sample of them; 0 where nobody looked.
  public let deleted: Int
  /// Series that are counted nowhere, because a server serves none of their samples for other reasons, such as
  /// a block that it does not open; 0 where nobody looked.
  public let unserved: Int
  /// How long those lived that were born and died.
  public let lifetimes: Lifetimes
  /// The tables that were asked for.
  public let tables: [Table]
  /// Rollouts, by time.
  public let rollouts: [Rollout]
  /// What grew, and why, over all series and all times; nil where there is no history.
  public let growth: Growth?
  /// What was deployed near its onset.
  public let deploys: [Deploy]

  /// What exploded, if something did.
  public var explosion: Explosion? { growth?.explosion }

  /// Counts what was read, as far as first and last samples tell: a series is taken to be there from the one
  /// until the other is five minutes old. What grew is looked for unless somebody did so, and says what was
  /// found, or that nothing was.
  public static func make(
    of read: DirectoryHistory, options: Options, growth known: Growth?? = nil
  ) async -> Churn {
    await make(of: read, ChurnHistory(read, options), options, growth: known)
  }

  /// The same as instant queries find it: reads the samples around each end of a bucket again, through a view
  /// of `directory` that is limited in memory by `view`. Gives what was wrong with them as well. Throws
  /// `FileError.system` where a temporary file cannot be written.
  public static func make(
    of read: DirectoryHistory, in directory: DataDirectory, view: SampleView.Options,
    options: Options
  ) async throws -> (churn: Churn, problems: [FileError]) {
    var churn = ChurnHistory(read, options)
    var view = view
    view.selectors = options.selectors
    let question = PresenceQuestion(
      lookback: options.lookback, marks: [churn.start, churn.part.maxTime],
      grid: buckets(churn, options)?.instants, needsEnd: true)
    let (presence, problems) = try await Presence.read(
      directory, of: read.history, view: view, question)
    churn.presence = presence
    return (await make(of: read, churn, options, growth: nil), problems)
  }

  private static func buckets(_ churn: ChurnHistory, _ options: Options) -> ChurnBuckets? {
    ChurnBuckets(
      over: churn.part, step: options.step ?? ChurnBuckets.automaticStep(over: churn.part))
  }

  /// Counts it; the parts of it side by side.
  private static func make(
    of read: DirectoryHistory, _ churn: ChurnHistory, _ options: Options,
    growth known: Growth??
  ) async -> Churn {
    async let found = known ?? Growth(of: read)
    async let rollouts = Self.rollouts(churn)
    async let totals = Totals(churn, buckets(churn, options))
    let lives = churn.pairLives()
    var tables: [Table] = []
    await inOrder(options.groupings, jobs: options.groupings.count) { grouping in
      let top = ChurnGroups(churn, lives, by: grouping).top(options.limit)
      return Table(grouping: grouping, churning: top.churning, growing: top.growing)
    } take: {
      tables.append($0)
    }
    let growth = await found
    return await Churn(
      range: churn.part, totals: totals, tables: tables,
      rollouts: rollouts, growth: growth,
      deploys: growth?.explosion.map { DeploySearch.deploys(near: $0, in: churn, lives) } ?? [])
  }

  private static func rollouts(_ churn: ChurnHistory) -> [Rollout] {
    let search = RolloutSearch(churn)
    return search.rollouts(search.matches()).filter {
      $0.end >= churn.part.minTime && $0.start <= churn.part.maxTime
    }
  }

  private init(
    range: TimeRange, totals: Totals, tables: [Table], rollouts: [Rollout],
    growth: Growth?, deploys: [Deploy]
  ) {
    self.range = range
    buckets = totals.buckets
    series = totals.series
    born = totals.born
    notLaterThan = totals.notLaterThan
    died = totals.died
    earlier = totals.earlier
    aliveAtEnd = totals.aliveAtEnd
    awayAtEnd = totals.there - totals.aliveAtEnd
    (deleted, unserved) = totals.apart
    lifetimes = totals.lifetimes
    self.tables = tables
    self.rollouts = rollouts
    self.growth = growth
    self.deploys = deploys
  }

  /// The sums over all series.
  private struct Totals: Sendable {
    var buckets: ChurnBuckets?
    var series = 0
    var earlier = 0
    var born = 0
    var notLaterThan = 0
    var died = 0
    var aliveAtEnd = 0
    var there = 0
    let lifetimes: Lifetimes
    let apart: (deleted: Int, unserved: Int)

    init(_ churn: ChurnHistory, _ empty: ChurnBuckets?) {
      let range = churn.part
      var buckets = empty
      var lived: [Int64] = []
      var (series, earlier, born, notLaterThan, died) = (0, 0, 0, 0, 0)
      var (aliveAtEnd, there) = (0, 0)
      churn.forEach { _, life in
        let (isBorn, hasDied) = (life.isBorn(in: range), life.hasDied(in: range))
        guard isBorn || life.isEarlier(than: range) else { return }
        buckets?.add(life, within: range)
        series &+= 1
        if isBorn { born &+= 1 } else { earlier &+= 1 }
        if isBorn, life.isUncertain { notLaterThan &+= 1 }
        if life.isThere(atEndOf: range) { there &+= 1 }
        if life.isFoundAtEnd { aliveAtEnd &+= 1 }
        guard hasDied else { return }
        died &+= 1
        if isBorn, !life.isUncertain { lived.append(life.times.duration) }
      }
      buckets?.finish(found: churn.presence?.found)
      self.buckets = buckets
      (self.series, self.earlier, self.born, self.notLaterThan, self.died) = (
        series, earlier, born, notLaterThan, died
      )
      (self.aliveAtEnd, self.there) = (aliveAtEnd, there)
      lifetimes = Lifetimes(lived)
      apart = churn.countApart()
    }
  }
}
