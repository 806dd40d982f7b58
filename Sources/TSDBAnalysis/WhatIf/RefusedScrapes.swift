internal import PrometheusConfig
internal import TSDBFormat

/// The scrapes that a server would refuse as a whole for what rules make of one of their series, or for a
/// limit (Prometheus: scrape/scrape.go, `append`): of such a scrape nothing is stored but the server's own
/// series.
struct RefusedScrapes {
  /// Where a target's scrapes were refused: stretches of time that do not touch, in their order.
  private var stretches: [TargetLoad.Target: [TimeRange]] = [:]
  /// Those that were added since.
  private var added: [TargetLoad.Target: [TimeRange]] = [:]

  var isEmpty: Bool { stretches.isEmpty && added.isEmpty }

  /// Takes in that a target's scrapes are refused in a stretch of time.
  mutating func add(_ range: TimeRange, of target: TargetLoad.Target) {
    added[target, default: []].append(range)
  }

  /// Joins what was added. To be called before the first question.
  mutating func close() {
    for (target, ranges) in added {
      let all = (stretches[target] ?? []) + ranges
      var joined: [TimeRange] = []
      for range in all.sorted(by: { $0.minTime < $1.minTime }) {
        if let last = joined.last, range.minTime <= last.maxTime {
          let end = max(last.maxTime, range.maxTime)
          joined[joined.count - 1] = TimeRange(minTime: last.minTime, maxTime: end)
        } else {
          joined.append(range)
        }
      }
      stretches[target] = joined
    }
    added = [:]
  }

  /// True if no scrape of the target that had this series was taken.
  func covers(_ range: TimeRange, of target: TargetLoad.Target) -> Bool {
    guard let own = stretches[target] else { return false }
    var (low, high) = (0, own.count)
    while low < high {
      let middle = (low + high) / 2
      if own[middle].minTime <= range.minTime { low = middle + 1 } else { high = middle }
    }
    return low > 0 && own[low - 1].maxTime >= range.maxTime
  }
}

/// Looks at what rules left of series for what a server refuses.
struct SeriesRefusal {
  /// What was found of one job.
  private struct Found {
    var series = 0
    var targets: Set<TargetLoad.Target> = []
    var since = Int64.max
    var example: [Label] = []
  }

  private let metricName: LabelPairTable.NameID
  private let validations: [NameValidation]
  private let names: [String]
  /// By name: 0 where it was not asked for, 1 where it is allowed, 2 where not; for each kind of names.
  private var known: [NameValidation: [UInt8]] = [:]
  private var metrics: [LabelPairTable.PairID: Bool] = [:]
  private var found: [WhatIf.Refusal.Reason: [Int: Found]] = [:]

  init(_ jobs: [ScrapeConfiguration], metricName: LabelPairTable.NameID) {
    self.metricName = metricName
    validations = jobs.map(\.validation)
    names = jobs.map(\.jobName)
  }

  /// Why the scrape of a series is refused; nil where it is not.
  mutating func reason(
    _ row: PairRow, job: Int, _ pairs: LabelPairTable
  ) -> WhatIf.Refusal.Reason? {
    guard let metric = row.pair(named: metricName) else { return .noMetricName }
    let validation = validations[job]
    for place in 0..<row.count where !isAllowed(row[place].name, validation, pairs) {
      return .labelName
    }
    if let known = metrics[metric] { return known ? nil : .metricName }
    // Jobs of different kinds share what is known only where it is the same for both.
    let isAllowed = validation.allows(metric: [UInt8](pairs.value(ofPair: metric)))
    if Set(validations).count == 1 { metrics[metric] = isAllowed }
    return isAllowed ? nil : .metricName
  }

  private mutating func isAllowed(
    _ name: LabelPairTable.NameID, _ validation: NameValidation, _ pairs: LabelPairTable
  ) -> Bool {
    let place = Int(name)
    var list = known[validation] ?? []
    if place < list.count, list[place] != 0 { return list[place] == 1 }
    if place >= list.count {
      list += [UInt8](repeating: 0, count: max(pairs.nameCount, place + 1) - list.count)
    }
    let isAllowed = validation.allows([UInt8](pairs.name(name)))
    list[place] = isAllowed ? 1 : 2
    known[validation] = list
    return isAllowed
  }

  /// Takes in a series for which scrapes are refused.
  mutating func add(
    _ row: PairRow, _ times: TimeRange, _ reason: WhatIf.Refusal.Reason, job: Int,
    _ target: TargetLoad.Target, _ pairs: LabelPairTable
  ) {
    var own = found[reason]?[job] ?? Found()
    own.series += 1
    own.targets.insert(target)
    if times.minTime < own.since {
      own.since = times.minTime
      own.example = row.all.map { pairs.label(ofPair: $0.pair) }
        .sorted { $0.name.lexicographicallyPrecedes($1.name) }
    }
    found[reason, default: [:]][job] = own
  }

  /// What was found, in the order of the jobs.
  var all: [WhatIf.Refusal] {
    names.indices.flatMap { job in
      WhatIf.Refusal.Reason.allCases.compactMap { reason in
        found[reason]?[job].map {
          WhatIf.Refusal(
            job: names[job], reason: reason, series: $0.series, targets: $0.targets.count,
            since: $0.since, example: $0.example)
        }
      }
    }
  }
}
