/// Which label names a server takes (Prometheus' common: model/labels.go; `metric_name_validation_scheme`).
public enum NameValidation: String, CaseIterable, Sendable {
  /// Letters, digits and `_`, as before Prometheus 3.
  case legacy
  /// Any UTF-8 but nothing, as since Prometheus 3.
  case utf8

  /// True if a label may have this name.
  public func allows(_ name: [UInt8]) -> Bool {
    switch self {
    case .utf8: !name.isEmpty && String(validating: name, as: UTF8.self) != nil
    case .legacy: Self.isWord(name)
    }
  }

  /// True for a metric's name as before Prometheus 3: a colon may stand anywhere.
  static func isLegacyMetric(_ name: [UInt8]) -> Bool {
    isWord(name.map { $0 == UInt8(ascii: ":") ? UInt8(ascii: "_") : $0 })
  }

  /// True if a metric may have this name.
  public func allows(metric name: [UInt8]) -> Bool {
    self == .utf8 ? allows(name) : Self.isLegacyMetric(name)
  }

  private static func isWord(_ name: [UInt8]) -> Bool {
    guard let first = name.first, !isDigit(first) else { return false }
    return name.allSatisfy { isDigit($0) || isLetter($0) }
  }

  static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  static func isLetter(_ byte: UInt8) -> Bool {
    (0x61...0x7a).contains(byte | 0x20) || byte == UInt8(ascii: "_")
  }
}
