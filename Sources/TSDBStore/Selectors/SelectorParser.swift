/// Reads a series selector from left to right (Prometheus: promql/parser/lex.go and
/// generated_parser.y, `vector_selector`).
///
///     selector = [metric] ["{" [matcher {"," matcher} [","]] "}"], with a metric or a matcher
///     matcher  = (name | string) ("=" | "!=" | "=~" | "!~") string | string
struct SelectorParser {
  private let text: String
  private let bytes: [UInt8]
  private var position = 0

  init(_ text: String) {
    self.text = text
    bytes = Array(text.utf8)
  }

  /// The conditions of the whole text.
  mutating func selector() throws(SelectorError) -> [LabelMatcher] {
    var matchers: [LabelMatcher] = []
    skipBlanks()
    let hasMetric = current.map { Self.isLetter($0) || $0 == UInt8(ascii: ":") } ?? false
    if hasMetric { matchers.append(try metric()) }
    skipBlanks()
    if take("{") {
      try readMatchers(into: &matchers)
    } else if !hasMetric {
      throw unexpected("a metric name or \"{\"")
    }
    skipBlanks()
    guard position == bytes.count else { throw unexpected("the end of the selector") }
    guard !matchers.isEmpty else {
      throw failure("at least one condition", found: "none", at: 0)
    }
    return matchers
  }

  private mutating func metric() throws(SelectorError) -> LabelMatcher {
    let start = position
    let name = takeWhile { Self.isLetter($0) || Self.isDigit($0) || $0 == UInt8(ascii: ":") }
    if Self.keywords.contains(String(decoding: name, as: UTF8.self).lowercased()) {
      throw unexpected("a metric name that is not a keyword", at: start)
    }
    return LabelMatcher(metric: name)
  }

  private mutating func readMatchers(into matchers: inout [LabelMatcher]) throws(SelectorError) {
    while true {
      skipBlanks()
      if take("}") { return }
      matchers.append(try matcher())
      skipBlanks()
      if take("}") { return }
      guard take(",") else { throw unexpected("\",\" or \"}\"") }
    }
  }

  private mutating func matcher() throws(SelectorError) -> LabelMatcher {
    let start = position
    let quoted = try string()
    let name: [UInt8]
    if let quoted {
      name = quoted
    } else {
      guard let first = current, Self.isLetter(first) else {
        throw unexpected("a label name or \"}\"")
      }
      name = takeWhile { Self.isLetter($0) || Self.isDigit($0) }
    }
    skipBlanks()
    guard let comparison = comparison() else {
      if let quoted, current == UInt8(ascii: ",") || current == UInt8(ascii: "}") {
        return LabelMatcher(metric: quoted)
      }
      throw unexpected("one of = != =~ !~")
    }
    skipBlanks()
    guard let value = try string() else { throw unexpected("a quoted string") }
    do {
      return try LabelMatcher(name: name, comparison, value: value)
    } catch {
      throw failure("a regular expression", found: "one that RE2 refuses (\(error.why))", at: start)
    }
  }

  private mutating func comparison() -> LabelMatcher.Operator? {
    // Longest first: `=~` begins as `=` does.
    let all: [LabelMatcher.Operator] = [.matches, .doesNotMatch, .notEqual, .equal]
    return all.first { bytes[position...].starts(with: $0.rawValue.utf8) }.map { found in
      position += found.rawValue.utf8.count
      return found
    }
  }

  /// A quoted string without its quotes; nil where none begins here.
  private mutating func string() throws(SelectorError) -> [UInt8]? {
    guard let quote = current, [0x22, 0x27, 0x60].contains(quote) else { return nil }
    let start = position
    position += 1
    var value: [UInt8] = []
    while let byte = current, byte != quote {
      if quote != UInt8(ascii: "`") {
        if byte == UInt8(ascii: "\n") { break }
        if byte == UInt8(ascii: "\\") {
          value.append(contentsOf: try escape(in: quote))
          continue
        }
      }
      value.append(byte)
      position += 1
    }
    guard current == quote else {
      throw failure("a closing quote", found: "a string without one", at: start)
    }
    // What a shell's other encoding turns into on its way here; Prometheus refuses it too.
    guard !String(decoding: bytes[start..<position], as: UTF8.self).contains("\u{fffd}") else {
      throw failure("UTF-8", found: "bytes that are not", at: start)
    }
    position += 1
    return value
  }

