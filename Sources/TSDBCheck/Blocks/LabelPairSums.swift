internal import TSDBFormat

/// For each label of an index, how many series carry it and the sum of their references: enough to
/// tell whether a list of postings holds these series and no others.
///
/// Nearly every value belongs to one name, so the value's number finds the label; those of further
/// names are in a dictionary.
struct LabelPairSums {
  /// What is known of one label.
  struct Entry {
    var name: UInt32
    var count: UInt32
    var sum: UInt64
  }

  private static let noName = UInt32.max
  private var entries: [Entry]
  private var others: [UInt64: Entry] = [:]

  /// No series, for an index with so many symbols.
  init(symbols: Int) {
    entries = [Entry](
      repeating: Entry(name: Self.noName, count: 0, sum: 0), count: symbols)
  }

  /// Counts a series for one of its labels.
  mutating func add(_ label: SeriesBatch.LabelSymbols, term: UInt64) {
    let index = Int(label.value)
    let name = label.name
    if entries[index].name == name {
      entries[index].count &+= 1
      entries[index].sum &+= term
    } else if entries[index].name == Self.noName {
      entries[index] = Entry(name: name, count: 1, sum: term)
    } else {
      let key = UInt64(name) &<< 32 | UInt64(label.value)
      var entry = others[key] ?? Entry(name: name, count: 0, sum: 0)
      entry.count &+= 1
      entry.sum &+= term
      others[key] = entry
    }
  }

  /// What is known of a label, which then counts as seen; nil if no series carries it.
  mutating func take(name: Int, value: Int) -> Entry? {
    guard entries.indices.contains(value) else { return nil }
    let found = entries[value]
    if found.name != Self.noName, Int(found.name) == name {
      guard found.count > 0 else { return nil }
      entries[value].count = 0
      return found
    }
    return others.removeValue(forKey: UInt64(name) &<< 32 | UInt64(value))
  }

  /// The labels that were not taken: how many, and the first in the order of values.
  var left: (count: Int, first: (name: Int, value: Int)?) {
    var count = 0
    var first: (name: Int, value: Int)?
    for (value, entry) in entries.enumerated() where entry.count > 0 {
      count &+= 1
      if first == nil { first = (Int(entry.name), value) }
    }
    count &+= others.count
    if first == nil, let key = others.keys.min() {
      first = (Int(truncatingIfNeeded: key &>> 32), Int(truncatingIfNeeded: key & 0xffff_ffff))
    }
    return (count, first)
  }
}
