internal import PrometheusConfig

/// A flag of Prometheus: which releases know it, and what its value is (kingpin: values.go and parser.go).
struct ServerFlag: Sendable {
  /// What a value is.
  enum Kind: Sendable {
    /// Anything.
    case text
    /// Anything, and the flag may be repeated.
    case texts
    /// A number of Go's `ParseFloat`, of which the server keeps the whole part: `5e7`.
    case number
    /// One that is not less than 0.
    case natural
    /// A number above 0, up to 1.
    case ratio
    /// A whole number of Go's `ParseInt`: `0x10`.
    case integer
    /// A duration of Prometheus.
    case duration
    /// A duration of Go: `1.5s`; since 2.43 also with days and weeks.
    case time
    /// A size of Prometheus, between these where the server insists.
    case bytes(ClosedRange<Int>?)
    /// One of these words.
    case word([String])
    /// One of these words, and the flag may be repeated.
    case words([String])
    /// True where it is given, false as `no-…`; there is no value.
    case flag
    /// The server prints something and ends.
    case end
  }

  /// In which mode a server takes it; one in the other mode refuses to start.
  enum Mode: Sendable {
    case both, server, agent
  }

  let name: String
  let kind: Kind
  let since: PrometheusRelease
  /// The last release that knows it; nil where the newest does.
  let until: PrometheusRelease?
  let mode: Mode

  init(
    _ name: String, _ kind: Kind, since: (Int, Int), until: (Int, Int)? = nil, _ mode: Mode = .both
  ) {
    self.name = name
    self.kind = kind
    self.since = PrometheusRelease(since.0, since.1)
    self.until = until.map { PrometheusRelease($0.0, $0.1) }
    self.mode = mode
  }

  /// True if `release` knows it.
  func isKnown(to release: PrometheusRelease) -> Bool {
    Self.isKnown(to: release, since, until)
  }

  static func isKnown(
    to release: PrometheusRelease, _ since: PrometheusRelease, _ until: PrometheusRelease?
  ) -> Bool {
    let minor = PrometheusRelease(release.major, release.minor)
    return !(minor < since) && !(until.map { $0 < minor } ?? false)
  }

  /// True if it may be given more than once.
  var isRepeatable: Bool {
    switch kind {
    case .texts, .words: true
    default: false
    }
  }

  /// True if it takes no value.
  var isBare: Bool {
    switch kind {
    case .flag, .end: true
    default: false
    }
  }

  /// What it takes, where `value` is refused by the parser of `release`; nil where it is not.
  func refusal(of value: String, by release: PrometheusRelease) -> String? {
    switch kind {
    case .text, .texts, .flag, .end: return nil
    case .number: return GoValue.float(value) == nil ? "a number" : nil
    case .natural:
      let number = GoValue.float(value)
      return number.map { $0 < 0 } ?? true ? "a number from 0 on" : nil
    case .ratio:
      let number = GoValue.float(value)
      return number.map { $0 <= 0 || $0 > 1 } ?? true ? "a number above 0, 1 at most" : nil
    case .integer: return GoValue.isInteger(value) ? nil : "a whole number"
    case .duration:
      return PrometheusDuration.milliseconds(value) == nil ? PrometheusDuration.form : nil
    case .time:
      let hasDays = !(release < PrometheusRelease(2, 43))
      return GoValue.isDuration(value, hasDays: hasDays) ? nil : "a duration such as 2ms or 1.5s"
    case .bytes(let range):
      guard let bytes = PrometheusSize.bytes(value) else { return PrometheusSize.form }
      guard let range, bytes != 0, !range.contains(bytes) else { return nil }
      let most = range.upperBound == .max ? "" : " and \(range.upperBound >> 20)MB at most"
      return "a size of \(range.lowerBound >> 20)MB at least\(most)"
    case .word(let words), .words(let words):
      return words.contains(value) ? nil : "one of " + words.joined(separator: ", ")
    }
  }
}

/// A feature that `--enable-feature` turns on.
struct ServerFeature: Sendable {
  let name: String
  let since: PrometheusRelease
  /// The last release that knows it; nil where the newest does.
  let until: PrometheusRelease?

  init(_ name: String, since: (Int, Int), until: (Int, Int)? = nil) {
    self.name = name
    self.since = PrometheusRelease(since.0, since.1)
    self.until = until.map { PrometheusRelease($0.0, $0.1) }
  }

  /// True if `release` knows it.
  func isKnown(to release: PrometheusRelease) -> Bool {
    ServerFlag.isKnown(to: release, since, until)
  }
}
