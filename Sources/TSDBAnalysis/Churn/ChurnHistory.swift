internal import TSDBFormat
internal import TSDBStore

/// The series of a history that churn is counted over, and what is known of their births and ends.
///
/// With a `Presence`, it is what instant queries find. Without, a series is there from its first sample until
/// its last is five minutes old: nothing is known of times without samples between them, nor of markers.
struct ChurnHistory: Sendable {
  typealias SeriesID = SeriesTable.SeriesID

  /// How long after its last sample a series is still there for a query.
  static let lookback = Lookback.length

  let history: SeriesHistory
  /// First to last sample of the selected series.
  let range: TimeRange
  /// How far queries look back.
  let lookback: Lookback
  /// The time looked at, and the instant at which those are counted that are there at its beginning.
  private(set) var part: TimeRange
  private(set) var start = Int64.min
  /// What queries find of the series; nil where nobody asked.
  var presence: Presence?
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
    part = range
    lookback = .since3
    baseline = Baseline(of: history.series, range: range)
    checkpointSeries = 0
    selected = nil
    start = settled(part)
  }

  /// What `options` select of what was read, and the time that they look at.
  init(_ read: DirectoryHistory, _ options: Churn.Options) {
    history = read.history
    lookback = options.lookback
    var range = TimeRange()
    var selected: [Bool]?
    if options.selectors.isEmpty {
      range = read.history.series.timeRange
    } else {
      var filter = HistoryFilter(options.selectors, read.history)
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
    part = range
    if !range.isEmpty {
      part = TimeRange(
        minTime: max(options.minTime ?? .min, range.minTime),
        maxTime: min(options.maxTime ?? .max, range.maxTime))
    }
    baseline = Baseline(of: read.history.series, range: read.history.series.timeRange)
    // Blocks hold what was before the checkpoint; without them nobody knows.
    checkpointSeries = read.hasBlocks ? 0 : read.head.census.checkpointSeries
    start = settled(part)
  }

  /// Calls `body` for each selected series that has samples which are served.
  func forEach(_ body: (SeriesID, Life) -> Void) {
    forEachSelected { series, times in
      if let life = life(of: series, times) { body(series, life) }
    }
  }

  /// How many series are in no life: those of which tombstones delete every sample, and those of which no
  /// server serves one for other reasons.
  func countApart() -> (deleted: Int, unserved: Int) {
    var apart = (deleted: 0, unserved: 0)
    guard let presence else { return apart }
    forEachSelected { series, _ in
      guard presence.times(of: series).isEmpty else { return }
      if presence.isDeleted(series) { apart.deleted &+= 1 } else { apart.unserved &+= 1 }
    }
    return apart
  }

  private func forEachSelected(_ body: (SeriesID, TimeRange) -> Void) {
    history.series.forEachWithSamples { series, times in
      if let selected, !selected[Int(series)] { return }
      body(series, times)
    }
  }

  /// The life of a series whose samples are at `times` in the history; nil where none is served.
  private func life(of series: SeriesID, _ times: TimeRange) -> Life? {
    guard let presence else {
      let end = lookback.end(after: times.maxTime)
      return Life(
        times, end: end, isUncertain: isUncertain(series, times),
        isFoundAtStart: times.minTime <= start && start < end,
        isFoundAtEnd: times.minTime <= part.maxTime && part.maxTime < end)
    }
    let served = presence.times(of: series)
    guard !served.isEmpty else { return nil }
    return Life(
      served, end: presence.end(of: series), isUncertain: isUncertain(series, served),
      isFoundAtStart: presence.finds(series, atInstant: 0),
      isFoundAtEnd: presence.finds(series, atInstant: 1))
  }

  /// True where the first sample of a series does not say when it was born.
  private func isUncertain(_ series: SeriesID, _ times: TimeRange) -> Bool {
    Int(series) < checkpointSeries || baseline.contains(times.minTime)
  }

  /// True where something was gone before the data ends.
  func hasDied(_ life: Life) -> Bool { life.end <= range.maxTime }

  /// When all that was there at the beginning of `part` has shown up, where that is the beginning of the
  /// data: targets are not all scraped at once.
  private func settled(_ part: TimeRange) -> Int64 {
    guard part.minTime == range.minTime else { return part.minTime }
    let (time, overflow) = part.minTime.addingReportingOverflow(baseline.grace)
    return overflow ? part.minTime : min(time, part.maxTime)
  }

  /// The lives of label pairs, by number; empty where no selected series has the pair.
  func pairLives() -> [Life] {
    var lives = [Life](repeating: Life(), count: history.pairs.count)
    forEach { series, life in
      let pairs = history.series.pairs(of: series)
      for index in pairs.indices { lives[Int(pairs[index])].include(life) }
    }
    return lives
  }
}
