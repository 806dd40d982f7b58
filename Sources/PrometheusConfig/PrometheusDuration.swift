/// Durations as Prometheus reads them (common: model/time.go, `ParseDuration`).
public enum PrometheusDuration {
  private static let units: [(name: String, milliseconds: Int64)] = [
    ("y", 31_536_000_000), ("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000),
    ("m", 60_000), ("s", 1000), ("ms", 1),
  ]

  /// `1w2d3h4m5s6ms` in milliseconds: units from large to small, each at most once; or `0`. Nil where
  /// it is none, or longer than any.
  public static func milliseconds(_ text: String) -> Int64? {
    if text == "0" { return 0 }
    var rest = text[...]
    var allowed = units[...]
    var total: Int64 = 0
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      rest = rest.dropFirst(digits.count)
      let name = rest.prefix { $0.isASCII && $0.isLetter }
      rest = rest.dropFirst(name.count)
      guard let number = Int64(digits), let unit = allowed.firstIndex(where: { $0.name == name })
      else { return nil }
      let (part, tooLong) = number.multipliedReportingOverflow(by: units[unit].milliseconds)
      let (sum, overflow) = total.addingReportingOverflow(part)
      if tooLong || overflow { return nil }
      total = sum
      allowed = allowed[(unit + 1)...]
    }
    return text.isEmpty ? nil : total
  }
}
