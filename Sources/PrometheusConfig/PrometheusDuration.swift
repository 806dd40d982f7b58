/// Durations as Prometheus reads them (prometheus/common: model/time.go, `ParseDuration`): in flags, in
/// `prometheus.yml`, and wherever a command line takes one.
///
///     duration = "0" | unit { unit }        e.g. 1w2d3h4m5s6ms
///     unit     = digits ("y" | "w" | "d" | "h" | "m" | "s" | "ms")
///
/// Units go from large to small, each at most once; a year has 365 days. A server counts in nanoseconds,
/// so nothing longer than 292 years is a duration.
public enum PrometheusDuration {
  /// What a duration looks like, for errors.
  public static let form =
    "a duration such as 15d or 1h30m (whole numbers of y, w, d, h, m, s, ms, from large to small)"

  private static let units: [(name: String, milliseconds: UInt64)] = [
    ("y", 31_536_000_000), ("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000),
    ("m", 60_000), ("s", 1000), ("ms", 1),
  ]

  /// The whole milliseconds of 2^63 nanoseconds, beyond which a server does not count.
  private static let longest: UInt64 = 9_223_372_036_854

  /// The milliseconds of `text`; nil where a server refuses it.
  public static func milliseconds(_ text: String) -> Int64? {
    if text == "0" { return 0 }
    var rest = text.utf8[...]
    var allowed = units[...]
    var total: UInt64 = 0
    while let first = rest.first {
      guard isDigit(first) else { return nil }
      let digits = rest.prefix(while: isDigit)
      rest = rest.dropFirst(digits.count)
      let name = rest.prefix { !isDigit($0) }
      rest = rest.dropFirst(name.count)
      guard let number = UInt64(Substring(digits)),
        let unit = allowed.firstIndex(where: { $0.name == String(Substring(name)) })
      else { return nil }
      let (part, tooLong) = number.multipliedReportingOverflow(by: units[unit].milliseconds)
      let (sum, overflow) = total.addingReportingOverflow(part)
      if tooLong || overflow || sum > longest { return nil }
      total = sum
      allowed = allowed[(unit + 1)...]
    }
    return text.isEmpty ? nil : Int64(clamping: total)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
