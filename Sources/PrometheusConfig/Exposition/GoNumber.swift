/// Floating point numbers as Go reads and writes them (strconv, `ParseFloat` and `FormatFloat`).
enum GoNumber {
  /// The number of a text; nil where Go refuses it. Of the forms that Go has learnt since 1.13, hexadecimal
  /// and with `_`, values of samples may have none (Prometheus: model/textparse, `parseFloat`).
  static func parsed(_ bytes: [UInt8], allowsAllForms: Bool) -> Double? {
    let text = String(decoding: bytes, as: UTF8.self)
    var rest = bytes[...]
    let sign = rest.first.flatMap { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") ? $0 : nil }
    if sign != nil { rest = rest.dropFirst() }
    switch String(decoding: rest, as: UTF8.self).lowercased() {
    case "inf", "infinity": return sign == UInt8(ascii: "-") ? -.infinity : .infinity
    case "nan": return sign == nil ? .nan : nil
    default: break
    }
    if allowsAllForms, rest.starts(with: "0x".utf8) || rest.starts(with: "0X".utf8) {
      guard rest.contains(where: { $0 | 0x20 == UInt8(ascii: "p") }) else { return nil }
      return Double(text).flatMap { $0.isFinite ? $0 : nil }
    }
    let plain = allowsAllForms ? rest.filter { $0 != UInt8(ascii: "_") } : Array(rest)
    let isSeparated = !zip(rest, rest.dropFirst()).contains { pair in
      (pair.0 == UInt8(ascii: "_")) && !isDigit(pair.1)
        || pair.1 == UInt8(ascii: "_") && !isDigit(pair.0)
    }
    guard isSeparated, rest.last != UInt8(ascii: "_"), rest.first != UInt8(ascii: "_"),
      isDecimal(plain[...])
    else { return nil }
    let number = Double(String(decoding: plain, as: UTF8.self))
    guard let number, number.isFinite else { return nil }
    return sign == UInt8(ascii: "-") ? -number : number
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private static func isDecimal(_ text: ArraySlice<UInt8>) -> Bool {
    var rest = text
    let whole = rest.prefix(while: isDigit)
    rest = rest.dropFirst(whole.count)
    var digits = whole.count
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      let decimals = rest.prefix(while: isDigit)
      rest = rest.dropFirst(decimals.count)
      digits += decimals.count
    }
    guard digits > 0 else { return false }
    if let mark = rest.first, mark | 0x20 == UInt8(ascii: "e") {
      rest = rest.dropFirst()
      if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
        rest = rest.dropFirst()
      }
      let exponent = rest.prefix(while: isDigit)
      rest = rest.dropFirst(exponent.count)
      if exponent.isEmpty { return false }
    }
    return rest.isEmpty
  }

  /// A number as OpenMetrics has it in labels (Prometheus: model/textparse, `formatOpenMetricsFloat`).
  static func openMetrics(_ number: Double) -> String {
    if number.isNaN { return "NaN" }
    if number.isInfinite { return number < 0 ? "-Inf" : "+Inf" }
    if number == 0 { return "0.0" }
    let text = general(number)
    return text.contains("e") || text.contains(".") ? text : text + ".0"
  }

  /// Go's format `g` with as few digits as tell the number from others.
  private static func general(_ number: Double) -> String {
    let (digits, exponent) = shortest(number.magnitude)
    let sign = number < 0 ? "-" : ""
    let count = digits.utf8.count
    if exponent < -4 || exponent >= 6 {
      let fraction = count > 1 ? "." + digits.dropFirst() : ""
      let power = String(exponent.magnitude)
      let padded = power.utf8.count < 2 ? "0" + power : power
      return sign + digits.prefix(1) + fraction + (exponent < 0 ? "e-" : "e+") + padded
    }
    if exponent < 0 {
      return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits
    }
    if count <= exponent + 1 {
      return sign + digits + String(repeating: "0", count: exponent + 1 - count)
    }
    return sign + digits.prefix(exponent + 1) + "." + digits.dropFirst(exponent + 1)
  }

  /// The digits of a number, and the power of ten of the first.
  private static func shortest(_ number: Double) -> (digits: String, exponent: Int) {
    let parts = "\(number)".split(separator: "e")
    let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    let power = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    let whole = String(mantissa[0])
    var digits = whole + (mantissa.count > 1 ? String(mantissa[1]) : "")
    var exponent = power + whole.utf8.count - 1
    while digits.hasPrefix("0"), digits.utf8.count > 1 {
      digits.removeFirst()
      exponent -= 1
    }
    while digits.hasSuffix("0"), digits.utf8.count > 1 { digits.removeLast() }
    return (digits, exponent)
  }
}
