internal import TSDBFormat

/// What is large: the tables of `promtool tsdb analyze`, for a block, the head or all of it
/// (Prometheus: cmd/promtool/tsdb.go, `analyzeBlock`).
public struct Cardinality: Equatable, Sendable {
  /// A line of a table: a count and what it counts (a name, or `name=value`).
  public struct Line: Equatable, Sendable {
    /// The count.
    public let count: UInt64
    /// What it belongs to.
    public let key: [UInt8]

    /// A line of a table.
    public init(count: UInt64, key: [UInt8]) {
      self.count = count
      self.key = key
    }
  }

  /// Series that were looked at.
  public let series: UInt64
  /// Distinct label names.
  public let labelNames: Int
  /// Distinct labels.
  public let uniquePairs: Int
  /// Labels of all series added up.
  public let totalPairs: UInt64
  /// Labels by the series that begin or end with them: how many whole ranges their series leave
  /// uncovered.
  public let churningPairs: [Line]
  /// The same by label name.
  public let churningNames: [Line]
  /// Labels by the series that carry them.
  public let commonPairs: [Line]
  /// Label names by the bytes of their distinct values.
  public let valueLengths: [Line]
  /// Label names by their distinct values.
  public let labels: [Line]
  /// Metric names by their series.
  public let metrics: [Line]
  /// Targets by their series; empty where they were not asked for.
  public let targets: [TargetCount]

  /// A target and its series.
  public struct TargetCount: Equatable, Sendable {
    /// Value of `job`; empty where a series has none.
    public let job: [UInt8]
    /// Value of `instance`.
    public let instance: [UInt8]
    /// Series of the target.
    public let series: UInt64

    /// A target and its series.
    public init(job: [UInt8], instance: [UInt8], series: UInt64) {
      self.job = job
      self.instance = instance
      self.series = series
    }
  }

  /// The tables of the labels `pairs` with at most `limit` lines each.
  ///
  /// - Parameters:
  ///   - series: how many series carry the labels.
  ///   - range: milliseconds against which churn is measured: of a block, maxTime - minTime; nil where nothing
  ///     is known of churn, whose tables are empty then.
  public init(
    of pairs: some LabelPairs, series: UInt64, range: Int64?, limit: Int,
    targets: [TargetCount] = []
  ) {
    let names = pairs.names
    let metricName = names.firstIndex { $0.elementsEqual("__name__".utf8) }
    var tables = PairTables(names: names.count, limit: limit)
    pairs.forEachPair { pair, number in
      tables.add(pair, number, isMetric: pair.name == metricName) {
        pairs.isOrdered($0, before: $1)
      }
      guard let range else { return }
      let churn = Self.wholeRanges(pair.uncovered, range)
      tables.churning.insert(count: churn, number: number) { pairs.isOrdered($0, before: $1) }
    }
    self.series = series
    self.targets = targets
    labelNames = tables.values.count { $0 > 0 }
    uniquePairs = tables.pairs
    totalPairs = tables.total
    func lines(_ top: TopList, _ key: (Int) -> [UInt8]) -> [Line] {
      top.sorted { pairs.isOrdered($0, before: $1) }
        .map { Line(count: $0.count, key: key($0.number)) }
    }
    churningPairs = lines(tables.churning, pairs.key(of:))
    commonPairs = lines(tables.common, pairs.key(of:))
    metrics = lines(tables.metrics, pairs.value(of:))
    func byName(_ counts: [UInt64]) -> [Line] {
      Self.lines(names: names, present: tables.values, counts: counts, limit: limit)
    }
    churningNames =
      range.map { range in
        byName(tables.uncovered.map { Self.wholeRanges($0, range) })
      } ?? []
    valueLengths = byName(tables.lengths)
    labels = byName(tables.values)
  }

  /// How many whole ranges fit into `uncovered`, by Go's way through floats:
  /// `uint64(float64(uncovered) / float64(range))`.
  static func wholeRanges(_ uncovered: UInt64, _ range: Int64) -> UInt64 {
    let quotient = Double(uncovered) / Double(range)
    if quotient >= 0, quotient < 0x1p64 { return UInt64(clamping: quotient) }
    if quotient < 0, quotient >= -0x1p63 { return UInt64(bitPattern: Int64(clamping: quotient)) }
    // What amd64 gives for what does not fit, 0/0 included.
    return 1 << 63
  }

  private static func lines(
    names: [[UInt8]], present: [UInt64], counts: [UInt64], limit: Int
  ) -> [Line] {
    func isOrdered(_ number: Int, _ other: Int) -> Bool {
      names[number].lexicographicallyPrecedes(names[other])
    }
    var top = TopList(limit: limit)
    for number in names.indices where present[number] > 0 {
      top.insert(count: counts[number], number: number, isOrdered: isOrdered)
    }
    return top.sorted(isOrdered: isOrdered).map { Line(count: $0.count, key: names[$0.number]) }
  }
}

/// The sums that one pass over the labels leaves.
private struct PairTables {
  var pairs = 0
  var total: UInt64 = 0
  /// By name: distinct values, bytes of them, time that is not covered.
  var values: [UInt64]
  var lengths: [UInt64]
  var uncovered: [UInt64]
  var churning: TopList
  var common: TopList
  var metrics: TopList

  init(names: Int, limit: Int) {
    values = [UInt64](repeating: 0, count: names)
    lengths = values
    uncovered = values
    churning = TopList(limit: limit)
    common = churning
    metrics = churning
  }

  mutating func add(
    _ pair: LabelPair, _ number: Int, isMetric: Bool, isOrdered: (Int, Int) -> Bool
  ) {
    pairs &+= 1
    total &+= pair.series
    values[pair.name] &+= 1
    lengths[pair.name] &+= UInt64(pair.valueLength)
    uncovered[pair.name] &+= pair.uncovered
    common.insert(count: pair.series, number: number, isOrdered: isOrdered)
    if isMetric { metrics.insert(count: pair.series, number: number, isOrdered: isOrdered) }
  }
}
