/// Sizes as Prometheus reads them (alecthomas/units: `ParseBase2Bytes`): in flags and in
/// `prometheus.yml`.
///
///     size = [ "-" | "+" ] ( "0" | part { part } )        e.g. 512MB, 1.5GiB, 5MB512KB
///     part = digits [ "." digits ] unit | "." digits unit
///     unit = "B" | "KB" … "EB" | "KiB" … "EiB"
///
/// All units are powers of 1024; `iB` and `B` do not stand side by side in one size (but for plain
/// bytes), and no unit is written in small letters.
public enum PrometheusSize {
  /// What a size looks like, for errors.
  public static let form =
    "a size such as 512MB or 1.5GB (units B, KB, MB, GB, TB, PB, EB, in powers of 1024)"

  private static let powers: [UInt8: Double] = [
    UInt8(ascii: "K"): 0x1p10, UInt8(ascii: "M"): 0x1p20, UInt8(ascii: "G"): 0x1p30,
    UInt8(ascii: "T"): 0x1p40, UInt8(ascii: "P"): 0x1p50, UInt8(ascii: "E"): 0x1p60,
  ]

  /// The bytes of `text`, which may be less than none; nil where a server refuses it.
  public static func bytes(_ text: String) -> Int? {
    bytes(text.utf8[...], suffix: "iB") ?? bytes(text.utf8[...], suffix: "B")
  }

  private static func bytes(_ text: Substring.UTF8View, suffix: String) -> Int? {
    var rest = text
    let isNegative = rest.first == UInt8(ascii: "-")
    if isNegative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
    if rest.elementsEqual("0".utf8) { return 0 }
    guard !rest.isEmpty else { return nil }
    var total = 0.0
    while !rest.isEmpty {
      guard let number = number(&rest) else { return nil }
      let name = rest.prefix { $0 != UInt8(ascii: ".") && !isDigit($0) }
      rest = rest.dropFirst(name.count)
      guard let factor = factor(name, suffix) else { return nil }
      total += number * factor
    }
    // 2^63 is let through by the server, and then counts as no limit; so does the largest number.
    guard total <= 0x1p63 else { return nil }
    let bytes = Int(exactly: total.rounded(.towardZero)) ?? .max
    return isNegative ? -bytes : bytes
  }

  private static func factor(_ name: Substring.UTF8View, _ suffix: String) -> Double? {
    if name.elementsEqual("B".utf8) { return 1 }
    guard let first = name.first, let power = powers[first],
      name.dropFirst().elementsEqual(suffix.utf8)
    else { return nil }
    return power
  }

  /// Digits, a point and more digits, of which one must be there.
  private static func number(_ rest: inout Substring.UTF8View) -> Double? {
    let whole = rest.prefix(while: isDigit)
    rest = rest.dropFirst(whole.count)
    guard let first = leading(whole) else { return nil }
    guard rest.first == UInt8(ascii: ".") else { return whole.isEmpty ? nil : first }
    rest = rest.dropFirst()
    let decimals = rest.prefix(while: isDigit)
    rest = rest.dropFirst(decimals.count)
    guard let second = leading(decimals), !(whole.isEmpty && decimals.isEmpty) else { return nil }
    let scale = decimals.reduce(1.0) { scale, _ in scale * 10 }
    return first + second / scale
  }

  /// A number of which the server takes 18 digits, and some of 19.
  private static func leading(_ digits: Substring.UTF8View) -> Double? {
    var number: Int64 = 0
    for digit in digits {
      if number >= 922_337_203_685_477_579 { return nil }
      number = number &* 10 &+ Int64(digit &- 0x30)
    }
    return Double(number)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
