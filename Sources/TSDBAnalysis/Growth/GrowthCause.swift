public import TSDBFormat

/// One reason why series were born.
public struct GrowthCause: Sendable {
  /// What happened. Those from `newJob` on are never incidents.
  public enum Kind: String, CaseIterable, Sendable {
    /// A label has many more values.
    case labelValues = "label-values"
    /// A job has more targets, each with the series it always had.
    case targets
    /// Two labels multiply.
    case product
    /// There are many more metric names.
    case metricNames = "metric-names"
    /// A job that was not there before.
    case newJob = "new-job"
    /// Metrics have other names.
    case renamed
    /// What comes at the same hour of other days.
    case periodic
    /// What came while no samples were taken.
    case downtime
    /// What was there was replaced.
    case rollout
  }

  /// How series come to the server.
  public enum Source: String, Sendable {
    /// It scrapes them.
    case scrape
    /// It makes them by a recording rule.
    case recordingRule = "recording-rule"
    /// Another server or agent writes them.
    case remoteWrite = "remote-write"
    /// It scrapes them from another server, which scraped them.
    case federation
    /// Nothing tells.
    case unknown
  }

  /// Something with a name, and how many series it has.
  public struct Part: Equatable, Sendable {
    /// The name of a metric or of a job; nil where there is none.
    public let name: [UInt8]?
    /// How many series of the cause.
    public let series: Int
  }

  /// What happened.
  public internal(set) var kind: Kind
  /// True for growth that is not ordinary, and that goes on or is large for this server.
  public internal(set) var isIncident = false
  /// True for growth that has been there at the same rate for a day or more.
  public internal(set) var isTrend = false
  /// The label that did it; nil where none did.
  public internal(set) var label: [UInt8]?
  /// The labels that move with it, or multiply with it.
  public internal(set) var alsoLabels: [[UInt8]] = []
  /// All metrics, most series first.
  public internal(set) var metrics: [Part] = []
  /// All jobs, most series first.
  public internal(set) var jobs: [Part] = []
  /// Labels that all of its series share.
  public internal(set) var commonLabels: [Label] = []
  /// How its series come to the server.
  public internal(set) var source = Source.unknown
  /// How many series were born of it.
  public internal(set) var series = 0
  /// New values of the label.
  public internal(set) var values = 0
  /// Values just before the onset.
  public internal(set) var valuesBefore = 0
  /// Series of the same metrics and jobs just before the onset.
  public internal(set) var seriesBefore = 0
  /// All series just before the onset.
  public internal(set) var allSeriesBefore = 0
  /// Bytes of their label names and values.
  var allLabelBytesBefore = 0
  /// Bytes of the label names and values of all its series.
  public internal(set) var labelBytes = 0
  /// Its first birth, in milliseconds; nil where it was there from the beginning.
  public internal(set) var onset: Int64?
  /// The first birth that is in the data.
  public internal(set) var firstBirth: Int64 = 0
  /// Its last birth.
  public internal(set) var lastBirth: Int64 = 0
  /// Its last birth, where nothing was born for five scrapes after it.
  public internal(set) var endedAt: Int64?
  /// Series that are there when the data ends.
  public internal(set) var aliveSeries = 0
  /// Series of a target, for `targets`.
  public internal(set) var seriesEach: Int?
  /// Some of the new values, in the order they came.
  public internal(set) var examples: [[UInt8]] = []
  /// What the names have in common, for `metricNames`.
  public internal(set) var template: String?
  /// A regular expression that the new values of the label match, and no other value of it in its jobs; nil
  /// where there is none that is short.
  public internal(set) var valuePattern: String?
  /// The label that the pattern is for.
  public internal(set) var patternLabel: [UInt8]?
  /// True for metrics that a new release of a target has more of: no ids in their names, all in one scrape.
  var isRelease = false
  /// PromQL selectors that together select its series and no others; none where there are no such.
  public internal(set) var selectors: [String] = []
  /// True where it tells of targets that a repair cut out: like what follows, it is no incident.
  public internal(set) var followsCut = false
  /// The number of the cause whose targets it tells of.
  public internal(set) var follows: Int?
  /// The series themselves, by id.
  public internal(set) var members: [SeriesTable.SeriesID] = []

  init(kind: Kind) { self.kind = kind }

  /// Series born per second, from the first to the last birth.
  public var seriesPerSecond: Double {
    let milliseconds = Double(lastBirth) - Double(onset ?? firstBirth)
    return milliseconds > 0 ? Double(series) * 1000 / milliseconds : Double(series)
  }
}
