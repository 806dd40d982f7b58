internal import TSDBFormat
public import TSDBStore

/// How many series carry each label name and each value, exactly and all of them.
public struct LabelCounts: Sendable {
  /// A label name.
  public struct Name: Equatable, Sendable {
    /// The name.
    public let name: [UInt8]
    /// Distinct values.
    public let values: Int
    /// Series that have the label.
    public let series: Int
  }

  /// A value of a label.
  public struct Value: Equatable, Sendable {
    /// The value.
    public let value: [UInt8]
    /// Series that carry it.
    public let series: Int
  }

  private let history: SeriesHistory
  /// By label pair: series that carry it.
  private var counts: [Int]

  /// Counts the series that one of `selectors` selects; all if there are none.
  public init(_ history: SeriesHistory, selectors: [Selector] = []) {
    self.history = history
    counts = [Int](repeating: 0, count: history.pairs.count)
    var filter = HistoryFilter(selectors, history)
    for series in 0..<SeriesTable.SeriesID(history.series.count) where filter.selects(series) {
      let pairs = history.series.pairs(of: series)
      for index in pairs.indices { counts[Int(pairs[index])] += 1 }
    }
  }

  /// The names, in order.
  public var names: [Name] {
    var values = [Int](repeating: 0, count: history.pairs.nameCount)
    var series = values
    for (pair, count) in counts.enumerated() where count > 0 {
      let name = Int(history.pairs.nameID(ofPair: LabelPairTable.PairID(pair)))
      values[name] += 1
      series[name] += count
    }
    let names = values.indices.filter { values[$0] > 0 }.map { index in
      Name(
        name: [UInt8](history.pairs.name(LabelPairTable.NameID(index))), values: values[index],
        series: series[index])
    }
    return names.sorted { $0.name.lexicographicallyPrecedes($1.name) }
  }

  /// The values of a label, in order.
  public func values(of name: [UInt8]) -> [Value] {
    guard let id = history.pairs.nameID(of: name) else { return [] }
    let pairs = counts.indices.filter {
      counts[$0] > 0 && history.pairs.nameID(ofPair: LabelPairTable.PairID($0)) == id
    }
    let values = pairs.map { pair in
      Value(
        value: [UInt8](history.pairs.value(ofPair: LabelPairTable.PairID(pair))),
        series: counts[pair])
    }
    return values.sorted { $0.value.lexicographicallyPrecedes($1.value) }
  }
}
