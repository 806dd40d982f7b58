public import TSDBFormat

/// A metric whose series multiplied, the label that did it, and since when: the first incident of a ledger,
/// told by the metric with the most of its births.
public struct Explosion: Equatable, Sendable {
  /// A scrape target and how many of the series it exposed.
  public struct Target: Equatable, Sendable {
    /// Its `job` and `instance`, those that the series have.
    public let labels: [Label]
    /// Series born since the onset.
    public let series: Int
  }

  /// Name of the metric with the most births.
  public let metric: [UInt8]
  /// The metric without `_bucket`, `_sum`, `_count`.
  public let family: [UInt8]
  /// The label whose values multiplied; `__name__` where metric names themselves did.
  public let label: [UInt8]
  /// True where no series of the metric had that label before.
  public let isNewLabel: Bool
  /// Series born of it.
  public let series: Int
  /// Distinct values of the label among them.
  public let values: Int
  /// Some of the values, in the order they came.
  public let examples: [[UInt8]]
  /// First sample of the first series, in milliseconds.
  public let onset: Int64
  /// True where the data begins in the middle of it: it began no later than `onset`.
  public let isOngoingAtStart: Bool
  /// First sample of the last series born, in milliseconds.
  public let lastBirth: Int64
  /// Series of the metric that were alive just before the onset.
  public let seriesBefore: Int
  /// All series that were alive just before the onset.
  public let allSeriesBefore: Int
  /// Who exposed them, most series first.
  public let targets: [Target]
  /// The series themselves, by id.
  public let members: [SeriesTable.SeriesID]
  /// Births of series with the label over the whole history.
  public let timeline: BirthTimeline

  /// Series born per second, from the onset to the last birth.
  public var seriesPerSecond: Double {
    let milliseconds = Double(lastBirth) - Double(onset)
    return milliseconds > 0 ? Double(series) * 1000 / milliseconds : Double(series)
  }
}

extension Explosion {
  /// The first incident of what grew in `history`, as a metric and a label; nil where nothing did.
  public static func find(
    in history: SeriesHistory, _ observation: GrowthObservation = GrowthObservation()
  ) -> Explosion? {
    Growth(of: history, observation)?.explosion
  }
}
