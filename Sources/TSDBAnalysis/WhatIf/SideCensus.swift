internal import TSDBFormat

/// Counts series, labels, births and the head, before a change or after it.
struct SideCensus: Sendable {
  typealias PairID = LabelPairTable.PairID

  private let metricName: LabelPairTable.NameID?
  private var series = 0
  private var births = 0
  /// Milliseconds from first to last sample of the head's series, added up.
  private(set) var headSpan = 0.0
  /// The head's series.
  private(set) var load = HeadLoad()
  /// By pair: 1 if a series has it, 3 if one of the head does.
  private var isUsed: [UInt8] = []
  /// By number of the metric.
  private var metrics: [(series: Int, births: Int)] = []
  /// Numbers of metrics by the pair of their name; `.max` for series without one.
  private var numbers: [PairID: Int] = [:]
  /// The metric of the last series: series of one come one behind the other.
  private var last: (metric: PairID, number: Int)?

  init(metricName: LabelPairTable.NameID?) {
    self.metricName = metricName
  }

  /// Takes a series in.
  mutating func add(
    _ labels: Span<PairID>, _ pairs: LabelPairTable, _ times: TimeRange, isLive: Bool, isBorn: Bool
  ) {
    series += 1
    var metric = PairID.max
    for index in labels.indices {
      mark(labels[index], isLive, count: pairs.count)
      if isLive { load.labelBytes &+= pairs.length(ofPair: labels[index]) }
      if pairs.nameID(ofPair: labels[index]) == metricName { metric = labels[index] }
    }
    if isBorn { births += 1 }
    if isLive {
      load.series += 1
      load.labels += labels.count
      headSpan += max(0, Double(times.maxTime) - Double(times.minTime))
    }
    let number = number(of: metric)
    metrics[number].series += 1
    if isBorn { metrics[number].births += 1 }
  }

  private func counts(of metric: PairID) -> (series: Int, births: Int) {
    numbers[metric].map { metrics[$0] } ?? (0, 0)
  }

  private mutating func number(of metric: PairID) -> Int {
    if let last, last.metric == metric { return last.number }
    let number = numbers[metric] ?? metrics.count
    if number == metrics.count {
      numbers[metric] = number
      metrics.append((0, 0))
    }
    last = (metric, number)
    return number
  }

  private mutating func mark(_ pair: PairID, _ isLive: Bool, count: Int) {
    if Int(pair) >= isUsed.count {
      isUsed += [UInt8](repeating: 0, count: count - isUsed.count)
    }
    if isLive, isUsed[Int(pair)] < 3 {
      load.pairs += 1
      isUsed[Int(pair)] = 3
    } else if isUsed[Int(pair)] == 0 {
      isUsed[Int(pair)] = 1
    }
  }

  /// What was counted, but for what is known of the head in another way.
  func side(_ pairs: LabelPairTable) -> WhatIf.Side {
    var side = WhatIf.Side()
    side.series = series
    side.births = births
    side.headSeries = load.series
    side.load = load
    var names = [Bool](repeating: false, count: pairs.nameCount)
    for (pair, use) in isUsed.enumerated() where use > 0 {
      side.values += 1
      names[Int(pairs.nameID(ofPair: PairID(pair)))] = true
    }
    side.labelNames = names.count { $0 }
    return side
  }

  /// The metrics whose figures differ, those that lose most series first, then by name.
  static func changes(
    _ before: SideCensus, _ after: SideCensus, _ pairs: LabelPairTable
  ) -> [WhatIf.Metric] {
    var found: [WhatIf.Metric] = []
    for pair in Set(before.numbers.keys).union(after.numbers.keys) {
      let (old, new) = (before.counts(of: pair), after.counts(of: pair))
      guard old != new else { continue }
      var metric = WhatIf.Metric(
        name: pair == .max ? [] : [UInt8](pairs.value(ofPair: pair)))
      metric.series = (old.series, new.series)
      metric.births = (old.births, new.births)
      found.append(metric)
    }
    return found.sorted { left, right in
      let losses = (
        left.series.before - left.series.after, right.series.before - right.series.after
      )
      return losses.0 == losses.1
        ? left.name.lexicographicallyPrecedes(right.name) : losses.0 > losses.1
    }
  }
}
