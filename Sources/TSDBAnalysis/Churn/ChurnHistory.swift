internal import TSDBFormat
internal import TSDBStore

/// The series of a history that churn is counted over, and what is known of their births and ends.
struct ChurnHistory: Sendable {
  typealias SeriesID = SeriesTable.SeriesID

  /// How long after its last sample a series is still there for a query (Prometheus:
  /// `--query.lookback-delta`).
  static let lookback: Int64 = 5 * 60 * 1000

  let history: SeriesHistory
  /// First to last sample of the selected series.
  let range: TimeRange
  /// Births that tell nothing.
  private let baseline: Baseline
  /// Series with a lesser number are known from a checkpoint, and their birth is not, unless blocks
  /// tell of it.
  private let checkpointSeries: Int
  /// By series: whether selectors select it; nil where all are selected.
  private let selected: [Bool]?

  /// All series of `history`; of none is known that it may be older than its first sample.
  init(_ history: SeriesHistory) {
    self.history = history
    range = history.series.timeRange
    baseline = Baseline(of: history.series, range: range)
    checkpointSeries = 0
    selected = nil
  }

  init(_ read: DirectoryHistory, selectors: [Selector]) {
    history = read.history
    var range = TimeRange()
    var selected: [Bool]?
    if selectors.isEmpty {
      range = read.history.series.timeRange
    } else {
      var filter = HistoryFilter(selectors, read.history)
      var found = [Bool](repeating: false, count: read.history.series.count)
      read.history.series.forEachWithSamples { series, times in
        guard filter.selects(series) else { return }
        found[Int(series)] = true
        range.include(times)
      }
      selected = found
    }
    self.range = range
    self.selected = selected
    baseline = Baseline(of: read.history.series, range: read.history.series.timeRange)
    // Blocks hold what was before the checkpoint; without them nobody knows.
    checkpointSeries = read.hasBlocks ? 0 : read.head.census.checkpointSeries
  }

  /// Calls `body` for each selected series that has samples.
  func forEach(_ body: (SeriesID, TimeRange) -> Void) {
    history.series.forEachWithSamples { series, times in
      if let selected, !selected[Int(series)] { return }
      body(series, times)
    }
  }

  /// True where the first sample of a series does not say when it was born.
  func isUncertain(_ series: SeriesID, _ times: TimeRange) -> Bool {
    Int(series) < checkpointSeries || baseline.contains(times.minTime)
  }

  /// True where a series was gone before the data ends.
  func hasDied(_ times: TimeRange) -> Bool {
    let (gone, overflow) = times.maxTime.addingReportingOverflow(Self.lookback)
    return !overflow && gone < range.maxTime
  }

  /// When all that was there at the beginning of `part` has shown up, where that is the beginning of the
  /// data: targets are not all scraped at once.
  func settled(_ part: TimeRange) -> Int64 {
    guard part.minTime == range.minTime else { return part.minTime }
    let (time, overflow) = part.minTime.addingReportingOverflow(baseline.grace)
    return overflow ? part.minTime : min(time, part.maxTime)
  }

  /// True where a query at `time` finds a series.
  static func isAlive(_ times: TimeRange, at time: Int64) -> Bool {
    let (gone, overflow) = times.maxTime.addingReportingOverflow(lookback)
    return times.minTime <= time && (overflow || gone > time)
  }

  /// The lives of label pairs, by number.
  func pairLives() -> PairLives {
    var lives = PairLives(pairs: history.pairs.count)
    forEach { series, times in
      let isUncertain = isUncertain(series, times)
      let pairs = history.series.pairs(of: series)
      for index in pairs.indices {
        let pair = Int(pairs[index])
        lives.times[pair].include(times)
        if isUncertain { lives.isUncertain[pair] = true }
      }
    }
    return lives
  }
}

/// First and last sample of each label pair, by its number, and whether any of its series may be older
/// than the data.
struct PairLives: Sendable {
  /// First to last sample; empty where no selected series has the pair.
  var times: [TimeRange]
  /// True where its first sample does not say since when it is there.
  var isUncertain: [Bool]

  /// No lives.
  init(pairs: Int) {
    times = [TimeRange](repeating: TimeRange(), count: pairs)
    isUncertain = [Bool](repeating: false, count: pairs)
  }
}
