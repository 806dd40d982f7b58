public import PrometheusConfig
public import TSDBStore

/// What is to be changed about the series of a directory, in this order.
public struct SeriesChanges: Sendable {
  /// Series that leave.
  public var dropped: [Selector] = []
  /// Where there are any, only these stay.
  public var kept: [Selector] = []
  /// Rules and limits of jobs.
  public var configuration: PrometheusConfiguration?
  /// The only job whose rules and limits count; nil for all.
  public var job: String?
  /// Labels that are removed from all series.
  public var droppedLabels: [[UInt8]] = []

  /// No changes.
  public init() {}
}
