public import TSDBFormat

/// What churn is told apart by.
public enum ChurnGrouping: Equatable, Sendable {
  /// Series by metric name.
  case metric
  /// Values by label name: how many values were new, not how many series carry them.
  case label
  /// Series by label pair.
  case pair
  /// Values by metric and label name.
  case metricLabel
  /// Series by `job` and `instance`.
  case target
  /// Series by the value of one label.
  case values(of: [UInt8])

  /// True where values are counted, not series.
  public var countsValues: Bool { self == .label || self == .metricLabel }
}

/// What was born and what died in one group.
public struct ChurnGroup: Equatable, Sendable {
  /// What the group has in common: a label pair, or two; where a value is empty the name alone counts.
  public let key: [Label]
  /// Series, or values, whose first sample lies in the time looked at.
  public internal(set) var born = 0
  /// How many of `born` may be older than the data.
  public internal(set) var notLaterThan = 0
  /// Those that a query does not find any more since some time in the time looked at, for good.
  public internal(set) var died = 0
  /// Those that were born before the time looked at and were not gone then. With those that were born, less
  /// those that died, they are `aliveAtEnd` and `awayAtEnd`.
  public internal(set) var earlier = 0
  /// Those a query finds at the beginning of the time looked at.
  public internal(set) var aliveAtStart = 0
  /// Those a query finds at its end.
  public internal(set) var aliveAtEnd = 0
  /// Those that a query does not find at its end, but does later.
  public internal(set) var awayAtEnd = 0
  /// Births by the time, in equal parts of it.
  public internal(set) var births: [Int] = []

  /// Series, or values, that there are more of at the end than at the beginning.
  public var growth: Int { aliveAtEnd - aliveAtStart }
  /// Born for certain.
  public var newborn: Int { born - notLaterThan }
}

/// Counts births and deaths by group: one pass for the counts, and one for the curves of the few that
/// are shown.
struct ChurnGroups {
  /// Births of each shown group are told in so many parts.
  static let parts = 60

  private let churn: ChurnHistory
  private let grouping: ChurnGrouping
  private let range: TimeRange
  private let lives: [Life]

  init(_ churn: ChurnHistory, _ lives: [Life], by grouping: ChurnGrouping) {
    self.churn = churn
    self.lives = lives
    self.grouping = grouping
    range = churn.part
  }

  /// The `limit` groups with the most certain births, then those with the most births and deaths; ties
  /// by key. And the `limit` that grew most.
  func top(_ limit: Int) -> (churning: [ChurnGroup], growing: [ChurnGroup]) {
    let numbers = GroupNumbers(churn.history, grouping)
    var groups = [Counts](repeating: Counts(), count: numbers.count)
    forEachItem(numbers) { group, life in groups[group].add(life, within: range) }
    let present = groups.indices.filter { groups[$0].met }
    func best(_ rank: (Counts) -> [Int]) -> [Int] {
      let ranked = present.map { (rank: rank(groups[$0]), group: $0) }
      let sorted = ranked.sorted { left, right in
        left.rank == right.rank
          ? numbers.isOrdered(left.group, before: right.group)
          : right.rank.lexicographicallyPrecedes(left.rank)
      }
      return sorted.prefix(limit).map(\.group)
    }
    let churning = best { [$0.born - $0.notLaterThan, $0.born, $0.died] }
    let growing = best { [$0.aliveAtEnd - $0.aliveAtStart] }
      .filter { groups[$0].aliveAtEnd > groups[$0].aliveAtStart }
    let curves = births(of: Set(churning + growing), numbers)
    func result(_ shown: [Int]) -> [ChurnGroup] {
      shown.map { group in
        let counts = groups[group]
        return ChurnGroup(
          key: numbers.key(of: group), born: counts.born, notLaterThan: counts.notLaterThan,
          died: counts.died, earlier: counts.earlier, aliveAtStart: counts.aliveAtStart,
          aliveAtEnd: counts.aliveAtEnd, awayAtEnd: counts.there - counts.aliveAtEnd,
          births: curves[group] ?? [])
      }
    }
    return (result(churning), result(growing))
  }

  private struct Counts {
    var born = 0
    var notLaterThan = 0
    var died = 0
    var earlier = 0
    var aliveAtStart = 0
    var aliveAtEnd = 0
    var there = 0
    var met = false

    mutating func add(_ life: Life, within range: TimeRange) {
      met = true
      if life.isBorn(in: range) {
        born &+= 1
        if life.isUncertain { notLaterThan &+= 1 }
      }
      if life.hasDied(in: range) { died &+= 1 }
      if life.isEarlier(than: range) { earlier &+= 1 }
      if life.isFoundAtStart { aliveAtStart &+= 1 }
      if life.isFoundAtEnd { aliveAtEnd &+= 1 }
      if life.isThere(atEndOf: range) { there &+= 1 }
    }
  }

  private func births(of shown: Set<Int>, _ numbers: GroupNumbers) -> [Int: [Int]] {
    var curves: [Int: [Int]] = [:]
    var place = [Int32](repeating: -1, count: numbers.count)
    for (number, group) in shown.enumerated() { place[group] = Int32(number) }
    var counts = [Int](repeating: 0, count: shown.count * Self.parts)
    let grid = TimeGrid(over: range, width: 1, most: Self.parts)
    forEachItem(numbers) { group, life in
      guard place[group] >= 0, life.isBorn(in: range) else { return }
      let part = grid.index(of: life.times.minTime)
      counts[Int(place[group]) * Self.parts + part] &+= 1
    }
    for (number, group) in shown.enumerated() {
      let start = number * Self.parts
      curves[group] = Array(counts[start..<start + Self.parts])
    }
    return curves
  }

  /// Calls `body` for each series, or value, with the number of its group.
  private func forEachItem(_ numbers: GroupNumbers, _ body: (Int, Life) -> Void) {
    let history = churn.history
    switch grouping {
    case .label:
      for (pair, life) in lives.enumerated() where !life.isEmpty {
        body(Int(history.pairs.nameID(ofPair: UInt32(pair))), life)
      }
    case .metricLabel:
      for (key, life) in valuesOfMetrics() {
        guard
          let group = numbers.group(
            UInt32(truncatingIfNeeded: key &>> 32), nameOf: UInt32(truncatingIfNeeded: key))
        else { continue }
        body(group, life)
      }
    default:
      churn.forEach { series, life in
        numbers.forEachGroup(of: series) { body($0, life) }
      }
    }
  }

  /// The lives of label values within each metric, by the numbers of metric (upper half) and pair.
  private func valuesOfMetrics() -> [UInt64: Life] {
    var lives: [UInt64: Life] = [:]
    let history = churn.history
    guard let metricName = history.pairs.nameID(of: Array("__name__".utf8)) else { return [:] }
    churn.forEach { series, life in
      guard let metric = history.pair(of: series, named: metricName) else { return }
      let pairs = history.series.pairs(of: series)
      for index in pairs.indices where pairs[index] != metric {
        let key = UInt64(metric) &<< 32 | UInt64(pairs[index])
        lives[key, default: Life()].include(life)
      }
    }
    return lives
  }
}
