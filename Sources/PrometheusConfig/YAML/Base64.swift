/// Base64 with padding, as Go's `base64.StdEncoding` reads it: line breaks are passed over.
enum Base64 {
  /// The bytes of `text`; nil where it is not base64.
  static func decoded(_ text: String) -> [UInt8]? {
    let all = text.utf8.filter { $0 != 0x0a && $0 != 0x0d }
    guard all.count.isMultiple(of: 4) else { return nil }
    let padding = all.reversed().prefix { $0 == UInt8(ascii: "=") }.count
    guard padding <= 2 else { return nil }
    var bytes: [UInt8] = []
    var bits: UInt32 = 0
    for (index, letter) in all.dropLast(padding).enumerated() {
      guard let value = value(letter) else { return nil }
      bits = bits << 6 | value
      if index % 4 == 3 {
        bytes += [UInt8(truncatingIfNeeded: bits >> 16), UInt8(truncatingIfNeeded: bits >> 8)]
        bytes.append(UInt8(truncatingIfNeeded: bits))
        bits = 0
      }
    }
    if padding == 2 { bytes.append(UInt8(truncatingIfNeeded: bits >> 4)) }
    if padding == 1 {
      bytes += [UInt8(truncatingIfNeeded: bits >> 10), UInt8(truncatingIfNeeded: bits >> 2)]
    }
    return bytes
  }

  private static func value(_ letter: UInt8) -> UInt32? {
    switch letter {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(letter &- UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(letter &- UInt8(ascii: "a")) &+ 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(letter &- UInt8(ascii: "0")) &+ 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