  /// Go's escapes: `\n`, `\x41`, `\101`, `\u00e4`, `\U0001f600`, and the quote itself.
  private mutating func escape(in quote: UInt8) throws(SelectorError) -> [UInt8] {
    let start = position
    position += 1
    guard let code = current else {
      throw failure("an escape sequence", found: "the end of the selector", at: start)
    }
    if code == quote {
      position += 1
      return [code]
    }
    if let index = Array("abfnrtv\\".utf8).firstIndex(of: code) {
      position += 1
      return [Array("\u{7}\u{8}\u{c}\n\r\t\u{b}\\".utf8)[index]]
    }
    switch code {
    case UInt8(ascii: "x"): return [UInt8(truncatingIfNeeded: try number(16, digits: 2, start))]
    case UInt8(ascii: "u"): return try scalar(digits: 4, start)
    case UInt8(ascii: "U"): return try scalar(digits: 8, start)
    case UInt8(ascii: "0")...UInt8(ascii: "7"):
      position -= 1
      let value = try number(8, digits: 3, start)
      guard value < 256 else {
        throw failure("an octal number up to \\377", found: "a larger one", at: start)
      }
      return [UInt8(value)]
    default:
      throw failure("an escape sequence", found: quoteCharacter(at: position), at: start)
    }
  }

  private mutating func scalar(digits: Int, _ start: Int) throws(SelectorError) -> [UInt8] {
    guard let scalar = Unicode.Scalar(try number(16, digits: digits, start)) else {
      throw failure("a Unicode code point", found: "a number that is none", at: start)
    }
    return Array(String(Character(scalar)).utf8)
  }

  /// `digits` digits behind the letter of an escape sequence.
  private mutating func number(
    _ radix: Int, digits: Int, _ start: Int
  ) throws(SelectorError) -> UInt32 {
    let first = position + 1
    let end = min(first + digits, bytes.count)
    let found = bytes[min(first, end)..<end]
    guard found.count == digits, found.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let value = UInt32(String(decoding: found, as: UTF8.self), radix: radix)
    else {
      throw failure("\(digits) digits in the escape sequence", found: "others", at: start)
    }
    position = end
    return value
  }

  /// Words of PromQL that cannot be a metric's name without quotes.
  private static let keywords: Set<String> = [
    "on", "ignoring", "group_left", "group_right", "bool", "atan2", "inf", "nan",
  ]
}

extension SelectorParser {
  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  /// Steps over blanks and over comments, which run to the end of their line.
  private mutating func skipBlanks() {
    while let byte = current {
      if byte == UInt8(ascii: "#") {
        _ = takeWhile { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
      } else if Array(" \t\n\r".utf8).contains(byte) {
        position += 1
      } else {
        return
      }
    }
  }

  private mutating func take(_ expected: Unicode.Scalar) -> Bool {
    guard current == UInt8(ascii: expected) else { return false }
    position += 1
    return true
  }

  private mutating func takeWhile(_ accepts: (UInt8) -> Bool) -> [UInt8] {
    let start = position
    while let byte = current, accepts(byte) { position += 1 }
    return Array(bytes[start..<position])
  }

  private func unexpected(_ expected: String, at index: Int? = nil) -> SelectorError {
    failure(expected, found: quoteCharacter(at: index ?? position), at: index ?? position)
  }

  private func failure(_ expected: String, found: String, at index: Int) -> SelectorError {
    let before = String(decoding: bytes[..<index], as: UTF8.self)
    return SelectorError(
      text: text, character: before.unicodeScalars.count + 1, expected: expected, found: found)
  }

  /// What stands at `index`: a word, or a single character.
  private func quoteCharacter(at index: Int) -> String {
    guard index < bytes.count else { return "the end of the selector" }
    let word = bytes[index...].prefix { Self.isLetter($0) || Self.isDigit($0) }
    if !word.isEmpty { return "\"\(String(decoding: word, as: UTF8.self))\"" }
    let rest = String(decoding: bytes[index...], as: UTF8.self)
    return "\"\(rest.prefix(1))\""
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
