public import TSDBFormat
public import TSDBStore

/// The head, the blocks, or both merged, looked at as one set of series: the tables of a block for
/// what is more, or less, than a block.
public struct HistoryAnalysis: Sendable {
  /// Distinct series that were looked at, selected or not.
  public let totalSeries: Int
  /// Series that were not looked at, because tombstones delete every sample of them; nil where nobody knows.
  public let deletedSeries: Int?
  /// First to last sample; empty where there are no series.
  public let range: TimeRange
  /// The tables of the selected series.
  public let cardinality: Cardinality

  /// All series, selected or not.
  public let history: SeriesHistory
  /// The selected series.
  public let members: [SeriesTable.SeriesID]

  /// Looks at what was read: of a head alone, the series that replay would keep, and of blocks and
  /// head, all. Series that no sample is left of are not counted, nor those without one in `wanted`; where
  /// a `presence` is given, nor those that tombstones delete whole, and with `isInstant` only those are that
  /// a query finds at its first instant.
  public init(
    of read: DirectoryHistory, parts: DirectoryHistory.Parts, selectors: [Selector], limit: Int,
    within wanted: TimeRange? = nil, presence: Presence? = nil, isInstant: Bool = false
  ) {
    let history = read.history
    let oldest = parts == .head ? read.head.census.minValidTime : .min
    var filter = HistoryFilter(selectors, history)
    var range = TimeRange()
    var members: [SeriesTable.SeriesID] = []
    var total = 0
    history.series.forEachWithSamples { series, times in
      guard times.maxTime >= oldest else { return }
      if let presence {
        if presence.isDeleted(series) { return }
        if isInstant, !presence.finds(series, atInstant: 0) { return }
      }
      if let wanted, times.maxTime < wanted.minTime || times.minTime > wanted.maxTime { return }
      total += 1
      range.include(max(times.minTime, oldest))
      range.include(times.maxTime)
      if filter.selects(series) { members.append(series) }
    }
    totalSeries = total
    deletedSeries = presence?.deleted
    self.range = range
    self.history = history
    self.members = members
    let pairs = HistoryPairs(history, members: members, range: range)
    cardinality = Cardinality(
      of: pairs, series: UInt64(members.count), range: range.duration,
      limit: limit, targets: Self.targets(of: members, in: history, limit: limit))
  }

  /// Takes a metric of the selected series apart; nil if there is none of that name. Beyond about
  /// `maxMemory` bytes its numbers are estimates, and say so.
  public func drillDown(
    metric: [UInt8], limit: Int, maxMemory: Int
  ) -> MetricDrillDown? {
    MetricDrillDown(history, metric: metric, members: members, limit: limit, maxMemory: maxMemory)
  }

  /// Who of the selected series uses a label; nil if nobody does.
  public func drillDown(label: [UInt8], limit: Int) -> LabelDrillDown? {
    LabelDrillDown(history, label: label, members: members, limit: limit)
  }

  private static func targets(
    of members: [SeriesTable.SeriesID], in history: SeriesHistory, limit: Int
  ) -> [Cardinality.TargetCount] {
    var job = LabelFinder("job", in: history)
    var instance = LabelFinder("instance", in: history)
    var counter = PairCounter()
    for series in members {
      let found = (
        job?.pair(of: series, in: history) ?? .max, instance?.pair(of: series, in: history) ?? .max
      )
      if found != (.max, .max) { counter.count(found.0, found.1) }
    }
    func text(_ pair: UInt32) -> [UInt8] {
      pair == .max ? [] : [UInt8](history.pairs.value(ofPair: pair))
    }
    return Cardinality.TargetCount.top(limit, of: counter, text: text)
  }
}

extension Cardinality.TargetCount {
  /// The targets of `counter` with the most series; ties by job, then instance.
  static func top(
    _ limit: Int, of counter: PairCounter, text: (UInt32) -> [UInt8]
  ) -> [Cardinality.TargetCount] {
    var found: [Cardinality.TargetCount] = []
    counter.forEach { job, instance, count in
      found.append(
        Cardinality.TargetCount(job: text(job), instance: text(instance), series: count))
    }
    found.sort {
      if $0.series != $1.series { return $0.series > $1.series }
      return $0.job == $1.job
        ? $0.instance.lexicographicallyPrecedes($1.instance)
        : $0.job.lexicographicallyPrecedes($1.job)
    }
    return Array(found.prefix(limit))
  }
}
