/// The labels of one series while rules change them, as numbers of label pairs: those it had, and behind
/// them those that were set, as `RelabelledLabels` has them.
struct PairRow {
  typealias PairID = LabelPairTable.PairID
  typealias NameID = LabelPairTable.NameID

  private(set) var own: [PairID] = []
  private(set) var added: [PairID] = []

  /// Starts anew with the labels of a series; those without a value are none.
  mutating func fill(_ labels: Span<PairID>, _ pairs: LabelPairTable) {
    own.removeAll(keepingCapacity: true)
    added.removeAll(keepingCapacity: true)
    for index in labels.indices where pairs.valueLength(ofPair: labels[index]) > 0 {
      own.append(labels[index])
    }
  }

  /// All labels, in the order in which rules go through them.
  var all: [PairID] { added.isEmpty ? own : own + added }

  /// How many labels there are.
  var count: Int { own.count + added.count }

  /// The label of this name, if there is one.
  func pair(named name: NameID, in pairs: LabelPairTable) -> PairID? {
    added.first { pairs.nameID(ofPair: $0) == name }
      ?? own.first { pairs.nameID(ofPair: $0) == name }
  }

  /// Removes the label of this name, and sets it to `pair` where one is given.
  mutating func set(_ name: NameID, to pair: PairID?, in pairs: LabelPairTable) {
    own.removeAll { pairs.nameID(ofPair: $0) == name }
    let index = added.firstIndex { pairs.nameID(ofPair: $0) == name }
    switch (pair, index) {
    case (let pair?, let index?): added[index] = pair
    case (let pair?, nil): added.append(pair)
    case (nil, let index?): added.remove(at: index)
    case (nil, nil): break
    }
  }

  /// Removes all labels whose names are marked.
  mutating func remove(_ isRemoved: [Bool], in pairs: LabelPairTable) {
    func goes(_ pair: PairID) -> Bool {
      let name = Int(pairs.nameID(ofPair: pair))
      return name < isRemoved.count && isRemoved[name]
    }
    own.removeAll(where: goes)
    if !added.isEmpty { added.removeAll(where: goes) }
  }
}
