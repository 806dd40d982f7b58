internal import TSDBFormat

/// Labels in the words of Prometheus and its tools.
enum GoLabels {
  /// `{__name__="up", job="api"}`: what Prometheus 3 prints for labels (`Labels.String` in
  /// model/labels), and promtool in front of each sample.
  static func append(_ labels: [Label], to out: inout ByteBuffer) {
    out.append(UInt8(ascii: "{"))
    for (index, label) in labels.enumerated() {
      if index > 0 { out.append(", ") }
      append(label, .go, to: &out)
    }
    out.append(UInt8(ascii: "}"))
  }

  /// How bytes stand between quotation marks.
  enum Quoting {
    /// As Go has them: nothing that is not printable, whatever the bytes are.
    case go
    /// As OpenMetrics has them: all characters for themselves but `\\`, `\"` and `\n`, which is the only
    /// way to have them read back as they are. What is not UTF-8 is not allowed, and stands as in Go.
    case openMetrics
  }

  /// `up{job="api"}`: as in OpenMetrics. Without a name the braces stand alone; a name that needs
  /// quotation marks stands inside: `{"my.metric", …`.
  static func append(
    exposition labels: [Label], _ quoting: Quoting = .go, to out: inout ByteBuffer
  ) {
    let name = labels.first { $0.name == metricName }?.value ?? []
    let isPlain = isLegacy(name, isMetric: true)
    if isPlain { out.append(name.rawBytes) }
    out.append(UInt8(ascii: "{"))
    var isFirst = true
    if !isPlain, !name.isEmpty {
      append(quoted: name, quoting, to: &out)
      isFirst = false
    }
    for label in labels where label.name != metricName {
      if !isFirst { out.append(UInt8(ascii: ",")) }
      append(label, quoting, to: &out)
      isFirst = false
    }
    out.append(UInt8(ascii: "}"))
  }

  private static let metricName = Array("__name__".utf8)

  private static func append(_ label: Label, _ quoting: Quoting, to out: inout ByteBuffer) {
    if isLegacy(label.name, isMetric: false) {
      out.append(label.name.rawBytes)
    } else {
      append(quoted: label.name, quoting, to: &out)
    }
    out.append(UInt8(ascii: "="))
    append(quoted: label.value, quoting, to: &out)
  }

  private static func append(quoted bytes: [UInt8], _ quoting: Quoting, to out: inout ByteBuffer) {
    guard quoting == .openMetrics, bytes.isUTF8 else {
      GoQuote.append(bytes, to: &out)
      return
    }
    out.append(UInt8(ascii: "\""))
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "\""): out.append("\\\"")
      case UInt8(ascii: "\\"): out.append("\\\\")
      case UInt8(ascii: "\n"): out.append("\\n")
      default: out.append(byte)
      }
    }
    out.append(UInt8(ascii: "\""))
  }

  /// True for names that were names before Prometheus 3 (`LegacyValidation` in prometheus/common).
  private static func isLegacy(_ name: [UInt8], isMetric: Bool) -> Bool {
    guard let first = name.first, !(0x30...0x39).contains(first) else { return false }
    return name.allSatisfy { letter in
      switch letter {
      case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "_"): true
      case UInt8(ascii: ":"): isMetric
      default: false
      }
    }
  }
}

extension [UInt8] {
  /// True where the bytes are UTF-8.
  var isUTF8: Bool {
    allSatisfy { $0 < 0x80 } || String(validating: self, as: UTF8.self) != nil
  }
}
