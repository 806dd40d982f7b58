internal import TSDBFormat

/// One condition on a label: `job="api"`, `path=~"/api/.*"`.
///
/// A label that a series does not have is the empty string (Prometheus: model/labels/matcher.go).
/// Match each distinct value once, not each series.
public struct LabelMatcher: Sendable {
  /// How a label is compared.
  public enum Operator: String, Sendable, CaseIterable {
    /// `=`: the value.
    case equal = "="
    /// `!=`: any other value.
    case notEqual = "!="
    /// `=~`: the whole value matches the regular expression.
    case matches = "=~"
    /// `!~`: the whole value does not match.
    case doesNotMatch = "!~"
  }

  private enum Test: Sendable {
    case value([UInt8])
    /// An alternation of plain words, which needs no regular expression.
    case values(Set<[UInt8]>)
    case expression(RegularExpression)
  }

  /// The label's name.
  public let name: [UInt8]
  /// How it is compared.
  public let comparison: Operator
  /// The value or the regular expression, as it was written.
  public let value: [UInt8]
  private let test: Test

  /// A condition; throws where a regular expression cannot be compiled.
  public init(
    name: [UInt8], _ comparison: Operator, value: [UInt8]
  ) throws(RegularExpressionError) {
    self.name = name
    self.comparison = comparison
    self.value = value
    switch comparison {
    case .equal, .notEqual:
      test = .value(value)
    case .matches, .doesNotMatch:
      if let words = Self.plainAlternatives(value) {
        test = .values(words)
      } else {
        test = .expression(try RegularExpression(value))
      }
    }
  }

  /// The condition that the metric name is `metric`.
  public init(metric: [UInt8]) {
    name = Array("__name__".utf8)
    comparison = .equal
    value = metric
    test = .value(metric)
  }

  /// True when a label of this value meets the condition; an empty value is a missing label.
  public func matches(_ value: RawSpan) -> Bool {
    let isMatch =
      switch test {
      case .value(let expected): expected.rawBytes.isEqual(to: value)
      case .values(let expected): expected.contains([UInt8](value))
      case .expression(let expression): expression.matches(value)
      }
    switch comparison {
    case .equal, .matches: return isMatch
    case .notEqual, .doesNotMatch: return !isMatch
    }
  }

  /// True when a series without the label meets the condition.
  public var matchesMissing: Bool { matches([UInt8]().rawBytes) }

  /// The words of `a|b|c` where nothing in it is special to a regular expression. Prometheus takes
  /// the same road, which is why bytes that are not UTF-8 are allowed here and not elsewhere.
  private static func plainAlternatives(_ pattern: [UInt8]) -> Set<[UInt8]>? {
    let special = Array(#"\.+*?()[]{}^$"#.utf8)
    if pattern.contains(where: { special.contains($0) }) { return nil }
    let words = pattern.split(separator: UInt8(ascii: "|"), omittingEmptySubsequences: false)
    return Set(words.map { Array($0) })
  }
}

extension LabelMatcher: CustomStringConvertible {
  /// `job="api"`, as it would be written.
  public var description: String {
    let text = String(decoding: value, as: UTF8.self)
    return "\(String(decoding: name, as: UTF8.self))\(comparison.rawValue)\(text.debugDescription)"
  }
}
