internal import FoundationEssentials
internal import TSDBFormat

/// Labels, samples and native histograms as JSON, appended to bytes: a dump has too many of them for an
/// encoder.
enum SampleJSON {
  /// `{"t":1794873600000,"st":1794873000000,"v":1.5}`; `st` only where it is known, `h` in place of
  /// `v` for a histogram. Times are milliseconds since 1970.
  static func append(_ samples: SampleBatch, at index: Int, to out: inout ByteBuffer) {
    out.append("{\"t\":")
    out.append(decimal: samples.times[index])
    let start = samples.startTime(at: index)
    if start != 0 {
      out.append(",\"st\":")
      out.append(decimal: start)
    }
    switch samples.value(at: index) {
    case .float(let bits):
      out.append(",\"v\":")
      append(Double(bitPattern: bits), to: &out)
    case .histogram(let histogram):
      out.append(",\"h\":")
      append(histogram, to: &out)
    }
    out.append(UInt8(ascii: "}"))
  }

  /// A number that is read back bit for bit, or one of the strings `"NaN:7ff8000000000001"` (with its
  /// bits), `"+Inf"`, `"-Inf"`.
  static func append(_ value: Double, to out: inout ByteBuffer) {
    if value == 0 && value.sign == .minus {
      // Many readers take -0 for an integer, which has no such zero.
      out.append("-0.0")
    } else if value.isFinite {
      GoFloat.append(value, to: &out)
    } else if value.isNaN {
      // The first digit of a NaN is 7 or f, so there are 16.
      out.append("\"NaN:")
      out.append(text: String(value.bitPattern, radix: 16))
      out.append(UInt8(ascii: "\""))
    } else {
      out.append(value < 0 ? "\"-Inf\"" : "\"+Inf\"")
    }
  }

  /// All that is in a histogram. Spans are pairs of offset and length; each bucket has its own count,
  /// not the difference to the one before; `customValues` is there only for schema -53.
  static func append(_ histogram: Histogram, to out: inout ByteBuffer) {
    out.append("{\"schema\":")
    out.append(decimal: Int64(histogram.schema))
    out.append(histogram.isFloat ? ",\"float\":true" : ",\"float\":false")
    out.append(",\"counterReset\":\"")
    out.append(text: name(of: histogram.counterReset))
    out.append("\",\"zeroThreshold\":")
    append(histogram.zeroThreshold, to: &out)
    out.append(",\"zeroCount\":")
    append(histogram.zeroCount, to: &out)
    out.append(",\"count\":")
    append(histogram.count, to: &out)
    out.append(",\"sum\":")
    append(histogram.sum, to: &out)
    for isPositive in [true, false] {
      out.append(isPositive ? ",\"positiveSpans\":" : ",\"negativeSpans\":")
      appendList(isPositive ? histogram.positiveSpans : histogram.negativeSpans, to: &out) {
        $1.append(UInt8(ascii: "["))
        $1.append(decimal: Int64($0.offset))
        $1.append(UInt8(ascii: ","))
        $1.append(decimal: UInt64($0.length))
        $1.append(UInt8(ascii: "]"))
      }
      out.append(isPositive ? ",\"positiveBuckets\":" : ",\"negativeBuckets\":")
      appendList(histogram.bucketCounts(isPositive: isPositive), to: &out) { append($0, to: &$1) }
    }
    if histogram.schema == Histogram.customBucketsSchema {
      out.append(",\"customValues\":")
      appendList(histogram.customBounds, to: &out) { append($0, to: &$1) }
    }
    out.append(UInt8(ascii: "}"))
  }

  /// `{"__name__":"up","job":"api"}`, in the order of the labels. A name that is not UTF-8 cannot be a
  /// key, so such bytes are escaped in it (`\xff`).
  static func append(_ labels: [Label], to out: inout ByteBuffer) {
    out.append(UInt8(ascii: "{"))
    for (index, label) in labels.enumerated() {
      if index > 0 { out.append(UInt8(ascii: ",")) }
      if label.name.isUTF8 {
        append(text: label.name, to: &out)
      } else {
        append(text: Array(DisplayText.escaped(label.name).utf8), to: &out)
      }
      out.append(UInt8(ascii: ":"))
      append(bytes: label.value, to: &out)
    }
    out.append(UInt8(ascii: "}"))
  }

  /// A string where `bytes` are UTF-8, else `{"bytes":base64}`.
  static func append(bytes: [UInt8], to out: inout ByteBuffer) {
    if bytes.isUTF8 {
      append(text: bytes, to: &out)
    } else {
      out.append("{\"bytes\":\"")
      out.append(text: Data(bytes).base64EncodedString())
      out.append("\"}")
    }
  }

  /// A JSON string of UTF-8 bytes (RFC 8259, 7).
  private static func append(text bytes: [UInt8], to out: inout ByteBuffer) {
    out.append(UInt8(ascii: "\""))
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "\""): out.append("\\\"")
      case UInt8(ascii: "\\"): out.append("\\\\")
      case 0x0a: out.append("\\n")
      case 0..<0x20, 0x7f:
        out.append("\\u00")
        out.append(hexDigits[Int(byte >> 4)])
        out.append(hexDigits[Int(byte & 0xf)])
      default: out.append(byte)
      }
    }
    out.append(UInt8(ascii: "\""))
  }

  private static let hexDigits = Array("0123456789abcdef".utf8)

  private static func append(_ count: Histogram.Count, to out: inout ByteBuffer) {
    switch count {
    case .integer(let count): out.append(decimal: count)
    case .float(let count): append(count, to: &out)
    }
  }

  private static func appendList<Element>(
    _ list: [Element], to out: inout ByteBuffer, _ append: (Element, inout ByteBuffer) -> Void
  ) {
    out.append(UInt8(ascii: "["))
    for (index, element) in list.enumerated() {
      if index > 0 { out.append(UInt8(ascii: ",")) }
      append(element, &out)
    }
    out.append(UInt8(ascii: "]"))
  }

  /// What is known about a reset of the counter, as JSON and text name it.
  static func name(of counterReset: Histogram.CounterReset) -> String {
    switch counterReset {
    case .unknown: "unknown"
    case .reset: "reset"
    case .notReset: "notReset"
    case .gauge: "gauge"
    }
  }
}
