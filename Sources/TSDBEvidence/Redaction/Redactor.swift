internal import Crypto
internal import TSDBCheck
internal import TSDBDiagnosis
internal import TSDBFormat
internal import TSDBStore

/// Puts pseudonyms in the place of label values, so that a bundle, or a copy of a directory, can leave the
/// house.
///
/// A pseudonym is made of the value and of a key: with one key, a value has one pseudonym in all bundles
/// and under all labels; without the key nobody can find out the value by trying. Names of labels and
/// metrics stay.
public struct Redactor: Sendable {
  /// Whose values are replaced.
  public let labels: Evidence.Redaction
  /// What pseudonyms look like.
  public let pseudonyms: Pseudonyms
  let key: SymmetricKey
  /// By name, where only some labels are replaced.
  private let names: Set<[UInt8]>

  /// Bytes that a key must have at least.
  public static let keyLength = 16
  /// What stands before each pseudonym.
  public static let prefix = "redacted-"

  /// A redactor of `labels` with a key of any bytes; nil if the key is too short to be one.
  public init?(
    _ labels: Evidence.Redaction, key: [UInt8], pseudonyms: Pseudonyms = .plain
  ) {
    guard key.count >= Self.keyLength else { return nil }
    self.labels = labels
    self.pseudonyms = pseudonyms
    self.key = SymmetricKey(data: key)
    switch labels {
    case .all: names = []
    case .labels(let labels): names = Set(labels.map { Array($0.utf8) })
    }
  }

  /// A new key: 64 hexadecimal digits and a line feed.
  public static func makeKey() -> String {
    var random = SystemRandomNumberGenerator()
    let words = (0..<4).map { _ in UInt64.random(in: .min ... .max, using: &random) }
    return words.map { Hexadecimal.text(of: $0) }.joined() + "\n"
  }

  /// True if the values of the label `name` are replaced.
  public func replaces(_ name: [UInt8]) -> Bool {
    switch labels {
    case .all: !name.elementsEqual("__name__".utf8)
    case .labels: names.contains(name)
    }
  }

  /// The same for borrowed bytes.
  func replaces(_ name: RawSpan) -> Bool {
    switch labels {
    case .all: !name.isEqual(to: Self.metricName.rawBytes)
    case .labels: names.contains { name.isEqual(to: $0.rawBytes) }
    }
  }

  private static let metricName = [UInt8]("__name__".utf8)

  /// What stands for `value`.
  public func pseudonym(of value: [UInt8]) -> [UInt8] {
    switch pseudonyms {
    case .plain: Array(Self.prefix.utf8) + Hexadecimal.bytes(of: hash(value).prefix(8))
    case .length: lengthPseudonym(of: value)
    case .shape: shapePseudonym(of: value)
    }
  }

  /// The keyed hash of a message: HMAC-SHA-256.
  func hash(_ message: [UInt8]) -> HMAC<SHA256>.MAC {
    HMAC<SHA256>.authenticationCode(for: message, using: key)
  }

  /// What stands for the value of a label; nil where it stays.
  func replacement(_ name: [UInt8], _ value: [UInt8]) -> [UInt8]? {
    value.isEmpty || !replaces(name) ? nil : pseudonym(of: value)
  }

  /// A selector without the values that are replaced.
  func text(_ selector: Selector) -> String {
    let matchers = selector.matchers.map { matcher -> String in
      let text = matcher.description
      guard replaces(matcher.name) else { return text }
      let name = String(decoding: matcher.name, as: UTF8.self)
      let rest = text.dropFirst(name.count)
      let comparison = rest.prefix { $0 != "\"" }
      return "\(name)\(comparison)\"\(Self.prefix)value\""
    }
    return "{" + matchers.joined(separator: ",") + "}"
  }

  /// A message with pseudonyms in the place of values, and of what was quoted from a file.
  func redacted(_ message: Message) -> Message {
    Message(
      parts: message.parts.map { part in
        switch part {
        case .value(let value, let name): .value(replacement(name, value) ?? value, of: name)
        case .quote(let text):
          .quote(String(decoding: pseudonym(of: Array(text.utf8)), as: UTF8.self))
        case .words, .number, .count, .time, .ref, .path, .name, .label: part
        }
      })
  }

  /// The same for all that a finding says.
  func redacted(_ finding: Finding) -> Finding {
    var result = finding
    result.message = redacted(finding.message)
    result.expected = finding.expected.map(redacted)
    result.found = finding.found.map(redacted)
    result.lost = finding.lost.map(redacted)
    if let metric = finding.subject?.metric, let name = replacement(Self.metricName, metric) {
      result.subject?.metric = name
    }
    result.consequences = finding.consequences.map(redacted)
    return result
  }

  /// Puts pseudonyms into what a start does.
  func redact(_ startup: inout StartupPrediction) {
    startup.first.reasons = startup.first.reasons.map(redacted)
    if var second = startup.second {
      second.reasons = second.reasons.map(redacted)
      startup.second = second
    }
    startup.first.message = startup.first.message.map(withoutLabelSet)
    startup.later = startup.later.map { later in
      var later = later
      later.reason = redacted(later.reason)
      later.message = later.message.map(withoutLabelSet)
      return later
    }
  }

  /// What a server says of a series that it cannot add to a block, without the labels that it prints.
  private func withoutLabelSet(_ message: String) -> String {
    let words = "out-of-order series added with label set"
    guard let place = message.firstRange(of: words), !message.hasSuffix("{}\"") else {
      return message
    }
    return String(message[..<place.upperBound])
  }
}

/// Bytes as hexadecimal digits.
enum Hexadecimal {
  private static let digits = Array("0123456789abcdef".utf8)

  /// Two digits for each byte.
  static func bytes(of source: some Sequence<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    for byte in source {
      result.append(digits[Int(byte >> 4)])
      result.append(digits[Int(byte & 15)])
    }
    return result
  }

  /// The same as text.
  static func text(of source: some Sequence<UInt8>) -> String {
    String(decoding: bytes(of: source), as: UTF8.self)
  }

  /// 16 digits.
  static func text(of number: UInt64) -> String {
    text(of: (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) })
  }
}
