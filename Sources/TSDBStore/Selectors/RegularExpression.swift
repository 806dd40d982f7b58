internal import CRE2
internal import TSDBFormat

/// A regular expression as Prometheus 3 reads it: RE2, anchored at both ends, `.` matches a line
/// feed too (model/labels/regexp.go, `NewFastRegexMatcher`).
///
/// Go and RE2 read the same language but for a few corners, which are evened out here: Debian 12's
/// RE2 lacks `(?<name>…)`, Go lacks `\C`, and Go reads a byte that is not UTF-8 as U+FFFD. Matching
/// takes time linear in the text and a bounded amount of memory, whatever the expression.
@safe
public final class RegularExpression: Sendable {
  private nonisolated(unsafe) let compiled: OpaquePointer

  /// Compiles `pattern`; throws RE2's own words where it cannot.
  public init(_ pattern: [UInt8]) throws(RegularExpressionError) {
    let rewritten = try Self.rewritten(pattern)
    var message = [CChar](repeating: 0, count: 256)
    let pointer = unsafe rewritten.withUnsafeBytes { bytes in
      unsafe message.withUnsafeMutableBufferPointer { message in
        unsafe epimetheus_re2_compile(
          bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count,
          message.baseAddress, message.count)
      }
    }
    guard let pointer = unsafe pointer else {
      let text = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      throw RegularExpressionError(why: String(decoding: text, as: UTF8.self))
    }
    unsafe compiled = pointer
  }

  deinit {
    unsafe epimetheus_re2_free(compiled)
  }

  /// True when the whole of `text` matches.
  public func matches(_ text: [UInt8]) -> Bool { matches(text.rawBytes) }

  /// What the groups matched, where the whole of `text` matches; nil where it does not. Of a text that
  /// is not UTF-8, groups have U+FFFD in place of what is not.
  public func groups(in text: [UInt8]) -> Groups? {
    let text = Self.repaired(text.rawBytes) ?? text
    let count = unsafe epimetheus_re2_group_count(compiled)
    var bounds = [Int](repeating: -1, count: 2 * (Int(count) + 1))
    let isMatch = unsafe text.withUnsafeBytes { bytes in
      unsafe bounds.withUnsafeMutableBufferPointer { bounds in
        unsafe epimetheus_re2_full_match_groups(
          compiled, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count, count,
          bounds.baseAddress)
      }
    }
    return isMatch != 0 ? Groups(text: text, bounds: bounds, expression: self) : nil
  }

  /// What the groups of an expression matched.
  public struct Groups {
    fileprivate let text: [UInt8]
    fileprivate let bounds: [Int]
    fileprivate let expression: RegularExpression

    /// What the group with this number matched, 0 for all of it; empty where there is no such group, or
    /// it had no part in the match.
    public subscript(number: Int) -> [UInt8] {
      guard number >= 0, number < bounds.count / 2, bounds[2 * number] >= 0 else { return [] }
      return Array(text[bounds[2 * number]..<bounds[2 * number + 1]])
    }

    /// The same by the group's name.
    public subscript(named name: String) -> [UInt8] {
      var name = name
      let number = name.withUTF8 { bytes in
        unsafe bytes.withMemoryRebound(to: CChar.self) {
          unsafe epimetheus_re2_group_number(expression.compiled, $0.baseAddress, $0.count)
        }
      }
      return number > 0 ? self[Int(number)] : []
    }
  }

  /// True when the whole of `text` matches.
  func matches(_ text: RawSpan) -> Bool {
    guard let repaired = Self.repaired(text) else { return fullMatch(text) }
    return fullMatch(repaired.rawBytes)
  }

  private func fullMatch(_ text: RawSpan) -> Bool {
    unsafe text.withUnsafeBytes { bytes in
      let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
      return unsafe epimetheus_re2_full_match(compiled, start, bytes.count) != 0
    }
  }

