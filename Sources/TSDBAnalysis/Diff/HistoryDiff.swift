internal import TSDBFormat
public import TSDBStore

/// What differs between two sets of series: metrics, labels, values and series that appeared, vanished
/// or grew.
public struct HistoryDiff: Equatable, Sendable {
  /// A metric, a label or a value, and how much of it each side has.
  public struct Line: Equatable, Sendable {
    /// Its name; of a value, `name=value`.
    public let key: [UInt8]
    /// On the first side: series, or for labels distinct values.
    public let before: Int
    /// On the second side.
    public let after: Int

    /// How many more the second side has.
    public var change: Int { after - before }
  }

  /// Lines of one kind.
  public struct Table: Equatable, Sendable {
    /// How many only the second side has.
    public let appeared: Int
    /// How many only the first side has.
    public let vanished: Int
    /// Those whose count changed, the largest change first.
    public let changed: [Line]
  }

  /// Series of the first side.
  public let before: Int
  /// Series of the second side.
  public let after: Int
  /// Series that both have.
  public let common: Int
  /// Metrics by series.
  public let metrics: Table
  /// Labels by distinct values.
  public let labels: Table
  /// Label pairs by series.
  public let pairs: Table

  /// Series that only the second side has.
  public var appeared: Int { after - common }
  /// Series that only the first side has.
  public var vanished: Int { before - common }

  /// Compares all selected series of two histories, without those that tombstones delete whole, where that
  /// is known.
  public init(
    _ first: SeriesHistory, _ second: SeriesHistory, selectors: [Selector], limit: Int,
    presences: (first: Presence?, second: Presence?) = (nil, nil)
  ) {
    var union = first
    var sides = [UInt8](repeating: 0, count: first.series.count)
    first.series.forEachWithSamples { series, _ in
      if presences.first?.isDeleted(series) != true { sides[Int(series)] = 1 }
    }
    var known = [LabelPairTable.PairID](repeating: .max, count: second.pairs.count)
    var translated: [LabelPairTable.PairID] = []
    second.series.forEachWithSamples { series, _ in
      if presences.second?.isDeleted(series) == true { return }
      translated.removeAll(keepingCapacity: true)
      let pairs = second.series.pairs(of: series)
      for index in pairs.indices {
        let pair = Int(pairs[index])
        if known[pair] == .max {
          let name = union.pairs.intern(
            name: second.pairs.name(second.pairs.nameID(ofPair: pairs[index])))
          known[pair] = union.pairs.intern(
            name: name, value: second.pairs.value(ofPair: pairs[index]))
        }
        translated.append(known[pair])
      }
      let id = Int(union.series.intern(translated.span))
      if id >= sides.count { sides.append(0) }
      sides[id] |= 2
    }
    self.init(union, sides, selectors, limit)
  }

  /// Compares the series of one history that a query finds at one time with those it finds at another: at the
  /// two instants of `presence`.
  public init(
    _ history: SeriesHistory, _ presence: Presence, selectors: [Selector], limit: Int
  ) {
    var sides = [UInt8](repeating: 0, count: history.series.count)
    for series in sides.indices {
      let id = SeriesTable.SeriesID(series)
      if presence.finds(id, atInstant: 0) { sides[series] = 1 }
      if presence.finds(id, atInstant: 1) { sides[series] |= 2 }
    }
    self.init(history, sides, selectors, limit)
  }

  /// `sides` has a bit for each side that a series is on.
  private init(
    _ history: SeriesHistory, _ sides: [UInt8], _ selectors: [Selector], _ limit: Int
  ) {
    var filter = HistoryFilter(selectors, history)
    var counts = [Counts](repeating: Counts(), count: history.pairs.count)
    var totals = (before: 0, after: 0, common: 0)
    for (id, side) in sides.enumerated() where side != 0 {
      let series = SeriesTable.SeriesID(id)
      guard filter.selects(series) else { continue }
      let (isBefore, isAfter) = (side & 1 != 0, side & 2 != 0)
      if isBefore { totals.before += 1 }
      if isAfter { totals.after += 1 }
      if isBefore && isAfter { totals.common += 1 }
      let pairs = history.series.pairs(of: series)
      for index in pairs.indices {
        if isBefore { counts[Int(pairs[index])].before &+= 1 }
        if isAfter { counts[Int(pairs[index])].after &+= 1 }
      }
    }
    (before, after, common) = totals
    let table = history.pairs
    let metricName = table.nameID(of: Array("__name__".utf8))
    var values = [Counts](repeating: Counts(), count: table.nameCount)
    for (pair, count) in counts.enumerated() {
      let name = Int(table.nameID(ofPair: UInt32(pair)))
      if count.before > 0 { values[name].before &+= 1 }
      if count.after > 0 { values[name].after &+= 1 }
    }
    let met = counts.indices.filter { counts[$0].before != 0 || counts[$0].after != 0 }
    metrics = Self.table(
      met.filter { table.nameID(ofPair: UInt32($0)) == metricName }, counts, limit
    ) { [UInt8](table.value(ofPair: UInt32($0))) }
    labels = Self.table(Array(values.indices), values, limit) { [UInt8](table.name(UInt32($0))) }
    pairs = Self.table(
      met.filter { table.nameID(ofPair: UInt32($0)) != metricName }, counts, limit
    ) { pair in
      let label = table.label(ofPair: UInt32(pair))
      return label.name + Array("=".utf8) + label.value
    }
  }

  private struct Counts {
    var before = 0
    var after = 0
    var change: Int { after - before }
  }

  private static func table(
    _ members: [Int], _ counts: [Counts], _ limit: Int, key: (Int) -> [UInt8]
  ) -> Table {
    func isOrdered(_ left: Int, _ right: Int) -> Bool {
      let (mine, theirs) = (abs(counts[left].change), abs(counts[right].change))
      return mine == theirs
        ? key(left).lexicographicallyPrecedes(key(right)) : mine > theirs
    }
    let changed = members.filter { counts[$0].change != 0 }.sorted(by: isOrdered)
    return Table(
      appeared: members.count { counts[$0].before == 0 && counts[$0].after > 0 },
      vanished: members.count { counts[$0].before > 0 && counts[$0].after == 0 },
      changed: changed.prefix(limit).map {
        Line(key: key($0), before: counts[$0].before, after: counts[$0].after)
      })
  }
}
