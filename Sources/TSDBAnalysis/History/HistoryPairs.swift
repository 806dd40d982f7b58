internal import TSDBFormat
public import TSDBStore

/// The labels of the series of a history, counted for the tables of `Cardinality`.
struct HistoryPairs: LabelPairs {
  private let history: SeriesHistory
  private var counts: [Count]
  let names: [[UInt8]]

  private struct Count {
    var series: UInt64 = 0
    var uncovered: UInt64 = 0
  }

  /// Counts the series with these ids; each leaves of `range` uncovered what it has no samples in.
  init(_ history: SeriesHistory, members: [SeriesTable.SeriesID], range: TimeRange) {
    self.history = history
    names = (0..<LabelPairTable.NameID(history.pairs.nameCount)).map {
      [UInt8](history.pairs.name($0))
    }
    var counts = [Count](repeating: Count(), count: history.pairs.count)
    let whole = range.length
    for series in members {
      let times = history.series.times[Int(series)]
      let covered = TimeRange(
        minTime: max(times.minTime, range.minTime), maxTime: min(times.maxTime, range.maxTime))
      let uncovered = whole &- covered.length
      let pairs = history.series.pairs(of: series)
      for index in pairs.indices {
        counts[Int(pairs[index])].series &+= 1
        counts[Int(pairs[index])].uncovered &+= uncovered
      }
    }
    self.counts = counts
  }

  func forEachPair(_ body: (_ pair: LabelPair, _ number: Int) -> Void) {
    for (number, count) in counts.enumerated() where count.series > 0 {
      let id = LabelPairTable.PairID(number)
      body(
        LabelPair(
          name: Int(history.pairs.nameID(ofPair: id)),
          valueLength: history.pairs.valueLength(ofPair: id), series: count.series,
          uncovered: count.uncovered), number)
    }
  }

  func value(of number: Int) -> [UInt8] {
    [UInt8](history.pairs.value(ofPair: LabelPairTable.PairID(number)))
  }

  func key(of number: Int) -> [UInt8] {
    let label = history.pairs.label(ofPair: LabelPairTable.PairID(number))
    return label.name + Array("=".utf8) + label.value
  }

  func isOrdered(_ number: Int, before other: Int) -> Bool {
    key(of: number).lexicographicallyPrecedes(key(of: other))
  }
}

extension SeriesHistory {
  /// Those of `selectors` that select no series that has samples: most likely a slip of somebody's.
  public func unmatched(_ selectors: [Selector]) -> [Selector] {
    selectors.filter { selector in
      var filter = HistoryFilter([selector], self)
      var isMet = false
      series.forEachWithSamples { series, _ in isMet = isMet || filter.selects(series) }
      return !isMet
    }
  }
}

/// Which series of a history selectors select; several are a union. Every distinct value is matched
/// once.
struct HistoryFilter {
  private struct Condition {
    let matcher: LabelMatcher
    /// The label's name; nil if no series has it.
    let name: LabelPairTable.NameID?
  }

  private let selectors: [[Condition]]
  private let history: SeriesHistory
  /// By selector, condition and pair: 0 not asked yet, 1 no, 2 yes.
  private var answers: [[[UInt8]]]

  init(_ selectors: [Selector], _ history: SeriesHistory) {
    self.history = history
    self.selectors = selectors.map { selector in
      selector.matchers.map {
        Condition(matcher: $0, name: history.pairs.nameID(of: $0.name))
      }
    }
    answers = self.selectors.map { conditions in
      conditions.map { [UInt8](repeating: 0, count: $0.name == nil ? 0 : history.pairs.count) }
    }
  }

  /// True if the series is selected; all are where there are no selectors.
  mutating func selects(_ series: SeriesTable.SeriesID) -> Bool {
    for selector in selectors.indices where selects(series, selector) { return true }
    return selectors.isEmpty
  }

  private mutating func selects(_ series: SeriesTable.SeriesID, _ selector: Int) -> Bool {
    for (index, condition) in selectors[selector].enumerated() {
      guard let name = condition.name, let pair = history.pair(of: series, named: name) else {
        if condition.matcher.matchesMissing { continue }
        return false
      }
      if answers[selector][index][Int(pair)] == 0 {
        let holds = history.holds(condition.matcher, pair)
        answers[selector][index][Int(pair)] = holds ? 2 : 1
      }
      if answers[selector][index][Int(pair)] == 1 { return false }
    }
    return true
  }
}
