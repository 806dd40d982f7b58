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

  /// Starts anew with the labels of a series; those without a value are none.
  mutating func fill(_ labels: Span<PairID>, _ pairs: LabelPairTable) {
    own.removeAll(keepingCapacity: true)
    added.removeAll(keepingCapacity: true)
    for index in labels.indices where pairs.valueLength(ofPair: labels[index]) > 0 {
      own.append(Entry(pair: labels[index], name: pairs.nameID(ofPair: labels[index])))
    }
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

  /// Removes all labels whose names are marked.
  mutating func remove(_ isRemoved: [Bool]) {
    func goes(_ entry: Entry) -> Bool {
      Int(entry.name) < isRemoved.count && isRemoved[Int(entry.name)]
    }
    own.removeAll(where: goes)
    if !added.isEmpty { added.removeAll(where: goes) }
  }
}
