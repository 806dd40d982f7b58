internal import TSDBFormat

/// Chooses among labels by the series that are left without them, together with those that follow from
/// them.
struct LabelChoice {
  typealias NameID = LabelPairTable.NameID
  typealias PairID = LabelPairTable.PairID

  /// A label with those that follow from it, and how many series are left without all of them.
  struct Ranked {
    let label: NameID
    let followers: [NameID]
    let left: Int
    /// How many values it has.
    let values: Int
  }

  /// One value of a label in ten may have two of another, and the other still follows from it: addresses and
  /// ids are used again.
  private static let exceptions = 1.1

  let history: SeriesHistory
  let members: [SeriesTable.SeriesID]

  init(_ history: SeriesHistory, _ members: [SeriesTable.SeriesID]) {
    self.history = history
    self.members = members
  }

  /// The labels, the one without which the fewest series are left first.
  func rank(_ labels: [NameID]) -> [Ranked] {
    labels.map { label in
      let followers = determined(by: label, of: labels.filter { $0 != label })
      return Ranked(
        label: label, followers: followers, left: left(without: [label] + followers),
        values: distinct(label))
    }.sorted { left, right in
      (left.left, -left.followers.count, -left.values, left.label)
        < (right.left, -right.followers.count, -right.values, right.label)
    }
  }

  private func distinct(_ label: NameID) -> Int {
    var values = Set<PairID>()
    var finder = LabelFinder(label)
    for series in members {
      if let own = finder.pair(of: series, in: history) { values.insert(own) }
    }
    return values.count
  }

  /// Which of `others` follow from `label`: each of its values has one of theirs.
  func determined(by label: NameID, of others: [NameID]) -> [NameID] {
    guard !others.isEmpty else { return [] }
    var distinct = Set<PairID>()
    var together = [PairCounter](repeating: PairCounter(), count: others.count)
    var finder = LabelFinder(label)
    var finders = others.map { LabelFinder($0) }
    for series in members {
      guard let own = finder.pair(of: series, in: history) else { continue }
      distinct.insert(own)
      for index in others.indices {
        if let other = finders[index].pair(of: series, in: history) {
          together[index].count(own, other)
        }
      }
    }
    return others.indices.filter { index in
      var pairs = 0
      together[index].forEach { _, _, _ in pairs += 1 }
      return pairs > 0 && Double(pairs) <= Self.exceptions * Double(distinct.count)
    }.map { others[$0] }
  }

  /// True where the labels multiply: a value of each comes with three of the other, on average.
  func multiply(_ label: NameID, _ other: NameID) -> Bool {
    var counter = PairCounter()
    var values = Set<PairID>()
    var others = Set<PairID>()
    var finder = LabelFinder(label)
    var otherFinder = LabelFinder(other)
    for series in members {
      guard let own = finder.pair(of: series, in: history),
        let its = otherFinder.pair(of: series, in: history)
      else { continue }
      values.insert(own)
      others.insert(its)
      counter.count(own, its)
    }
    var pairs = 0
    counter.forEach { _, _, _ in pairs += 1 }
    return pairs >= 3 * max(values.count, others.count, 1)
  }

  /// How many series are left without the labels.
  private func left(without labels: [NameID]) -> Int {
    var left = Set<UInt64>()
    let isDropped = Set(labels)
    for series in members {
      let pairs = history.series.pairs(of: series)
      var sum: UInt64 = 0
      for index in pairs.indices {
        let pair = pairs[index]
        guard !isDropped.contains(history.pairs.nameID(ofPair: pair)) else { continue }
        sum &+= ByteHash.mix(UInt64(pair), 0x9e37_79b9_7f4a_7c15)
      }
      left.insert(sum)
    }
    return left.count
  }
}
