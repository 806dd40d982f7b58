internal import TSDBFormat
internal import TSDBStore

/// Bytes of chunks, and samples where chunks are read, by label and by target; filled series by series while a
/// `BlockCensus` walks over them.
///
/// Grows with labels and targets, not with chunks.
struct ByteCensus: Sendable {
  /// What belongs to a label, a target, or all.
  struct Amount: Sendable {
    var bytes: UInt64 = 0
    var samples: UInt64 = 0

    mutating func add(_ other: Amount) {
      bytes &+= other.bytes
      samples &+= other.samples
    }
  }

  /// All selected series.
  private(set) var all = Amount()
  /// By symbol of the value, as in `SymbolStatistics`, whose labels these are.
  private var amounts: [Amount]
  private var overflow: [SymbolStatistics.Pair: Amount] = [:]
  private(set) var targetBytes = PairCounter()
  private(set) var targetSamples = PairCounter()

  init(symbols: Int) {
    amounts = [Amount](repeating: Amount(), count: symbols)
  }

  /// Adds what a series has, whose labels were counted in `statistics` before.
  mutating func add(
    _ amount: Amount, to labels: Span<SeriesBatch.LabelSymbols>, _ target: TargetLabels.Target?,
    _ statistics: SymbolStatistics
  ) {
    all.add(amount)
    for index in labels.indices {
      let label = labels[index]
      if statistics.holds(label) {
        amounts[Int(label.value)].add(amount)
      } else {
        let pair = SymbolStatistics.Pair(name: label.name, value: label.value)
        overflow[pair, default: Amount()].add(amount)
      }
    }
    guard let target else { return }
    targetBytes.count(target.job, target.instance, amount.bytes)
    targetSamples.count(target.job, target.instance, amount.samples)
  }

  /// What the label with this slot has.
  func amount(ofSlot value: Int) -> Amount { amounts[value] }

  /// What a label has that shares its value with another.
  func amount(of pair: SymbolStatistics.Pair) -> Amount { overflow[pair] ?? Amount() }
}

/// Bytes on disk, and samples where chunks were read, of what a block holds: the largest of each kind.
public struct ByteTables: Equatable, Sendable {
  /// A line of a table.
  public struct Line: Equatable, Sendable {
    /// What it is: a name, or `name=value`.
    public let key: [UInt8]
    /// Bytes of the chunks of its series.
    public let bytes: UInt64
    /// Their samples; nil where chunks were not read.
    public let samples: UInt64?
  }

  /// A target.
  public struct Target: Equatable, Sendable {
    /// Value of `job`; empty where a series has none.
    public let job: [UInt8]
    /// Value of `instance`.
    public let instance: [UInt8]
    /// Bytes of the chunks of its series.
    public let bytes: UInt64
    /// Their samples; nil where chunks were not read.
    public let samples: UInt64?
  }

  /// Bytes of the chunks of all selected series.
  public let bytes: UInt64
  /// Their samples; nil where chunks were not read.
  public let samples: UInt64?
  /// Metric names.
  public let metrics: [Line]
  /// Label names, by what the series take that have the label.
  public let labels: [Line]
  /// Labels, by what the series take that carry them.
  public let pairs: [Line]
  /// Targets.
  public let targets: [Target]
}

extension BlockCensus {
  /// The tables of bytes, with at most `limit` lines each; nil if they were not asked for.
  public func byteTables(limit: Int) -> ByteTables? {
    guard let byteCensus else { return nil }
    let hasSamples = chunkStatistics != nil
    let pairs = SymbolPairs(self, range: 0)
    let metricName = pairs.names.firstIndex { $0.elementsEqual("__name__".utf8) }
    var names = [ByteCensus.Amount](repeating: ByteCensus.Amount(), count: pairs.names.count)
    var (metrics, common) = (TopList(limit: limit), TopList(limit: limit))
    pairs.forEachPair { pair, number in
      let amount = pairs.amount(of: number, in: byteCensus)
      names[pair.name].add(amount)
      func isOrdered(_ one: Int, _ other: Int) -> Bool { pairs.isOrdered(one, before: other) }
      common.insert(count: amount.bytes, number: number, isOrdered: isOrdered)
      if pair.name == metricName {
        metrics.insert(count: amount.bytes, number: number, isOrdered: isOrdered)
      }
    }
    func lines(_ top: TopList, _ key: (Int) -> [UInt8]) -> [ByteTables.Line] {
      top.sorted { pairs.isOrdered($0, before: $1) }.map {
        let samples = pairs.amount(of: $0.number, in: byteCensus).samples
        return ByteTables.Line(
          key: key($0.number), bytes: $0.count, samples: hasSamples ? samples : nil)
      }
    }
    return ByteTables(
      bytes: byteCensus.all.bytes, samples: hasSamples ? byteCensus.all.samples : nil,
      metrics: lines(metrics, pairs.value(of:)),
      labels: Self.lines(pairs.names, names, limit, hasSamples: hasSamples),
      pairs: lines(common, pairs.key(of:)),
      targets: targets(byteCensus, limit: limit, hasSamples: hasSamples))
  }

  private static func lines(
    _ names: [[UInt8]], _ amounts: [ByteCensus.Amount], _ limit: Int, hasSamples: Bool
  ) -> [ByteTables.Line] {
    let order = names.indices.sorted {
      amounts[$0].bytes == amounts[$1].bytes
        ? names[$0].lexicographicallyPrecedes(names[$1]) : amounts[$0].bytes > amounts[$1].bytes
    }
    return order.prefix(limit).map {
      ByteTables.Line(
        key: names[$0], bytes: amounts[$0].bytes, samples: hasSamples ? amounts[$0].samples : nil)
    }
  }

  private func targets(
    _ census: ByteCensus, limit: Int, hasSamples: Bool
  ) -> [ByteTables.Target] {
    func text(_ symbol: UInt32) -> [UInt8] { symbol == .max ? [] : index.symbol(Int(symbol)) }
    var targets: [ByteTables.Target] = []
    census.targetBytes.forEach { job, instance, bytes in
      let samples = hasSamples ? census.targetSamples.amount(job, instance) : nil
      targets.append(
        ByteTables.Target(job: text(job), instance: text(instance), bytes: bytes, samples: samples))
    }
    let sorted = targets.sorted {
      if $0.bytes != $1.bytes { return $0.bytes > $1.bytes }
      return $0.job == $1.job
        ? $0.instance.lexicographicallyPrecedes($1.instance)
        : $0.job.lexicographicallyPrecedes($1.job)
    }
    return Array(sorted.prefix(limit))
  }
}
