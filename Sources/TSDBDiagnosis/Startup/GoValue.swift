/// Values as Go's standard library reads them.
enum GoValue {
  /// `strconv.ParseFloat`; nil where it fails.
  static func float(_ text: String) -> Double? {
    let sign = text.hasPrefix("-") || text.hasPrefix("+") ? 1 : 0
    let rest = text.dropFirst(sign).lowercased()
    if ["inf", "infinity"].contains(rest) { return text.hasPrefix("-") ? -.infinity : .infinity }
    if rest == "nan", sign == 0 { return .nan }
    guard let first = rest.utf8.first, isDigit(first) || first == UInt8(ascii: "."),
      isSeparated(rest), !rest.hasPrefix("0x") || rest.contains("p"),
      let number = Double(text.filter { $0 != "_" }), number.isFinite
    else { return nil }
    return number
  }

  /// True for what `strconv.ParseInt` takes with base 0.
  static func isInteger(_ text: String) -> Bool {
    let sign = text.hasPrefix("-") ? "-" : ""
    let rest = text.dropFirst(text.hasPrefix("-") || text.hasPrefix("+") ? 1 : 0).lowercased()
    guard let first = rest.utf8.first, isDigit(first), isSeparated(rest) else { return false }
    let plain = rest.filter { $0 != "_" }
    for (prefix, radix) in [("0x", 16), ("0b", 2), ("0o", 8)] where plain.hasPrefix(prefix) {
      return Int64(sign + plain.dropFirst(2), radix: radix) != nil && plain.utf8.count > 2
    }
    let isOctal = plain.utf8.count > 1 && plain.hasPrefix("0")
    return Int64(sign + plain, radix: isOctal ? 8 : 10) != nil
  }

  /// True for what `time.ParseDuration` takes, or with days and weeks what kingpin does.
  static func isDuration(_ text: String, hasDays: Bool) -> Bool {
    var rest = Substring(text)
    if rest.first == "-" || rest.first == "+" { rest = rest.dropFirst() }
    if rest == "0" { return true }
    guard !rest.isEmpty else { return false }
    var units: Set = ["ns", "us", "µs", "μs", "ms", "s", "m", "h"]
    if hasDays { units.formUnion(["d", "w"]) }
    while !rest.isEmpty {
      let number = rest.prefix { $0 == "." || ($0.isASCII && $0.isNumber) }
      rest = rest.dropFirst(number.count)
      let unit = rest.prefix { $0 != "." && !($0.isASCII && $0.isNumber) }
      rest = rest.dropFirst(unit.count)
      guard number.count(where: { $0 == "." }) < 2, number.contains(where: { $0 != "." }),
        units.contains(String(unit))
      else { return false }
    }
    return true
  }

  /// True if each underscore stands between two digits, or behind a prefix.
  private static func isSeparated(_ text: String) -> Bool {
    guard text.contains("_") else { return true }
    let bytes = Array(text.utf8)
    return bytes.indices.allSatisfy { index in
      guard bytes[index] == UInt8(ascii: "_") else { return true }
      guard index > 0, index + 1 < bytes.count else { return false }
      let before = bytes[index - 1]
      let isBehindPrefix = index == 2 && bytes[0] == 0x30 && "xbo".utf8.contains(before)
      return (isHex(before) || isBehindPrefix) && isHex(bytes[index + 1])
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
  private static func isHex(_ byte: UInt8) -> Bool {
    isDigit(byte) || (0x61...0x66).contains(byte)
  }
}
