public import TSDBFormat

/// The series of a directory as they are, and as they would have been after a change.
public struct WhatIf: Sendable {
  /// Figures of one of the two.
  public struct Side: Equatable, Sendable {
    /// Distinct series.
    public var series = 0
    /// Distinct label names.
    public var labelNames = 0
    /// Distinct label values, counted by name.
    public var values = 0
    /// Series born after the history began, in it.
    public var births = 0
    /// Series that replay would keep in the head.
    public var headSeries = 0
    /// What these are made of.
    public var load = HeadLoad()
    /// Samples of the head; an estimate after a change, by the times of the series.
    public var headSamples = 0
  }

  /// A metric before and after.
  public struct Metric: Equatable, Sendable {
    /// Its name; empty for series without one.
    public let name: [UInt8]
    /// Series before and after.
    public var series = (before: 0, after: 0)
    /// Births before and after.
    public var births = (before: 0, after: 0)

    init(name: [UInt8]) { self.name = name }

    /// Equal names and counts.
    public static func == (left: Metric, right: Metric) -> Bool {
      left.name == right.name && left.series == right.series && left.births == right.births
    }
  }

  /// A label set that several series would share.
  public struct Collision: Equatable, Sendable {
    /// The labels after the change, by name.
    public let labels: [Label]
    /// How many series they come from.
    public let series: Int
  }

  /// A limit that would have stopped scrapes.
  public struct LimitExceeded: Equatable, Sendable {
    /// The job that has it.
    public let job: String
    /// Its key, such as `sample_limit`.
    public let key: String
    /// Its value.
    public let limit: UInt64
    /// The most that was met.
    public let most: Int
    /// Series that exceed it; of `sample_limit`, targets.
    public let count: Int
    /// The first time, in milliseconds.
    public let since: Int64
    /// The target, or a series that exceeds it.
    public let example: [Label]
  }

  /// Births per second.
  public func perSecond(_ births: Int) -> Double {
    birthSeconds > 0 ? Double(births) / birthSeconds : 0
  }

  /// As it is.
  public var before = Side()
  /// As it would have been.
  public var after = Side()
  /// Series that would not be there.
  public var droppedSeries = 0
  /// Label sets that several series would share.
  public var collisions = 0
  /// Series that would be no more, because others have their labels: of the samples that one scrape has
  /// for them, only the first is kept.
  public var mergedSeries = 0
  /// The collisions of the most series, at most ten.
  public var largestCollisions: [Collision] = []
  /// Series that would be left without a metric name, for which a server refuses the scrape.
  public var unnamedSeries = 0
  /// Metrics whose figures change, those that lose most first.
  public var metrics: [Metric] = []
  /// Limits of the configuration that would have been exceeded.
  public var limits: [LimitExceeded] = []
  /// Series to which rules of a job applied, by the job's name.
  public var seriesByJob: [String: Int] = [:]
  /// Seconds in which births were counted.
  public var birthSeconds = 0.0
  /// Times of the samples before the change.
  public var range = TimeRange()
}
