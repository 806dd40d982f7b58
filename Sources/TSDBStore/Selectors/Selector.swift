public import TSDBFormat

/// A PromQL series selector: `up`, `up{job="api"}`, `{"my.metric", path=~"/api/.*"}`.
///
/// A series is selected when all conditions hold. As in promtool, and unlike in a query, conditions may
/// all be met by a missing label (`{pod=""}`); but there must be one: promtool takes `{}` and then
/// finds nothing, which is no answer.
public struct Selector: Sendable {
  /// The selector as it was written.
  public let text: String
  /// All of these must hold; the metric name is one of them, under `__name__`.
  public let matchers: [LabelMatcher]

  /// Reads `text`; throws where and why it is not a selector.
  public init(_ text: String) throws(SelectorError) {
    self.text = text
    var parser = SelectorParser(text)
    matchers = try parser.selector()
  }

  /// True when a series with `labels` is selected.
  public func matches(_ labels: [Label]) -> Bool {
    matchers.allSatisfy { matcher in
      let value = labels.first { $0.name == matcher.name }?.value ?? []
      return matcher.matches(value.rawBytes)
    }
  }
}

/// Where and why a text is not a series selector.
public struct SelectorError: Error, Equatable, CustomStringConvertible {
  /// The text.
  public let text: String
  /// Which character is wrong, counted from 1.
  public let character: Int
  /// What should be there.
  public let expected: String
  /// What is there.
  public let found: String

  /// `selector up{job: character 8: expected …, found …`.
  public var description: String {
    "selector \(text): at character \(character): expected \(expected), found \(found)"
  }
}
