public import TSDBFormat

/// Every distinct series once: its label pairs, first and last sample, and how many samples.
public struct SeriesTable: Sendable {
  /// Number of a series.
  public typealias SeriesID = UInt32

  private var pairs = LargeArray<LabelPairTable.PairID>()
  private var pairEnds = LargeArray<Int>()
  private var hashes = LargeArray<UInt32>()
  private var index = HashIndex()
  /// First and last sample of each series, by id; empty where none was met.
  public var times: Span<TimeRange> {
    @_lifetime(borrow self)
    get { allTimes.span }
  }
  private var allTimes = LargeArray<TimeRange>()

  /// An empty table.
  public init() {}

  /// How many distinct series there are; their ids are 0 to this.
  public var count: Int { pairEnds.count }
  /// How many labels all series have together.
  public var labelCount: Int { pairs.count }

  /// The label pairs of a series, as it has them.
  @_lifetime(borrow self)
  public func pairs(of series: SeriesID) -> Span<LabelPairTable.PairID> {
    let series = Int(series)
    return pairs.span.extracting((series == 0 ? 0 : pairEnds[series &- 1])..<pairEnds[series])
  }

  /// The label pairs of the first `count` series, one series behind the other.
  @_lifetime(borrow self)
  func pairs(ofFirst count: Int) -> Span<LabelPairTable.PairID> {
    pairs.span.extracting(0..<(count == 0 ? 0 : pairEnds[count &- 1]))
  }

  /// What a label pair at a place adds to the sum that `hash(sum:count:)` takes. A sum, so that a
  /// series that differs in one label from another needs one part anew.
  static func hashPart(of pair: LabelPairTable.PairID, at place: Int) -> UInt64 {
    ByteHash.mix(UInt64(pair), UInt64(truncatingIfNeeded: place))
  }

  /// The hash of a series of `count` labels.
  static func hash(sum: UInt64, count: Int) -> UInt64 {
    ByteHash.mix(sum, UInt64(truncatingIfNeeded: count))
  }

  /// Asks for the memory that `intern` will touch.
  func prefetch(_ hash: UInt64) { index.prefetch(hash) }

  /// The id of the series with these label pairs, new if it has none.
  public mutating func intern(_ wanted: Span<LabelPairTable.PairID>) -> SeriesID {
    var sum: UInt64 = 0
    for place in wanted.indices { sum &+= Self.hashPart(of: wanted[place], at: place) }
    return intern(wanted, hash: Self.hash(sum: sum, count: wanted.count))
  }

  mutating func intern(_ wanted: Span<LabelPairTable.PairID>, hash: UInt64) -> SeriesID {
    var slot = index.firstSlot(for: hash)
    while true {
      switch index.entry(at: slot, for: hash) {
      case .candidate(let id): if pairs(of: id, are: wanted) { return id }
      case .other: break
      case .empty:
        let id = SeriesID(pairEnds.count)
        pairs.append(contentsOf: wanted)
        pairEnds.append(pairs.count)
        hashes.append(UInt32(truncatingIfNeeded: hash))
        allTimes.append(TimeRange())
        index.insert(id, hash: hash, at: slot)
        if index.isTooFull { growIndex() }
        return id
      }
      slot = index.nextSlot(after: slot)
    }
  }

  /// The id of the series with these label pairs, if it is in.
  func find(_ wanted: Span<LabelPairTable.PairID>) -> SeriesID? {
    var sum: UInt64 = 0
    for place in wanted.indices { sum &+= Self.hashPart(of: wanted[place], at: place) }
    let hash = Self.hash(sum: sum, count: wanted.count)
    var slot = index.firstSlot(for: hash)
    while true {
      switch index.entry(at: slot, for: hash) {
      case .candidate(let id): if pairs(of: id, are: wanted) { return id }
      case .other: break
      case .empty: return nil
      }
      slot = index.nextSlot(after: slot)
    }
  }

  private mutating func growIndex() {
    let hashes = self.hashes
    index.grow { UInt64(hashes[Int($0)]) }
  }

  private func pairs(of series: SeriesID, are wanted: Span<LabelPairTable.PairID>) -> Bool {
    let own = pairs(of: series)
    guard own.count == wanted.count else { return false }
    for index in own.indices where own[index] != wanted[index] {
      return false
    }
    return true
  }

  /// Calls `body` for each series that has samples.
  public func forEachWithSamples(_ body: (SeriesID, TimeRange) -> Void) {
    let times = self.times
    for index in times.indices where !times[index].isEmpty {
      body(SeriesID(index), times[index])
    }
  }

  /// First to last sample of all series.
  public var timeRange: TimeRange {
    let times = self.times
    var (minTime, maxTime) = (Int64.max, Int64.min)
    for index in times.indices where !times[index].isEmpty {
      minTime = min(minTime, times[index].minTime)
      maxTime = max(maxTime, times[index].maxTime)
    }
    return minTime > maxTime ? TimeRange() : TimeRange(minTime: minTime, maxTime: maxTime)
  }

  /// Takes in that a series has samples in `range`.
  public mutating func include(_ range: TimeRange, of series: SeriesID) {
    allTimes[Int(series)].include(range)
  }

  /// The times of all series, to be changed in a loop that must be fast.
  @_lifetime(&self)
  mutating func mutableTimes() -> MutableSpan<TimeRange> { allTimes.mutableSpan }
}
