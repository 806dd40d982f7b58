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
  /// Series whose labels have one of these leave, too.
  private var flaws: Set<LabelFlaw> = []
  /// The places of selectors that have selected nothing so far.
  private(set) var idle: Set<Int> = []
  /// What leaves where selectors do not say it.
  private var undefined: UndefinedRefs?
  /// The highest ref of a series that stays: a server gives those above it to new series, so that what
  /// lies under one that nothing defines must not stay either.
  private var highestKept: UInt64 = 0
  private var words: [UInt64: Word] = [:]
  /// Refs that are known to stand for a series that leaves.
  private(set) var count = 0
  /// Refs with both kinds of series.
  private(set) var mixedCount = 0

  init(_ selectors: [Selector]) {
    self.selectors = selectors
    idle = Set(selectors.indices)
  }

  /// Those of series whose labels have one of `flaws`.
  init(flaws: Set<LabelFlaw>) {
    selectors = []
    self.flaws = flaws
  }

  /// Those that no record defines.
  init(undefined: UndefinedRefs) {
    selectors = []
    self.undefined = undefined
  }

  /// Takes in that a record gives `ref` to the series with `labels`, which stand as in a record. Says
  /// whether the series leaves, and whether the ref is met for the first time.
  @discardableResult
  mutating func learn(_ ref: UInt64, _ labels: RawSpan) -> (leaves: Bool, isNew: Bool) {
    for index in idle where Self.selects(selectors[index], labels) { idle.remove(index) }
    let leaves = selects(labels)
    let bit: UInt64 = 1 << (ref & 63)
    var word = words[ref >> 6] ?? Word()
    let isNew = word.known & bit == 0
    if !leaves { highestKept = max(highestKept, ref) }
    if isNew {
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
    return (leaves, isNew)
  }

  /// True for a ref that a record defines: what lies under another is served under no series.
  func isDefined(_ ref: UInt64) -> Bool {
    if let undefined { return undefined.formerly.contains(ref) }
    guard let word = words[ref >> 6] else { return false }
    return word.known & 1 << (ref & 63) != 0
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
    if let undefined { return undefined.contains(ref) }
    guard isDefined(ref), let word = words[ref >> 6] else { return count > 0 && ref > highestKept }
    return word.dropped & 1 << (ref & 63) != 0
  }

  /// True for a ref all of whose series leave: chunks do not say when they were written.
  func isAlwaysDropped(_ ref: UInt64) -> Bool {
    guard undefined == nil, isDefined(ref), let word = words[ref >> 6] else {
      return isDropped(ref)
    }
    return (word.dropped & ~word.mixed) & 1 << (ref & 63) != 0
  }

  /// True when one of the selectors selects the labels.
  private func selects(_ labels: RawSpan) -> Bool {
    if !flaws.isEmpty, let flaw = LabelFlaw(ofLabels: labels), flaws.contains(flaw) { return true }
    return selectors.contains { Self.selects($0, labels) }
  }

  private static func selects(_ selector: Selector, _ labels: RawSpan) -> Bool {
    selector.matchers.allSatisfy { matcher in
      matcher.matches(value(of: matcher.name, in: labels))
    }
  }

  /// The value of a label; empty where there is none.
  @_lifetime(copy labels)
  static func value(of name: [UInt8], in labels: RawSpan) -> RawSpan {
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
