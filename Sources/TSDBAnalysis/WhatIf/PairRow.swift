internal import TSDBFormat

/// The labels of one series while rules change them, as numbers of label pairs: those it had, and behind
/// them those that were set, as `RelabelledLabels` has them.
struct PairRow {
  typealias PairID = LabelPairTable.PairID
  typealias NameID = LabelPairTable.NameID

  /// A label, with the name of its pair: rules ask for names again and again, and the table of pairs is
  /// far too large to be asked each time.
  struct Entry: Equatable {
    let pair: PairID
    let name: NameID
  }

  private var own: [Entry] = []
  private var added: [Entry] = []

  /// The names of all pairs that there are before rules make new ones, read once for all series.
  struct Names: Sendable {
    /// By pair; `none` for pairs without a value.
    fileprivate let byPair: [NameID]
    fileprivate static let none = NameID.max

    init(_ pairs: LabelPairTable) {
      byPair = (0..<PairID(pairs.count)).map {
        pairs.valueLength(ofPair: $0) > 0 ? pairs.nameID(ofPair: $0) : Self.none
      }
    }

    /// The name of a pair; nil where it has no value.
    subscript(pair: PairID) -> NameID? {
      let name = byPair[Int(pair)]
      return name == Self.none ? nil : name
    }
  }

  /// Starts anew with the labels of a series; those without a value are none.
  mutating func fill(_ labels: Span<PairID>, _ names: Names) {
    own.removeAll(keepingCapacity: true)
    if !added.isEmpty { added.removeAll(keepingCapacity: true) }
    for index in labels.indices {
      let name = names.byPair[Int(labels[index])]
      if name != Names.none { own.append(Entry(pair: labels[index], name: name)) }
    }
  }

  /// The label at `place` of all.
  subscript(place: Int) -> Entry {
    place < own.count ? own[place] : added[place - own.count]
  }

  /// All labels, in the order in which rules go through them.
  var all: [Entry] { added.isEmpty ? own : own + added }

  /// Puts all labels into `list`, instead of what was in it, in the order of their numbers.
  func sort(into list: inout [PairID]) {
    list.removeAll(keepingCapacity: true)
    for entry in own { list.append(entry.pair) }
    for entry in added { list.append(entry.pair) }
    list.sort()
  }

  /// How many labels there are.
  var count: Int { own.count + added.count }

  /// The label of this name, if there is one.
  func pair(named name: NameID) -> PairID? {
    (added.first { $0.name == name } ?? own.first { $0.name == name })?.pair
  }

  /// Removes the label of this name, and sets it to `pair` where one is given.
  mutating func set(_ name: NameID, to pair: PairID?) {
    own.removeAll { $0.name == name }
    let index = added.firstIndex { $0.name == name }
    switch (pair.map { Entry(pair: $0, name: name) }, index) {
    case (let entry?, let index?): added[index] = entry
    case (let entry?, nil): added.append(entry)
    case (nil, let index?): added.remove(at: index)
    case (nil, nil): break
    }
  }

  /// Removes all labels whose names `isUnwanted` takes.
  mutating func removeAll(where isUnwanted: (NameID) -> Bool) {
    own.removeAll { isUnwanted($0.name) }
    if !added.isEmpty { added.removeAll { isUnwanted($0.name) } }
  }
}
