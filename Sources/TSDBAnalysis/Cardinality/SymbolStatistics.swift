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
  /// So many slots are in a cache anyway.
  private static let fewSlots = 1 << 14

  /// Counts the labels of all series of `batch`, or of those for which `selected` says so.
  mutating func add(_ batch: SeriesBatch, selected: [Bool]?) {
    let labels = batch.labels.span
    // Only ever an address to hint at: every access goes through the checked span.
    let base =
      slots.count < Self.fewSlots
      ? nil : unsafe slots.withUnsafeBufferPointer { $0.baseAddress }
    // Moved out and back: while the span lives, nothing else of `self` can change.
    var overflow = self.overflow
    self.overflow = [:]
    var table = slots.mutableSpan
    var index = 0
    for (number, series) in batch.series.enumerated() {
      if selected?[number] == false {
        index = series.labelsEnd
        continue
      }
      // As promtool has it, which wraps around where chunks are out of order.
      let covered = UInt64(bitPattern: series.maxTime &- series.minTime)
      while index < series.labelsEnd {
        let ahead = index &+ Self.distance
        if ahead < labels.count, let base = unsafe base {
          unsafe epimetheus_prefetch(base + Int(labels[ahead].value))
        }
        let label = labels[index]
        if !Self.count(label, covered, &table[Int(label.value)]) {
          let pair = Pair(name: label.name, value: label.value)
          var slot = overflow[pair] ?? Slot(name: label.name &+ 1)
          _ = Self.count(label, covered, &slot)
          overflow[pair] = slot
        }
        index &+= 1
      }
    }
    self.overflow = overflow
  }

  /// True for a label that was counted in the slot of its value, not in `overflow`.
  func holds(_ label: SeriesBatch.LabelSymbols) -> Bool {
    slots[Int(label.value)].name == label.name &+ 1
  }

  /// Counts the label in its slot; false if the slot is another label's.
  private static func count(
    _ label: SeriesBatch.LabelSymbols, _ covered: UInt64, _ slot: inout Slot
  ) -> Bool {
    let name = label.name &+ 1
    guard slot.name == name || slot.name == 0 else { return false }
    slot.name = name
    slot.series &+= 1
    slot.covered &+= covered
    return true
  }
}
