public import TSDBFormat

/// Every distinct series once: its label pairs, first and last sample, and how many samples.
public struct SeriesTable: Sendable {
  /// Number of a series.
  public typealias SeriesID = UInt32

  private var pairs: [LabelPairTable.PairID] = []
  private var pairEnds: [Int] = []
  private var hashes: [UInt32] = []
  private var index = HashIndex()
  /// First and last sample of each series, by id; empty where none was met.
  public private(set) var times: [TimeRange] = []

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

  /// The hash of no labels at all.
  static let emptyHash: UInt64 = 1

  /// The hash of one more label pair behind those of `hash`.
  static func extend(_ hash: UInt64, with pair: LabelPairTable.PairID) -> UInt64 {
    ByteHash.mix(hash, UInt64(pair))
  }

  /// Asks for the memory that `intern` will touch.
  func prefetch(_ hash: UInt64) { index.prefetch(hash) }

  /// The id of the series with these label pairs, new if it has none.
  public mutating func intern(_ wanted: ArraySlice<LabelPairTable.PairID>) -> SeriesID {
    intern(wanted, hash: wanted.reduce(Self.emptyHash) { Self.extend($0, with: $1) })
  }

  mutating func intern(
    _ wanted: ArraySlice<LabelPairTable.PairID>, hash: UInt64
  ) -> SeriesID {
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
        times.append(TimeRange())
        let hashes = self.hashes
        index.insert(id, hash: hash, at: slot) { UInt64(hashes[Int($0)]) }
        return id
      }
      slot = index.nextSlot(after: slot)
    }
  }

  private func pairs(of series: SeriesID, are wanted: ArraySlice<LabelPairTable.PairID>) -> Bool {
    let own = pairs(of: series)
    guard own.count == wanted.count else { return false }
    for index in own.indices where own[index] != wanted[wanted.startIndex &+ index] {
      return false
    }
    return true
  }

  /// Takes in that a series has samples in `range`.
  public mutating func include(_ range: TimeRange, of series: SeriesID) {
    times[Int(series)].include(range)
  }

  /// The times of all series, to be changed in a loop that must be fast.
  @_lifetime(&self)
  mutating func mutableTimes() -> MutableSpan<TimeRange> { times.mutableSpan }
}
