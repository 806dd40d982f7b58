internal import TSDBFormat

/// Bytes between quotation marks as Go writes them (strconv.Quote), which is how promtool writes label
/// values: what is not printable becomes `\n`, `\x1b`, `\u202e`; what is not UTF-8 becomes `\xff`.
enum GoQuote {
  /// Appends `bytes` with quotation marks around them.
  static func append(_ bytes: [UInt8], to out: inout ByteBuffer) {
    out.append(UInt8(ascii: "\""))
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if isPlain(byte) {
        let start = index
        while index < bytes.count, isPlain(bytes[index]) { index += 1 }
        out.append(bytes.rawBytes.extracting(start..<index))
      } else if byte < 0x80 {
        append(ascii: byte, to: &out)
        index += 1
      } else if let (scalar, length) = scalar(of: bytes[index...]) {
        append(scalar, bytes[index..<index + length], to: &out)
        index += length
      } else {
        append(escape: "\\x", UInt32(byte), digits: 2, to: &out)
        index += 1
      }
    }
    out.append(UInt8(ascii: "\""))
  }

  /// True for what stands for itself.
  private static func isPlain(_ byte: UInt8) -> Bool {
    (0x20..<0x7f).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
  }

  private static func append(ascii byte: UInt8, to out: inout ByteBuffer) {
    switch byte {
    case UInt8(ascii: "\""): out.append("\\\"")
    case UInt8(ascii: "\\"): out.append("\\\\")
    case 0x07: out.append("\\a")
    case 0x08: out.append("\\b")
    case 0x09: out.append("\\t")
    case 0x0a: out.append("\\n")
    case 0x0b: out.append("\\v")
    case 0x0c: out.append("\\f")
    case 0x0d: out.append("\\r")
    default: append(escape: "\\x", UInt32(byte), digits: 2, to: &out)
    }
  }

  private static func append(
    _ scalar: Unicode.Scalar, _ bytes: ArraySlice<UInt8>, to out: inout ByteBuffer
  ) {
    if isPrintable(scalar) {
      for byte in bytes { out.append(byte) }
    } else if scalar.value < 0x10000 {
      append(escape: "\\u", scalar.value, digits: 4, to: &out)
    } else {
      append(escape: "\\U", scalar.value, digits: 8, to: &out)
    }
  }

  private static func append(
    escape: StaticString, _ value: UInt32, digits: Int, to out: inout ByteBuffer
  ) {
    out.append(escape)
    for place in (0..<digits).reversed() {
      let digit = UInt8(truncatingIfNeeded: value >> UInt32(place * 4) & 0xf)
      out.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
    }
  }

  /// Letters, marks, numbers, punctuation and symbols (strconv.IsPrint). Which characters those are
  /// goes with the version of Unicode, in Go as in Swift.
  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
      .paragraphSeparator, .spaceSeparator:
      false
    default: true
    }
  }

  /// The character at the start of `bytes`, and how many bytes it takes; nil where that is not UTF-8.
  private static func scalar(of bytes: ArraySlice<UInt8>) -> (Unicode.Scalar, Int)? {
    var decoder = Unicode.UTF8.ForwardParser()
    var iterator = bytes.prefix(4).makeIterator()
    guard case .valid(let encoded) = decoder.parseScalar(from: &iterator) else { return nil }
    return (Unicode.UTF8.decode(encoded), encoded.count)
  }
}
