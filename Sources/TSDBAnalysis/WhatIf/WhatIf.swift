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

  /// Scrapes that a server refuses for what rules make of one of their series.
  public struct Refusal: Equatable, Sendable {
    /// Why.
    public enum Reason: String, CaseIterable, Sendable {
      /// A series would be left without a metric name.
      case noMetricName = "no-metric-name"
      /// A label would have a name that the job does not allow, or none.
      case labelName = "label-name"
      /// The metric would have a name that the job does not allow.
      case metricName = "metric-name"
    }
    /// The job whose rules these are; empty for those of a snippet.
    public let job: String
    /// Why.
    public let reason: Reason
    /// The series for which scrapes are refused.
    public let series: Int
    /// The targets whose scrapes these are.
    public let targets: Int
    /// The first time, in milliseconds.
    public let since: Int64
    /// What the rules make of the first of the series.
    public let example: [Label]
  }

  /// A job of the file whose rules do not reach its series by its name.
  public struct Unreached: Equatable, Sendable {
    /// Why.
    public enum Reason: Equatable, Sendable {
      /// `relabel_configs` give its series this label `job`; those were relabelled.
      case renamed(to: [UInt8])
      /// `relabel_configs` make the label `job` of what is discovered.
      case unknownLabel
      /// With `honor_labels` its targets may say another `job`; so many series have one that no job of the
      /// file has.
      case honorsLabels(others: Int)
      /// No series is there that has its name.
      case noSeries
    }
    /// The job.
    public let job: String
    /// Why.
    public let reason: Reason
    /// Series to which its rules applied.
    public let series: Int
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
  /// Series that would not be there because all scrapes that had them would be refused.
  public var refusedSeries = 0
  /// Why scrapes would be refused, but for limits.
  public var refusals: [Refusal] = []
  /// Jobs with rules that do not reach their series by name.
  public var unreached: [Unreached] = []
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
