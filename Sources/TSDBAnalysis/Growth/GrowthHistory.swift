public import TSDBFormat

/// What growth is looked for in: every series of a history with what its first sample says of its birth,
/// and the series by job.
struct GrowthHistory {
  typealias SeriesID = SeriesTable.SeriesID
  typealias PairID = LabelPairTable.PairID
  typealias NameID = LabelPairTable.NameID

  /// What the first sample of a series says.
  enum Birth: UInt8 {
    /// It has no samples.
    case none
    /// It was there when the history began, or may have been.
    case old
    /// It was there when the history went on after a stretch without samples.
    case returned
    /// It was born then.
    case born
  }

  /// The series of one job.
  struct Job {
    /// The pair `job=…`; nil where there is none.
    let pair: PairID?
    /// Its series that have samples, ascending.
    let series: Range<Int>
    /// How many of them were born, or returned.
    let births: Int
    /// First sample of its first series.
    let start: Int64
    /// True where none of its series was there when the history began.
    let isNew: Bool
  }

  /// A stand-in for a pair that a series does not have.
  static let noPair = PairID.max

  let history: SeriesHistory
  /// First to last sample.
  let range: TimeRange
  /// Milliseconds between two scrapes, about.
  let interval: Int64
  /// Series with a lesser number are in the head.
  let headSeries: Int
  /// Where the history begins, and where it goes on.
  let baseline: Baseline
  /// Series with a lesser number may be older than their first sample.
  let uncertainSeries: Int
  /// Names of targets that a repair cut out.
  let cutTargets: Set<[UInt8]>
  /// By series.
  private(set) var births: [Birth]
  /// All series that have samples, those of one job behind each other.
  let byJob: [SeriesID]
  let jobs: [Job]
  let metricName: NameID?

  init?(_ history: SeriesHistory, _ observation: GrowthObservation) {
    let range = history.series.timeRange
    guard !range.isEmpty else { return nil }
    self.history = history
    self.range = range
    interval = min(max(observation.interval ?? 60_000, 1000), 5 * 60_000)
    headSeries = observation.headSeries ?? history.series.count
    uncertainSeries = observation.uncertainSeries
    cutTargets = observation.cutTargets
    baseline = Baseline(of: history.series, range: range, gaps: observation.gaps)
    metricName = history.pairs.nameID(of: Array("__name__".utf8))
    births = Self.births(of: history, baseline, uncertain: observation.uncertainSeries)
    (byJob, jobs) = Self.jobs(of: history, births)
  }

  private static func births(
    of history: SeriesHistory, _ baseline: Baseline, uncertain: Int
  ) -> [Birth] {
    var births = [Birth](repeating: .none, count: history.series.count)
    let first = baseline.starts.first ?? .min
    var last: (time: Int64, birth: Birth)?
    history.series.forEachWithSamples { series, times in
      if Int(series) < uncertain {
        births[Int(series)] = .old
        return
      }
      if let last, last.time == times.minTime {
        births[Int(series)] = last.birth
        return
      }
      var birth = Birth.born
      if baseline.contains(times.minTime) {
        birth =
          TimeRange(minTime: first, maxTime: times.minTime).duration <= baseline.grace
          ? .old : .returned
      }
      births[Int(series)] = birth
      last = (times.minTime, birth)
    }
    return births
  }

  private static func jobs(
    of history: SeriesHistory, _ births: [Birth]
  ) -> ([SeriesID], [Job]) {
    var finder = LabelFinder("job", in: history)
    var numbers: [PairID: Int] = [:]
    var pairs: [PairID] = []
    var jobOf = [UInt32](repeating: .max, count: history.series.count)
    var counts: [Int] = []
    var last: (pair: PairID, number: Int)?
    history.series.forEachWithSamples { series, _ in
      let pair = finder?.pair(of: series, in: history) ?? noPair
      if last?.pair != pair {
        let number = numbers[pair] ?? pairs.count
        if number == pairs.count {
          numbers[pair] = number
          pairs.append(pair)
          counts.append(0)
        }
        last = (pair, number)
      }
      let number = last?.number ?? 0
      jobOf[Int(series)] = UInt32(number)
      counts[number] += 1
    }
    var next: [Int] = []
    var sum = 0
    for count in counts {
      next.append(sum)
      sum += count
    }
    let starts = next
    var byJob = [SeriesID](repeating: 0, count: sum)
    for series in jobOf.indices where jobOf[series] != .max {
      let job = Int(jobOf[series])
      byJob[next[job]] = SeriesID(series)
      next[job] += 1
    }
    let times = history.series.times
    var jobs: [Job] = []
    for (number, pair) in pairs.enumerated() {
      let slice = starts[number]..<next[number]
      var born = 0
      var start = Int64.max
      for place in slice {
        let series = Int(byJob[place])
        if births[series] != .old { born += 1 }
        start = min(start, times[series].minTime)
      }
      jobs.append(
        Job(
          pair: pair == noPair ? nil : pair, series: slice, births: born, start: start,
          isNew: born == slice.count))
    }
    return (byJob, jobs)
  }

  /// Counts a series that was taken for an old one among those that were born.
  mutating func takeAsBorn(_ series: SeriesID) { births[Int(series)] = .born }

  /// Milliseconds of a few scrapes: `interval` is five minutes at most.
  func scrapes(_ count: Int64) -> Int64 { interval &* count }

  /// True where a series was still there when the data ends.
  func isAlive(_ times: TimeRange) -> Bool {
    (Timestamp(times.maxTime) + max(ChurnHistory.lookback, scrapes(2))).milliseconds
      >= range.maxTime
  }

  /// When births of a job begin to count.
  func settled(_ job: Job) -> Int64 {
    let grace = max(baseline.grace, scrapes(2))
    return job.isNew ? (Timestamp(job.start) + grace).milliseconds : baseline.end
  }
}

/// What is known of a history besides its series.
public struct GrowthObservation: Sendable {
  /// Milliseconds between two scrapes, where that is known.
  public var interval: Int64?
  /// Stretches in which there was no sample of any series.
  public var gaps: [TimeRange] = []
  /// Series with a lesser number may be older than their first sample.
  public var uncertainSeries = 0
  /// Series with a lesser number are in the head; nil where there is no head to be filled.
  public var headSeries: Int?

  /// Names of targets that are gone because a repair cut them out.
  public var cutTargets: Set<[UInt8]> = []

  /// Nothing is known.
  public init() {}
}
