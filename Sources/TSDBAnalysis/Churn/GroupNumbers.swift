internal import TSDBFormat

/// The groups of a grouping as numbers from 0 on, so that counts are arrays.
struct GroupNumbers {
  private let history: SeriesHistory
  private let grouping: ChurnGrouping
  /// Name of the label that decides, where one label does.
  private let name: LabelPairTable.NameID?
  private let job: LabelPairTable.NameID?
  private let instance: LabelPairTable.NameID?
  /// Groups that are made of two numbers, by these.
  private var doubles: [UInt64: Int] = [:]
  private var doubleKeys: [UInt64] = []
  /// By series: the group of its target; -1 without samples. Only where targets are the groups.
  private var targets: [Int32] = []

  /// Stands for a pair that a series does not have.
  private static let none = LabelPairTable.PairID.max

  init(_ history: SeriesHistory, _ grouping: ChurnGrouping) {
    self.history = history
    self.grouping = grouping
    job = history.pairs.nameID(of: Array("job".utf8))
    instance = history.pairs.nameID(of: Array("instance".utf8))
    switch grouping {
    case .values(let label): name = history.pairs.nameID(of: label)
    default: name = history.pairs.nameID(of: Array("__name__".utf8))
    }
    switch grouping {
    case .target: addTargets()
    case .metricLabel: addMetricLabels()
    default: break
    }
  }

  /// How many numbers there are; not every one needs to have a series.
  var count: Int {
    switch grouping {
    case .label: history.pairs.nameCount
    case .metric, .pair, .values: history.pairs.count
    case .target, .metricLabel: doubleKeys.count
    }
  }

  /// Calls `body` with the number of each group of a series.
  func forEachGroup(of series: SeriesTable.SeriesID, _ body: (Int) -> Void) {
    switch grouping {
    case .metric, .values:
      if let name, let pair = history.pair(of: series, named: name) { body(Int(pair)) }
    case .pair:
      let pairs = history.series.pairs(of: series)
      for index in pairs.indices { body(Int(pairs[index])) }
    case .target:
      if targets[Int(series)] >= 0 { body(Int(targets[Int(series)])) }
    case .label, .metricLabel:
      break
    }
  }

  /// The group of a metric and the name of a pair.
  func group(_ metric: LabelPairTable.PairID, nameOf pair: LabelPairTable.PairID) -> Int? {
    doubles[UInt64(metric) &<< 32 | UInt64(history.pairs.nameID(ofPair: pair))]
  }

  /// What the group has in common.
  func key(of group: Int) -> [Label] {
    switch grouping {
    case .metric, .pair, .values:
      return [history.pairs.label(ofPair: UInt32(group))]
    case .label:
      return [Label(name: name(UInt32(group)), value: [])]
    case .target:
      let halves = [doubleKeys[group] &>> 32, doubleKeys[group] & 0xffff_ffff].map {
        UInt32(truncatingIfNeeded: $0)
      }
      return halves.filter { $0 != Self.none }.map(history.pairs.label(ofPair:))
    case .metricLabel:
      let metric = history.pairs.label(ofPair: UInt32(truncatingIfNeeded: doubleKeys[group] &>> 32))
      let label = name(UInt32(truncatingIfNeeded: doubleKeys[group]))
      return [metric, Label(name: label, value: [])]
    }
  }

  /// True if the key of the one comes before that of the other.
  func isOrdered(_ group: Int, before other: Int) -> Bool {
    key(of: group).isOrdered(before: key(of: other))
  }

  private func name(_ id: LabelPairTable.NameID) -> [UInt8] { [UInt8](history.pairs.name(id)) }

  private func target(of series: SeriesTable.SeriesID) -> UInt64 {
    var found: (job: UInt32, instance: UInt32) = (Self.none, Self.none)
    let pairs = history.series.pairs(of: series)
    for index in pairs.indices {
      let name = history.pairs.nameID(ofPair: pairs[index])
      if name == job { found.job = pairs[index] }
      if name == instance { found.instance = pairs[index] }
    }
    return UInt64(found.job) &<< 32 | UInt64(found.instance)
  }

  private mutating func addTargets() {
    var found = [Int32](repeating: -1, count: history.series.count)
    var last: (key: UInt64, group: Int)?
    var keys = doubleKeys
    var groups = doubles
    history.series.forEachWithSamples { series, _ in
      let key = target(of: series)
      if last?.key != key {
        let group = groups[key] ?? keys.count
        if group == keys.count {
          groups[key] = group
          keys.append(key)
        }
        last = (key, group)
      }
      found[Int(series)] = last.map { Int32($0.group) } ?? -1
    }
    (doubles, doubleKeys, targets) = (groups, keys, found)
  }

  private mutating func addMetricLabels() {
    guard let name else { return }
    var keys: Set<UInt64> = []
    history.series.forEachWithSamples { series, _ in
      guard let metric = history.pair(of: series, named: name) else { return }
      let pairs = history.series.pairs(of: series)
      for index in pairs.indices where pairs[index] != metric {
        keys.insert(UInt64(metric) &<< 32 | UInt64(history.pairs.nameID(ofPair: pairs[index])))
      }
    }
    doubleKeys = keys.sorted()
    for (number, key) in doubleKeys.enumerated() { doubles[key] = number }
  }
}