  /// `text` with U+FFFD for each byte that is not UTF-8, as Go reads it; nil where there is none.
  private static func repaired(_ text: RawSpan) -> [UInt8]? {
    var index = 0
    while index < text.byteCount, text.byte(at: index) < 0x80 { index += 1 }
    if index == text.byteCount { return nil }
    let bytes = [UInt8](text)
    if String(validating: bytes, as: UTF8.self) != nil { return nil }
    var result = Array(bytes[..<index])
    while index < bytes.count {
      let end = min(index + sequenceLength(bytes[index]), bytes.count)
      if String(validating: bytes[index..<end], as: UTF8.self) != nil {
        result.append(contentsOf: bytes[index..<end])
        index = end
      } else {
        result.append(contentsOf: [0xef, 0xbf, 0xbd])
        index += 1
      }
    }
    return result
  }

  private static func sequenceLength(_ lead: UInt8) -> Int {
    switch lead {
    case 0xc2...0xdf: 2
    case 0xe0...0xef: 3
    case 0xf0...0xf4: 4
    default: 1
    }
  }

  /// `pattern` with `(?P<name>` for `(?<name>`, outside of classes, escapes and `\Q…\E`. Lookbehind
  /// (`(?<=`, `(?<!`) is left for RE2 to refuse.
  static func rewritten(_ pattern: [UInt8]) throws(RegularExpressionError) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(pattern.count + 8)
    var index = 0
    while index < pattern.count {
      let end: Int
      switch pattern[index] {
      case UInt8(ascii: "\\"):
        end = try endOfEscape(pattern, from: index)
      case UInt8(ascii: "["):
        end = endOfClass(pattern, from: index)
      default:
        end = index + 1
      }
      result.append(contentsOf: pattern[index..<end])
      if opensNamedGroup(pattern, at: index) {
        result.append(contentsOf: "?P".utf8)
        index += 2
      } else {
        index = end
      }
    }
    return result
  }

  private static func opensNamedGroup(_ pattern: [UInt8], at index: Int) -> Bool {
    let rest = pattern[index...]
    guard rest.starts(with: "(?<".utf8), rest.count > 3 else { return false }
    return rest[index + 3] != UInt8(ascii: "=") && rest[index + 3] != UInt8(ascii: "!")
  }

  private static func endOfEscape(
    _ pattern: [UInt8], from start: Int
  ) throws(RegularExpressionError) -> Int {
    guard start + 1 < pattern.count else { return pattern.count }
    switch pattern[start + 1] {
    case UInt8(ascii: "C"):
      throw RegularExpressionError(why: "invalid escape sequence: \\C")
    case UInt8(ascii: "Q"):
      var index = start + 2
      while index < pattern.count, !pattern[index...].starts(with: "\\E".utf8) { index += 1 }
      // Prometheus' own parenthesis behind the expression would be quoted too.
      guard index < pattern.count else {
        throw RegularExpressionError(why: "missing closing ) behind \\Q")
      }
      return index + 2
    default:
      return start + 2
    }
  }

  private static func endOfClass(_ pattern: [UInt8], from start: Int) -> Int {
    var index = start + 1
    if index < pattern.count, pattern[index] == UInt8(ascii: "^") { index += 1 }
    // A bracket that comes first is one of the class.
    if index < pattern.count, pattern[index] == UInt8(ascii: "]") { index += 1 }
    while index < pattern.count {
      if pattern[index] == UInt8(ascii: "]") { return index + 1 }
      if pattern[index...].starts(with: "[:".utf8) {
        index = endOfNamedClass(pattern, from: index)
      } else {
        index += pattern[index] == UInt8(ascii: "\\") ? 2 : 1
      }
    }
    return pattern.count
  }

  private static func endOfNamedClass(_ pattern: [UInt8], from start: Int) -> Int {
    var index = start + 2
    while index < pattern.count, pattern[index] != UInt8(ascii: "]") {
      if pattern[index...].starts(with: ":]".utf8) { return index + 2 }
      index += 1
    }
    // Not a named class after all: the bracket is an ordinary character.
    return start + 1
  }
}

/// Why a regular expression cannot be used, in RE2's words.
public struct RegularExpressionError: Error, Equatable, CustomStringConvertible {
  /// The words, such as `missing ): (`.
  public let why: String

  /// The words.
  public var description: String { why }
}
