internal import TSDBFormat

/// What grew in a history, and why: every series born in it put to one account, and the accounts add up.
public struct Growth: Sendable {
  /// Series born after the history began.
  public let bornSeries: Int
  /// Those that took the place of others: rollouts, restarts, what comes and goes all the time.
  public let ordinarySeries: Int
  /// Those that nothing here explains.
  public let unexplainedSeries: Int
  /// What brought the others, most series first.
  public let causes: [GrowthCause]
  /// Who was born when.
  public let births: GrowthBirths
  /// Milliseconds between two scrapes, about.
  public let interval: Int64
  /// The first incident, as a metric and a label.
  public let explosion: Explosion?

  /// The causes that are incidents, by their number.
  public var incidents: [Int] { causes.indices.filter { causes[$0].isIncident } }

  /// Looks for what grew; nil where there is no history.
  public init?(
    of history: SeriesHistory, _ observation: GrowthObservation = GrowthObservation()
  ) {
    guard let found = GrowthHistory(history, observation) else { return nil }
    let search = GrowthSearch(found)
    let growth = search.growth
    let causes = GrowthSummary(growth).causes(search.drafts)
    let born = growth.births.count { $0 == .born || $0 == .returned }
    bornSeries = born
    ordinarySeries = search.ordinary.count
    self.causes = causes
    interval = growth.interval
    unexplainedSeries = born - search.ordinary.count - causes.reduce(0) { $0 + $1.series }
    births = GrowthBirths(growth, causes: causes.map(\.members), ordinary: search.ordinary)
    explosion = causes.first { $0.isIncident }.flatMap { Explosion($0, in: growth) }
  }

  /// What grew in what was read of a directory.
  public init?(of read: DirectoryHistory) {
    self.init(of: read.history, read.observation)
  }
}
