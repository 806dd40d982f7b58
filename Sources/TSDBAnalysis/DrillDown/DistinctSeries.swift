internal import TSDBFormat

/// How many distinct series are left when one label is taken from each: exact, by comparing the label
/// pairs of every two series whose hashes are equal.
///
/// Memory is about 20 bytes a series. Beyond a limit only the series whose hash without the label falls
/// into one of 2ⁿ equal parts are counted, and the count is multiplied: the rest is then an estimate.
struct DistinctSeries {
  /// A count, and whether it is an estimate.
  struct Count: Equatable {
    let series: Int
    let isEstimate: Bool
  }

  private let history: SeriesHistory
  private let members: [SeriesTable.SeriesID]
  /// By member: the sum of the hashes of its pairs, from which that of one pair can be taken.
  private let sums: [UInt64]
  private let maxMemory: Int

  init(_ history: SeriesHistory, members: [SeriesTable.SeriesID], maxMemory: Int) {
    self.history = history
    self.members = members
    self.maxMemory = maxMemory
    sums = members.map { series in
      var sum: UInt64 = 0
      let pairs = history.series.pairs(of: series)
      for index in pairs.indices { sum &+= Self.hash(pairs[index]) }
      return sum
    }
  }

  private static func hash(_ pair: LabelPairTable.PairID) -> UInt64 {
    ByteHash.mix(UInt64(pair), 0x9e37_79b9_7f4a_7c15)
  }

  /// Distinct series without the label `name`.
  func count(without name: LabelPairTable.NameID) -> Count {
    var shift = 0
    while (members.count &>> shift) * 20 > maxMemory, shift < 32 { shift += 1 }
    let mask = (UInt64(1) &<< UInt64(shift)) &- 1
    var table = Table(expecting: members.count &>> shift)
    var distinct = 0
    for (member, series) in members.enumerated() {
      let own = history.pair(of: series, named: name)
      let hash = ByteHash.mix(own.map { sums[member] &- Self.hash($0) } ?? sums[member], 1)
      guard hash &>> 32 & mask == 0 else { continue }
      let isNew = table.insert(UInt32(member), hash) {
        areEqual(series, members[Int($0)], without: name)
      }
      if isNew { distinct &+= 1 }
    }
    return Count(series: distinct &<< shift, isEstimate: shift > 0)
  }

  private func areEqual(
    _ series: SeriesTable.SeriesID, _ other: SeriesTable.SeriesID,
    without name: LabelPairTable.NameID
  ) -> Bool {
    let own = history.series.pairs(of: series)
    let others = history.series.pairs(of: other)
    var place = 0
    for index in own.indices {
      if history.pairs.nameID(ofPair: own[index]) == name { continue }
      if place < others.count, history.pairs.nameID(ofPair: others[place]) == name { place += 1 }
      guard place < others.count, others[place] == own[index] else { return false }
      place += 1
    }
    if place < others.count, history.pairs.nameID(ofPair: others[place]) == name { place += 1 }
    return place == others.count
  }

  /// Members by hash: open addressing.
  private struct Table {
    private var hashes: [UInt32]
    private var members: [UInt32]
    private var count = 0

    init(expecting count: Int) {
      var size = 64
      while size < count * 2, size < 1 << 33 { size *= 2 }
      // Small at first: most labels leave few series.
      size = min(size, 1 << 16)
      hashes = [UInt32](repeating: 0, count: size)
      members = [UInt32](repeating: .max, count: size)
    }

    /// False if `isEqual` to one that is there.
    mutating func insert(_ member: UInt32, _ hash: UInt64, isEqual: (UInt32) -> Bool) -> Bool {
      let short = UInt32(truncatingIfNeeded: hash)
      var slot = Int(short) & (members.count - 1)
      while members[slot] != .max {
        if hashes[slot] == short, isEqual(members[slot]) { return false }
        slot = (slot + 1) & (members.count - 1)
      }
      hashes[slot] = short
      members[slot] = member
      count += 1
      if count * 2 > members.count { grow() }
      return true
    }

    private mutating func grow() {
      let (oldHashes, oldMembers) = (hashes, members)
      hashes = [UInt32](repeating: 0, count: oldMembers.count * 2)
      members = [UInt32](repeating: .max, count: oldMembers.count * 2)
      for (hash, member) in zip(oldHashes, oldMembers) where member != .max {
        var slot = Int(hash) & (members.count - 1)
        while members[slot] != .max { slot = (slot + 1) & (members.count - 1) }
        hashes[slot] = hash
        members[slot] = member
      }
    }
  }
}
