internal import TSDBAnalysis
internal import TSDBFormat
internal import TSDBReport

/// The tables of names, values, targets and series, from one pass over the series.
struct LabelTables {
  private typealias PairID = LabelPairTable.PairID

  private let history: SeriesHistory
  private let members: [SeriesTable.SeriesID]
  /// By pair: series that have it.
  private let counts: [UInt32]
  /// By name: the pairs that series have, by bytes of their value.
  private let pairsByName: [[PairID]]
  private let names: [[UInt8]]
  /// The names in their order.
  private let order: [Int]

  init(_ analysis: HistoryAnalysis) {
    let history = analysis.history
    self.history = history
    members = analysis.members
    var counts = [UInt32](repeating: 0, count: history.pairs.count)
    for series in analysis.members {
      let pairs = history.series.pairs(of: series)
      for index in pairs.indices { counts[Int(pairs[index])] &+= 1 }
    }
    self.counts = counts
    let names = (0..<UInt32(history.pairs.nameCount)).map { [UInt8](history.pairs.name($0)) }
    self.names = names
    order = names.indices.sorted { names[$0].lexicographicallyPrecedes(names[$1]) }
    var pairsByName = [[PairID]](repeating: [], count: names.count)
    for pair in counts.indices where counts[pair] > 0 {
      pairsByName[Int(history.pairs.nameID(ofPair: PairID(pair)))].append(PairID(pair))
    }
    self.pairsByName = pairsByName
  }

  private func value(_ pair: PairID) -> [UInt8] { [UInt8](history.pairs.value(ofPair: pair)) }

  /// The pairs of a name, those with the most series first, then by value; so many at most.
  private func top(_ name: Int, _ limit: Int?) -> [(pair: PairID, value: [UInt8])] {
    let pairs = pairsByName[name]
    func precedes(_ pair: Int, _ other: Int) -> Bool {
      history.pairs.value(ofPair: PairID(pair)).precedes(history.pairs.value(ofPair: PairID(other)))
    }
    var top = TopList(limit: limit ?? pairs.count)
    for pair in pairs {
      top.insert(count: UInt64(counts[Int(pair)]), number: Int(pair), isOrdered: precedes)
    }
    return top.sorted(isOrdered: precedes).map {
      (pair: PairID($0.number), value: value(PairID($0.number)))
    }
  }

  var metrics: ResultTable {
    ResultTable(name: "metrics", columns: [.text("name"), .number("series")]) { body in
      guard let name = history.pairs.nameID(of: Array("__name__".utf8)) else { return }
      for (pair, value) in top(Int(name), nil) {
        try body([.value(value), .count(counts[Int(pair)])])
      }
    }
  }

  var labels: ResultTable {
    ResultTable(
      name: "labels",
      columns: [
        .text("name"), .number("distinct_values"), .number("series"),
        .number("value_bytes"),
      ]
    ) { body in
      for name in order where !pairsByName[name].isEmpty {
        let pairs = pairsByName[name]
        try body([
          .value(names[name]), .count(pairs.count),
          .count(pairs.reduce(0) { $0 + Int(counts[Int($1)]) }),
          .count(pairs.reduce(0) { $0 + history.pairs.valueLength(ofPair: $1) }),
        ])
      }
    }
  }

  /// The values of all labels, `limit` of each at most.
  func values(limit: Int?) -> ResultTable {
    // What is limited is small enough to be kept; it is asked for twice.
    let kept = limit.map { limit in names.indices.map { top($0, limit) } }
    return ResultTable(
      name: "values", columns: [.text("label"), .text("value"), .number("series")]
    ) { body in
      for name in order {
        for (pair, value) in kept?[name] ?? top(name, nil) {
          try body([.value(names[name]), .value(value), .count(counts[Int(pair)])])
        }
      }
    }
  }

  var targets: ResultTable {
    var job = LabelFinder("job", in: history)
    var instance = LabelFinder("instance", in: history)
    var found: [UInt64: Int] = [:]
    var last: (key: UInt64, count: Int) = (.max, 0)
    for series in members {
      let pairs = (
        job?.pair(of: series, in: history) ?? .max, instance?.pair(of: series, in: history) ?? .max
      )
      let key = UInt64(pairs.0) << 32 | UInt64(pairs.1)
      if key != last.key {
        found[last.key, default: 0] += last.count
        last = (key, 0)
      }
      last.count += 1
    }
    found[last.key, default: 0] += last.count
    found[.max] = nil
    func text(_ pair: UInt64) -> [UInt8] {
      let pair = UInt32(truncatingIfNeeded: pair)
      return pair == .max ? [] : value(pair)
    }
    let rows = found.map { (job: text($0.key >> 32), instance: text($0.key), series: $0.value) }
      .sorted {
        if $0.series != $1.series { return $0.series > $1.series }
        return $0.job == $1.job
          ? $0.instance.lexicographicallyPrecedes($1.instance)
          : $0.job.lexicographicallyPrecedes($1.job)
      }
    return ResultTable(
      name: "targets", columns: [.text("job"), .text("instance"), .number("series")]
    ) { body in
      for row in rows { try body([.value(row.job), .value(row.instance), .count(row.series)]) }
    }
  }

  /// Every series: its labels as Prometheus writes them, and its first and last sample.
  var series: ResultTable {
    ResultTable(
      name: "series",
      columns: [
        .text("metric"), .text("labels"), .number("min_time"), .number("max_time"),
      ]
    ) { body in
      for series in members {
        let times = history.series.times[Int(series)]
        let pairs = history.series.pairs(of: series)
        var metric = ResultTable.Cell.empty
        var labels: [UInt8] = []
        for index in pairs.indices {
          let label = history.pairs.label(ofPair: pairs[index])
          if label.name.elementsEqual("__name__".utf8) {
            metric = .value(label.value)
            continue
          }
          if !labels.isEmpty { labels.append(UInt8(ascii: ",")) }
          labels += label.name + Array("=\"".utf8) + Self.escaped(label.value)
          labels.append(UInt8(ascii: "\""))
        }
        try body([
          metric, .value(labels), .count(times.minTime), .count(times.maxTime),
        ])
      }
    }
  }

  /// A value between quotes, so that it ends where it should.
  private static func escaped(_ value: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    for byte in value {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): result += [UInt8(ascii: "\\"), byte]
      case UInt8(ascii: "\n"): result += Array("\\n".utf8)
      default: result.append(byte)
      }
    }
    return result
  }
}
