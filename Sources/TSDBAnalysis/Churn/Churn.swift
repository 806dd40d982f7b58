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
  /// Series that have samples in that time.
  public let series: Int
  /// Births in that time.
  public let born: Int
  /// How many of them may be older than the data.
  public let notLaterThan: Int
  /// Deaths in that time.
  public let died: Int
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

  /// Counts what was read; the parts of it side by side. What grew is looked for unless somebody did so,
  /// and says what was found, or that nothing was.
  public static func make(
    of read: DirectoryHistory, options: Options, growth known: Growth?? = nil
  ) async -> Churn {
    let churn = ChurnHistory(read, selectors: options.selectors)
    var range = churn.range
    if !range.isEmpty {
      range = TimeRange(
        minTime: max(options.minTime ?? .min, range.minTime),
        maxTime: min(options.maxTime ?? .max, range.maxTime))
    }
    let part = range
    async let found = known ?? Growth(of: read)
    async let rollouts = Self.rollouts(churn, part)
    async let totals = Totals(churn, part, step: options.step)
    let lives = churn.pairLives()
    let tables = await withTaskGroup(of: (Int, Table).self) { group in
      for (number, grouping) in options.groupings.enumerated() {
        group.addTask {
          let groups = ChurnGroups(churn, lives, by: grouping, range: part)
          let top = groups.top(options.limit)
          let table = Table(grouping: grouping, churning: top.churning, growing: top.growing)
          return (number, table)
        }
      }
      return await group.reduce(into: [Int: Table]()) { $0[$1.0] = $1.1 }
    }
    let growth = await found
    return await Churn(
      range: part, totals: totals, tables: tables.sorted { $0.key < $1.key }.map(\.value),
      rollouts: rollouts, growth: growth,
      deploys: growth?.explosion.map { DeploySearch.deploys(near: $0, in: churn, lives) } ?? [])
  }

  private static func rollouts(_ churn: ChurnHistory, _ range: TimeRange) -> [Rollout] {
    let search = RolloutSearch(churn)
    return search.rollouts(search.matches()).filter {
      $0.end >= range.minTime && $0.start <= range.maxTime
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
    var born = 0
    var notLaterThan = 0
    var died = 0
    let lifetimes: Lifetimes

    init(_ churn: ChurnHistory, _ range: TimeRange, step: Int64?) {
      var buckets = ChurnBuckets(
        over: range, step: step ?? ChurnBuckets.automaticStep(over: range))
      var lived: [Int64] = []
      var (series, born, notLaterThan, died) = (0, 0, 0, 0)
      churn.forEach { id, times in
        guard times.minTime <= range.maxTime, times.maxTime >= range.minTime else { return }
        let isUncertain = churn.isUncertain(id, times)
        let hasDied = churn.hasDied(times)
        buckets?.add(times, within: range, isUncertain: isUncertain, hasDied: hasDied)
        series &+= 1
        if times.minTime >= range.minTime {
          born &+= 1
          if isUncertain { notLaterThan &+= 1 }
        }
        guard hasDied, times.maxTime <= range.maxTime else { return }
        died &+= 1
        if !isUncertain, times.minTime >= range.minTime {
          lived.append(times.duration)
        }
      }
      buckets?.finish()
      self.buckets = buckets
      (self.series, self.born, self.notLaterThan, self.died) = (series, born, notLaterThan, died)
      lifetimes = Lifetimes(lived)
    }
  }
}
