/// Every distinct series once: its label pairs, first and last sample, and how many samples.
public struct SeriesTable: Sendable {
  /// Number of a series.
  public typealias SeriesID = UInt32

  private var pairs: [LabelPairTable.PairID] = []
  private var pairEnds: [Int] = []
  private var hashes: [UInt32] = []
  private var index = HashIndex()
  /// Time of the first sample, in milliseconds; `Int64.max` where none was met.
  public private(set) var firstTimes: [Int64] = []
  /// Time of the last sample, in milliseconds; `Int64.min` where none was met.
  public private(set) var lastTimes: [Int64] = []

  /// An empty table.
  public init() {}

  /// How many distinct series there are; their ids are 0 to this.
  public var count: Int { pairEnds.count }
  /// How many labels all series have together.
  public var labelCount: Int { pairs.count }

  /// The label pairs of a series, as it has them.
  public func pairs(of series: SeriesID) -> ArraySlice<LabelPairTable.PairID> {
    let series = Int(series)
    return pairs[(series == 0 ? 0 : pairEnds[series - 1])..<pairEnds[series]]
  }

  static func hash(_ pairs: ArraySlice<LabelPairTable.PairID>) -> UInt64 {
    var hash = UInt64(pairs.count)
    for pair in pairs { hash = ByteHash.mix(hash, UInt64(pair)) }
    return hash
  }

  /// Asks for the memory that `intern` will touch.
  func prefetch(_ hash: UInt64) { index.prefetch(hash) }

  /// The id of the series with these label pairs, new if it has none.
  public mutating func intern(_ wanted: ArraySlice<LabelPairTable.PairID>) -> SeriesID {
    intern(wanted, hash: Self.hash(wanted))
  }

  mutating func intern(
    _ wanted: ArraySlice<LabelPairTable.PairID>, hash: UInt64
  ) -> SeriesID {
    var slot = index.firstSlot(for: hash)
    while true {
      switch index.entry(at: slot, for: hash) {
      case .candidate(let id): if pairs(of: id) == wanted { return id }
      case .other: break
      case .empty:
        let id = SeriesID(pairEnds.count)
        pairs.append(contentsOf: wanted)
        pairEnds.append(pairs.count)
        hashes.append(UInt32(truncatingIfNeeded: hash))
        firstTimes.append(.max)
        lastTimes.append(.min)
        let hashes = self.hashes
        index.insert(id, hash: hash, at: slot) { UInt64(hashes[Int($0)]) }
        return id
      }
      slot = index.nextSlot(after: slot)
    }
  }

  /// Takes in that a series has a sample at `time`.
  @inline(__always)
  mutating func include(_ time: Int64, of series: SeriesID) {
    let series = Int(series)
    if time < firstTimes[series] { firstTimes[series] = time }
    if time > lastTimes[series] { lastTimes[series] = time }
  }
}
