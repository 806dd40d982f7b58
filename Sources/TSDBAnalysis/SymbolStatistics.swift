internal import CChecksum
internal import TSDBFormat

/// Series and covered time of every label of an index, by the symbol of the value.
///
/// Nearly every value belongs to one label name, so an array with one slot for each symbol holds all
/// but a few labels; a value under a second name goes into a dictionary. The slot of a label is asked
/// for some time before it is used: on indices of millions of values waiting for memory would be most
/// of the work.
struct SymbolStatistics: Sendable {
  /// The figures of one label.
  struct Slot: Sendable {
    /// Symbol of the name, plus 1; 0 while the slot is empty.
    var name: UInt32 = 0
    /// Series that carry it.
    var series: UInt32 = 0
    /// Milliseconds that they cover, added up; wraps around.
    var covered: UInt64 = 0
  }

  /// A label by the symbols of its name and value.
  struct Pair: Hashable, Sendable {
    let name: UInt32
    let value: UInt32
  }

  private(set) var slots: [Slot]
  private(set) var overflow: [Pair: Slot] = [:]

  init(symbols: Int) {
    slots = [Slot](repeating: Slot(), count: symbols)
  }

  /// How many labels ahead the memory of a slot is asked for.
  private static let distance = 32

  /// Counts the labels `range` of `labels`, each of a series that covers `covered` milliseconds; the
  /// memory of those that follow is asked for.
  mutating func add(
    _ labels: [SeriesBatch.LabelSymbols], _ range: Range<Int>, covered: UInt64
  ) {
    for index in range {
      let ahead = index &+ Self.distance
      if ahead < labels.count { prefetch(Int(labels[ahead].value)) }
      count(labels[index], covered)
    }
  }

  private func prefetch(_ index: Int) {
    unsafe slots.withUnsafeBufferPointer { buffer in
      guard index < buffer.count, let base = buffer.baseAddress else { return }
      unsafe epimetheus_prefetch(base + index)
    }
  }

  private mutating func count(_ label: SeriesBatch.LabelSymbols, _ covered: UInt64) {
    let index = Int(label.value)
    let name = label.name &+ 1
    if slots[index].name == name {
      slots[index].series &+= 1
      slots[index].covered &+= covered
    } else if slots[index].name == 0 {
      slots[index] = Slot(name: name, series: 1, covered: covered)
    } else {
      let pair = Pair(name: label.name, value: label.value)
      overflow[pair, default: Slot(name: name)].series &+= 1
      overflow[pair]?.covered &+= covered
    }
  }
}
