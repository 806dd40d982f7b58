public import TSDBStore
internal import Wording

/// A sentence made of typed parts: whoever shows it, or may not show all of it, knows what is what.
///
/// It is written as a string is, `"lacks \(count: left, "label") such as \(label: name, value)"`, but takes no
/// string from elsewhere: what is not in the source is a number, a path, a label. So a pseudonym is put in the
/// place of a value, and nobody has to look for words.
public struct Message: Hashable, Sendable {
  /// A part.
  public enum Part: Hashable, Sendable {
    /// Words of this program, or of the system.
    case words(String)
    /// An offset, the number of a file, a code.
    case number(Int128)
    /// How many of what; the unit is empty where the sentence says it.
    case count(Int128, unit: String)
    /// Milliseconds since 1970; a date and a time in the sentence.
    case time(Int64)
    /// The ref of a series.
    case ref(UInt64)
    /// A file or folder, or its name.
    case path(String)
    /// A user, a block, a release.
    case name(String)
    /// The name of a label.
    case label([UInt8])
    /// The value of a label; of `__name__`, that of a metric.
    case value([UInt8], of: [UInt8])
    /// Text of a file in which anything may stand.
    case quote(String)
  }

  /// The parts in their order.
  public private(set) var parts: [Part] = []

  /// A message of `parts`.
  public init(parts: [Part]) { self.parts = parts }

  /// Words that were made elsewhere of numbers alone.
  init(words: String) { parts = [.words(words)] }

  /// Messages with commas between them.
  package init(list messages: [Message]) {
    for message in messages { self += (parts.isEmpty ? "" : ", ") + message }
  }

  /// The sentence. Bytes that are no UTF-8 are replaced.
  public var text: String { parts.map(\.text).joined() }

  /// How many there are of what it counts first; nil if it counts nothing.
  public var count: Int? {
    for case .count(let count, _) in parts { return Int(clamping: count) }
    return nil
  }

  /// One message behind another.
  public static func + (left: Self, right: Self) -> Self {
    Message(parts: left.parts + right.parts)
  }

  /// One message behind another.
  public static func += (left: inout Self, right: Self) { left.parts += right.parts }
}

extension Message.Part {
  /// It as text. Bytes that are no UTF-8 are replaced.
  public var text: String {
    switch self {
    case .words(let text), .path(let text), .name(let text), .quote(let text): text
    case .number(let number): "\(number)"
    case .count(let count, let unit):
      unit.isEmpty ? Units.count(count) : "\(Units.count(count)) \(unit)"
    case .time(let time): TimeText.seconds(time)
    case .ref(let ref): "\(ref)"
    case .label(let bytes), .value(let bytes, _): String(decoding: bytes, as: UTF8.self)
    }
  }
}

extension Message: CustomStringConvertible {
  /// The sentence.
  public var description: String { text }
}

extension Message: ExpressibleByStringInterpolation {
  /// Words.
  public init(stringLiteral words: String) { parts = words.isEmpty ? [] : [.words(words)] }

  /// Words with values between them.
  public init(stringInterpolation made: StringInterpolation) { parts = made.parts }

  /// What may stand between the words.
  public struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var parts: [Part] = []

    /// Nothing yet.
    public init(literalCapacity: Int, interpolationCount: Int) {}

    /// Words.
    public mutating func appendLiteral(_ words: String) {
      if !words.isEmpty { parts.append(.words(words)) }
    }

    /// Another message.
    public mutating func appendInterpolation(_ message: Message) { parts += message.parts }

    /// A number.
    public mutating func appendInterpolation(_ number: some BinaryInteger) {
      parts.append(.number(Int128(clamping: number)))
    }

    /// How many of what; many are `one` with an s, unless given.
    public mutating func appendInterpolation(
      count: some BinaryInteger, _ one: String, _ many: String? = nil
    ) {
      parts.append(
        .count(Int128(clamping: count), unit: count == 1 ? one : many ?? one + "s"))
    }

    /// How many of a `unit`, as it is called where there are many; empty where the sentence says of what.
    public mutating func appendInterpolation(count: some BinaryInteger, of unit: String = "") {
      let unit = count == 1 ? Self.one(of: unit) : unit
      parts.append(.count(Int128(clamping: count), unit: unit))
    }

    /// What one of many `units` is called.
    private static func one(of units: String) -> String {
      guard units.hasSuffix("s"), !units.hasSuffix("series") else { return units }
      return String(units.dropLast(units.hasSuffix("ches") ? 2 : 1))
    }

    /// Milliseconds since 1970.
    public mutating func appendInterpolation(time: Int64) { parts.append(.time(time)) }

    /// The ref of a series.
    public mutating func appendInterpolation(ref: UInt64) { parts.append(.ref(ref)) }

    /// A file or folder, or its name.
    public mutating func appendInterpolation(path: String) { parts.append(.path(path)) }

    /// A user, a block, a release.
    public mutating func appendInterpolation(name: some CustomStringConvertible) {
      parts.append(.name(name.description))
    }

    /// The name of a label.
    public mutating func appendInterpolation(label: [UInt8]) { parts.append(.label(label)) }

    /// A label, `name=value`.
    public mutating func appendInterpolation(label name: [UInt8], _ value: [UInt8]) {
      parts += [.label(name), .words("="), .value(value, of: name)]
    }

    /// The name of a metric.
    public mutating func appendInterpolation(metric: [UInt8]) {
      parts.append(.value(metric, of: Array("__name__".utf8)))
    }

    /// What a server logs: its own words with paths, blocks and numbers.
    public mutating func appendInterpolation(log words: String) { parts.append(.words(words)) }

    /// Text in which anything may stand.
    public mutating func appendInterpolation(quote: String) { parts.append(.quote(quote)) }

    /// Why something could not be looked at, or is damaged.
    public mutating func appendInterpolation(_ failure: FileError) {
      parts += [
        .path(failure.path), .words(String(failure.description.dropFirst(failure.path.count))),
      ]
    }
  }
}
