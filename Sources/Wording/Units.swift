/// Numbers as people read them. Exact values are in JSON.
package enum Units {
  /// `59,192`.
  package static func count(_ value: some BinaryInteger) -> String {
    let digits = String(value.magnitude)
    var result = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { result += "," }
      result.append(digit)
    }
    return value < 0 ? "-" + result : result
  }

  /// Binary sizes in three digits: `103 MiB`, `4.23 GiB`, `12 B`.
  package static func bytes(_ value: some BinaryInteger) -> String {
    let magnitude = Double(value.magnitude)
    let sign = value < 0 ? "-" : ""
    if magnitude < 1024 { return "\(sign)\(value.magnitude) B" }
    let names = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB"]
    var scaled = magnitude / 1024
    var unit = 0
    // 999.5 would round to four digits.
    while scaled >= 999.5, unit + 1 < names.count {
      scaled /= 1024
      unit += 1
    }
    return "\(sign)\(threeDigits(scaled)) \(names[unit])"
  }

  /// `59.5/s`, `1,250/s`; `-` where it is not a number.
  package static func perSecond(_ value: Double) -> String {
    guard value.isFinite else { return "-" }
    return abs(value) >= 1000 ? "\(clampedCount(value))/s" : "\(threeDigits(value))/s"
  }

  /// `41.2 MiB/s`.
  package static func bytesPerSecond(_ value: Double) -> String {
    "\(bytes(Int64(exactly: value.rounded()) ?? 0))/s"
  }

  /// A share of one: `97.3 %`; never 100 or 0 unless it is.
  package static func percent(_ share: Double) -> String {
    guard share.isFinite else { return "-" }
    let tenths = (share * 1000).rounded()
    if tenths >= 1000, share < 1 { return "99.9 %" }
    if tenths <= 0, share > 0 { return "0.1 %" }
    return decimal(tenths / 10, places: 1) + " %"
  }

  /// `value` with `places` decimals, rounded half away from zero.
  package static func decimal(_ value: Double, places: Int) -> String {
    var power = 1.0
    for _ in 0..<places { power *= 10 }
    guard let scaled = Int64(exactly: (value * power).rounded()) else { return "\(value)" }
    if places == 0 { return "\(scaled)" }
    let digits = String(scaled.magnitude)
    let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    return (scaled < 0 ? "-" : "") + padded.dropLast(places) + "." + padded.suffix(places)
  }

  /// Three digits, without zeros that say nothing: `1.5`, `41.2`, `103`.
  private static func threeDigits(_ value: Double) -> String {
    let size = abs(value)
    let text = decimal(value, places: size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2)
    guard text.contains(".") else { return text }
    let trimmed = text.reversed().drop { $0 == "0" }.drop { $0 == "." }
    return String(trimmed.reversed())
  }

  private static func clampedCount(_ value: Double) -> String {
    Int64(exactly: value.rounded()).map { count($0) } ?? "\(value)"
  }
}
