internal import TSDBFormat
internal import TSDBStore

/// Which series of an index the selectors select; several selectors are a union.
///
/// Every distinct value is matched once; what came of it is kept by its symbol.
struct SeriesFilter {
  private struct Condition {
    let matcher: LabelMatcher
    /// Symbol of the label's name; nil if no series can have the label.
    let name: UInt32?
    /// By symbol of the value: 0 not asked yet, 1 no, 2 yes.
    var answers: [UInt8]
  }

  private let index: IndexFile
  private var selectors: [[Condition]]

  init(_ selectors: [Selector], index: IndexFile) {
    self.index = index
    self.selectors = selectors.map { selector in
      selector.matchers.map { matcher in
        let name = index.symbols.index(of: matcher.name.rawBytes, in: index.file.bytes)
        return Condition(
          matcher: matcher, name: name.map { UInt32($0) },
          answers: [UInt8](repeating: 0, count: name == nil ? 0 : index.symbols.count))
      }
    }
  }

  /// True if a series with the labels `range` of `labels` is selected.
  mutating func selects(_ labels: [SeriesBatch.LabelSymbols], _ range: Range<Int>) -> Bool {
    for selector in selectors.indices where selects(selector, labels, range) { return true }
    return selectors.isEmpty
  }

  private mutating func selects(
    _ selector: Int, _ labels: [SeriesBatch.LabelSymbols], _ range: Range<Int>
  ) -> Bool {
    for condition in selectors[selector].indices {
      guard holds(selector, condition, labels, range) else { return false }
    }
    return true
  }

  private mutating func holds(
    _ selector: Int, _ condition: Int, _ labels: [SeriesBatch.LabelSymbols], _ range: Range<Int>
  ) -> Bool {
    let name = selectors[selector][condition].name
    guard let label = range.first(where: { labels[$0].name == name }) else {
      return selectors[selector][condition].matcher.matchesMissing
    }
    let value = Int(labels[label].value)
    if selectors[selector][condition].answers[value] == 0 {
      let index = index
      let text = index.symbols.bytes(of: value, in: index.file.bytes)
      let holds = selectors[selector][condition].matcher.matches(text)
      selectors[selector][condition].answers[value] = holds ? 2 : 1
    }
    return selectors[selector][condition].answers[value] == 2
  }
}
