internal import ArgumentParser
internal import PrometheusConfig
internal import TSDBFormat

/// A time as a person gives it: RFC 3339, milliseconds since 1970, or a duration back from the end of
/// the data (`2h`, `1d12h`).
enum TimeInput: Equatable, Sendable {
  /// Milliseconds since 1970.
  case at(Int64)
  /// Milliseconds before the end of the data.
  case back(Int64)

  /// What a time looks like, for errors.
  static let form =
    "takes RFC 3339 (2026-11-17T00:40:00Z), milliseconds since 1970, or a duration back from the end of "
    + "the data (2h, 1d12h)"

  /// Milliseconds since 1970, for data that end at `end`.
  func time(dataEnd end: Int64) -> Int64 {
    switch self {
    case .at(let time): return time
    case .back(let duration):
      let (time, overflow) = end.subtractingReportingOverflow(duration)
      return overflow ? .min : time
    }
  }

  /// Reads a time, for an option.
  static func parse(_ text: String) throws -> TimeInput {
    if let time = TimeInput(argument: text) { return time }
    if let seconds = Double(text), let reading = TimeReading(seconds: seconds) {
      throw ValidationError(
        "it takes milliseconds since 1970; if these are seconds, give \(reading)")
    }
    throw ValidationError("it \(form)")
  }
}

extension TimeInput: ExpressibleByArgument {
  /// nil where `argument` is none of the three.
  init?(argument: String) {
    if let milliseconds = Int64(argument) {
      self = .at(milliseconds)
    } else if let time = Self.rfc3339(argument) {
      self = .at(time)
    } else if let duration = PrometheusDuration.milliseconds(argument) {
      self = .back(duration)
    } else {
      return nil
    }
  }

  /// `2026-11-17T00:40:00Z`, with any fraction (cut to milliseconds) and any offset; a blank may
  /// stand for the `T`.
  static func rfc3339(_ text: String) -> Int64? {
    var scanner = Scanner(rest: text.utf8[...])
    guard let year = scanner.digits(4), scanner.take("-"), let month = scanner.digits(2),
      scanner.take("-"), let day = scanner.digits(2), scanner.take("T", "t", " "),
      let hour = scanner.digits(2), scanner.take(":"), let minute = scanner.digits(2),
      scanner.take(":"), let second = scanner.digits(2),
      let date = CivilDate(year: year, month: month, day: day),
      hour < 24, minute < 60, second <= 60,
      let fraction = scanner.fraction(), let offset = scanner.offset(), scanner.rest.isEmpty
    else { return nil }
    let minutes = (date.daysSince1970 * 24 + hour) * 60 + minute - offset
    return (minutes * 60 + second) * 1000 + fraction
  }

  /// A reader of the few shapes RFC 3339 is made of.
  private struct Scanner {
    var rest: Substring.UTF8View

    mutating func take(_ accepted: Unicode.Scalar...) -> Bool {
      guard let first = rest.first, accepted.contains(Unicode.Scalar(first)) else { return false }
      rest = rest.dropFirst()
      return true
    }

    mutating func digits(_ count: Int) -> Int64? {
      let digits = rest.prefix(count).prefix { (0x30...0x39).contains($0) }
      guard digits.count == count else { return nil }
      rest = rest.dropFirst(count)
      return digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }

    /// Milliseconds; 0 where there is no fraction.
    mutating func fraction() -> Int64? {
      guard take(".") else { return 0 }
      let digits = rest.prefix { (0x30...0x39).contains($0) }
      guard !digits.isEmpty else { return nil }
      rest = rest.dropFirst(digits.count)
      let three = Array(digits.prefix(3)) + Array(repeating: 0x30, count: 3)
      return three.prefix(3).reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }

    /// Minutes east of UTC.
    mutating func offset() -> Int64? {
      if take("Z", "z") { return 0 }
      let isWest = rest.first == UInt8(ascii: "-")
      guard take("+", "-"), let hours = digits(2), take(":"), let minutes = digits(2), hours < 24,
        minutes < 60
      else { return nil }
      return (isWest ? -1 : 1) * (hours * 60 + minutes)
    }
  }
}
