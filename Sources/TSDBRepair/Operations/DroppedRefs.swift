internal import TSDBFormat
internal import TSDBStore

/// Which refs stand for series that leave, learned from series records in the order of replay.
///
/// Three bits for each ref, by words of 64 refs: servers number series one by one, so the words are
/// full; damaged refs cost a word each.
struct DroppedRefs {
  private struct Word {
    /// Refs that a record defined.
    var known: UInt64 = 0
    /// Of these, whose series leaves; of refs with both kinds, what holds at the place where the pass is.
    var dropped: UInt64 = 0
    /// Refs that stood for a series that leaves and for one that stays.
    var mixed: UInt64 = 0
  }

  private let selectors: [Selector]
  private var words: [UInt64: Word] = [:]
  /// Refs that are known to stand for a series that leaves.
  private(set) var count = 0
  /// Refs with both kinds of series.
  private(set) var mixedCount = 0

  init(_ selectors: [Selector]) {
    self.selectors = selectors
  }

  /// Takes in that a record gives `ref` to the series with `labels`, which stand as in a record.
  mutating func learn(_ ref: UInt64, _ labels: RawSpan) {
    let leaves = selects(labels)
    let bit: UInt64 = 1 << (ref & 63)
    var word = words[ref >> 6] ?? Word()
    if word.known & bit == 0 {
      word.known |= bit
      if leaves {
        word.dropped |= bit
        count += 1
      }
    } else if (word.dropped & bit != 0) != leaves, word.mixed & bit == 0 {
      word.mixed |= bit
      mixedCount += 1
      if leaves { count += 1 }
    }
    words[ref >> 6] = word
  }

  /// The same on a second pass: for a ref that stands for several series, the record decides about what
  /// follows it. True if the series leaves.
  mutating func define(_ ref: UInt64, _ labels: RawSpan) -> Bool {
    let bit: UInt64 = 1 << (ref & 63)
    guard let word = words[ref >> 6], word.known & bit != 0 else { return selects(labels) }
    guard word.mixed & bit != 0 else { return word.dropped & bit != 0 }
    let leaves = selects(labels)
    if leaves {
      words[ref >> 6]?.dropped |= bit
    } else {
      words[ref >> 6]?.dropped &= ~bit
    }
    return leaves
  }

  /// True for a ref whose series leaves; what stands before the first record of a ref is of that one's
  /// series.
  func isDropped(_ ref: UInt64) -> Bool {
    guard let word = words[ref >> 6] else { return false }
    return word.dropped & 1 << (ref & 63) != 0
  }

  /// True for a ref all of whose series leave: chunks do not say when they were written.
  func isAlwaysDropped(_ ref: UInt64) -> Bool {
    guard let word = words[ref >> 6] else { return false }
    return (word.dropped & ~word.mixed) & 1 << (ref & 63) != 0
  }

  /// True when one of the selectors selects the labels.
  private func selects(_ labels: RawSpan) -> Bool {
    selectors.contains { selector in
      selector.matchers.allSatisfy { matcher in
        matcher.matches(Self.value(of: matcher.name, in: labels))
      }
    }
  }

  /// The value of a label; empty where there is none.
  @_lifetime(copy labels)
  private static func value(of name: [UInt8], in labels: RawSpan) -> RawSpan {
    var cursor = ByteCursor(labels, at: 0, in: .seriesRecord)
    guard let count = try? cursor.count(ofAtLeast: 2) else { return labels.extracting(0..<0) }
    for _ in 0..<count {
      guard let found = try? cursor.lengthPrefixed(), let value = try? cursor.lengthPrefixed()
      else { break }
      if found.isEqual(to: name.rawBytes) { return value }
    }
    return labels.extracting(0..<0)
  }
}
