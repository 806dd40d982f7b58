/// Times and durations as text. All times are milliseconds since 1970 in UTC, as in Prometheus, and
/// every Int64 has a text: what a damaged file claims is shown, not trapped on.
package enum TimeText {
  /// RFC 3339 with milliseconds: `2026-11-17T00:40:00.000Z`. Years that need more than four digits
  /// carry a sign (ISO 8601, expanded).
  package static func milliseconds(_ time: Int64) -> String {
    let part = floorDivide(time, by: 1000)
    return dateAndTime(part.quotient) + "." + padded(part.remainder, to: 3) + "Z"
  }

  /// RFC 3339 to the second: `2026-11-17T00:40:00Z`; with milliseconds where there are any.
  package static func seconds(_ time: Int64) -> String {
    let part = floorDivide(time, by: 1000)
    if part.remainder != 0 { return milliseconds(time) }
    return dateAndTime(part.quotient) + "Z"
  }

  /// From `start` to `end`, however far that is, as `duration`.
  package static func duration(from start: Int64, to end: Int64) -> String {
    let size = UInt64(bitPattern: max(start, end) &- min(start, end))
    return (end < start ? "-" : "") + duration(size)
  }

  /// A duration in its two largest units: `4 h 59 min`, `15 s`, `1.5 s`, `250 ms`, `3 d 2 h`; from ten
  /// years on in years, which mostly damage or a wrong clock brings about.
  package static func duration(_ milliseconds: Int64) -> String {
    (milliseconds < 0 ? "-" : "") + duration(milliseconds.magnitude)
  }

  private static func duration(_ size: UInt64) -> String {
    if size < 1000 { return "\(size) ms" }
    if size < 60_000 {
      let seconds = Units.decimal(Double(size) / 1000, places: size.isMultiple(of: 1000) ? 0 : 1)
      return "\(seconds) s"
    }
    if size >= 10 * year { return "\(Units.count(size / year)) years" }
    let units: [(UInt64, String)] = [
      (86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1000, "s"),
    ]
    for (index, unit) in units.enumerated() where size >= unit.0 {
      let whole = size / unit.0
      let text = "\(Units.count(whole)) \(unit.1)"
      guard index + 1 < units.count else { return text }
      let rest = size % unit.0 / units[index + 1].0
      return rest == 0 ? text : "\(text) \(rest) \(units[index + 1].1)"
    }
    return "\(size) ms"
  }

  /// A year of the calendar, on average.
  private static let year: UInt64 = 31_556_952_000

  /// What Go prints for `time.Duration(milliseconds) * time.Millisecond`, which is what promtool
  /// prints; the product wraps around as it does there.
  package static func goDuration(milliseconds: Int64) -> String {
    goDuration(nanoseconds: milliseconds &* 1_000_000)
  }

  /// What Go's `time.Duration.String` prints: `4h59m0.001s`, `-2h0m0s`, `1.5s`, `250ms`, `0s`.
  package static func goDuration(nanoseconds: Int64) -> String {
    let sign = nanoseconds < 0 ? "-" : ""
    let size = nanoseconds.magnitude
    switch size {
    case 0: return "0s"
    case ..<1000: return "\(sign)\(size)ns"
    case ..<1_000_000: return "\(sign)\(fraction(size, of: 1000))µs"
    case ..<1_000_000_000: return "\(sign)\(fraction(size, of: 1_000_000))ms"
    default: break
    }
    let minutes = size / 60_000_000_000
    var text = fraction(size % 60_000_000_000, of: 1_000_000_000) + "s"
    if minutes > 0 { text = "\(minutes % 60)m" + text }
    if minutes >= 60 { text = "\(minutes / 60)h" + text }
    return sign + text
  }

  /// `value / unit` with as many decimals as it has; `unit` is a power of ten.
  private static func fraction(_ value: UInt64, of unit: UInt64) -> String {
    let rest = value % unit
    if rest == 0 { return "\(value / unit)" }
    let places = String(unit).count - 1
    let decimals = padded(Int64(rest), to: places).reversed().drop { $0 == "0" }.reversed()
    return "\(value / unit)." + String(decimals)
  }

  private static func dateAndTime(_ seconds: Int64) -> String {
    let (days, second) = floorDivide(seconds, by: 86_400)
    let date = CivilDate(daysSince1970: days)
    let clock = [second / 3600, second / 60 % 60, second % 60].map { padded($0, to: 2) }
    return "\(date)T\(clock.joined(separator: ":"))"
  }

  private static func floorDivide(
    _ value: Int64, by divisor: Int64
  ) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }

  private static func padded(_ value: Int64, to digits: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
