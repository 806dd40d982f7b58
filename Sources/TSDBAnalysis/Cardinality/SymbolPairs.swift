internal import TSDBFormat
internal import TSDBStore

/// The labels of a block, as `Cardinality` wants them. Numbers are those of the value's symbol, and
/// after them those of the labels whose value also stands under another name.
struct SymbolPairs: LabelPairs {
  let names: [[UInt8]]
  private let census: BlockCensus
  private let range: UInt64
  /// By symbol: which name it is, if it is one.
  private let nameNumbers: [Int32]
  /// By name: its place in the order of keys, in which a `=` follows the name.
  private let keyOrder: [Int]
  private let overflow: [(pair: SymbolStatistics.Pair, slot: SymbolStatistics.Slot)]

  init(_ census: BlockCensus, range: Int64) {
    self.census = census
    self.range = UInt64(bitPattern: range)
    overflow = census.statistics.overflow.map { ($0.key, $0.value) }
    var nameNumbers = [Int32](repeating: -1, count: census.index.symbols.count)
    var names: [[UInt8]] = []
    func note(_ symbol: UInt32) {
      guard nameNumbers[Int(symbol)] < 0 else { return }
      nameNumbers[Int(symbol)] = Int32(truncatingIfNeeded: names.count)
      names.append(census.index.symbol(Int(symbol)))
    }
    for slot in census.statistics.slots where slot.name > 0 { note(slot.name &- 1) }
    for entry in overflow { note(entry.pair.name) }
    self.names = names
    self.nameNumbers = nameNumbers
    let keys = names.map { $0 + [UInt8(ascii: "=")] }
    var keyOrder = [Int](repeating: 0, count: names.count)
    let sorted = names.indices.sorted { keys[$0].lexicographicallyPrecedes(keys[$1]) }
    for (place, name) in sorted.enumerated() { keyOrder[name] = place }
    self.keyOrder = keyOrder
  }

  func forEachPair(_ body: (LabelPair, Int) -> Void) {
    let slots = census.statistics.slots
    for value in slots.indices where slots[value].name > 0 {
      body(pair(slots[value], value: value), value)
    }
    for (number, entry) in overflow.enumerated() {
      body(pair(entry.slot, value: Int(entry.pair.value)), slots.count &+ number)
    }
  }

  /// The range less what is covered, for each series; summed up with Go's wrap-around.
  private func pair(_ slot: SymbolStatistics.Slot, value: Int) -> LabelPair {
    let series = UInt64(slot.series)
    return LabelPair(
      name: Int(nameNumbers[Int(slot.name &- 1)]),
      valueLength: census.index.symbols.length(of: value), series: series,
      uncovered: series &* range &- slot.covered)
  }

  private func symbols(of number: Int) -> SymbolStatistics.Pair {
    let slots = census.statistics.slots
    guard number >= slots.count else {
      return SymbolStatistics.Pair(
        name: slots[number].name &- 1, value: UInt32(truncatingIfNeeded: number))
    }
    return overflow[number &- slots.count].pair
  }

  /// What the label with this number has of `bytes`.
  func amount(of number: Int, in bytes: ByteCensus) -> ByteCensus.Amount {
    number < census.statistics.slots.count
      ? bytes.amount(ofSlot: number) : bytes.amount(of: symbols(of: number))
  }

  func value(of number: Int) -> [UInt8] { census.index.symbol(Int(symbols(of: number).value)) }

  func key(of number: Int) -> [UInt8] {
    let name = census.index.symbol(Int(symbols(of: number).name))
    return name + [UInt8(ascii: "=")] + value(of: number)
  }

  /// Symbols are in order, so numbers tell the order of values; but those of a damaged table may not
  /// be, and of names that hold a `=` the one may begin with the other.
  func isOrdered(_ number: Int, before other: Int) -> Bool {
    let (first, second) = (symbols(of: number), symbols(of: other))
    guard census.index.symbols.damage.isEmpty else {
      return key(of: number).lexicographicallyPrecedes(key(of: other))
    }
    if first.name == second.name { return first.value < second.value }
    let numbers = (nameNumbers[Int(first.name)], nameNumbers[Int(second.name)])
    if names[Int(numbers.0)].contains(UInt8(ascii: "="))
      || names[Int(numbers.1)].contains(UInt8(ascii: "="))
    {
      return key(of: number).lexicographicallyPrecedes(key(of: other))
    }
    return keyOrder[Int(numbers.0)] < keyOrder[Int(numbers.1)]
  }
}
