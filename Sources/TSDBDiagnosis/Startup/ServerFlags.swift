internal import Wording

/// The flags that a server is started with, read as its own parser reads them: what it refuses is refused,
/// so that no start is predicted that nobody can have.
public struct ServerFlags: Equatable, Sendable {
  /// A flag that was given.
  struct Given: Equatable, Sendable {
    /// Its name, without dashes.
    let name: String
    /// Its value; `true` and `false` for one that takes none.
    let value: String
  }

  let given: [Given]
  /// What the server would warn of and go on.
  public let warnings: [String]

  /// No flags.
  public static let none = ServerFlags(given: [], warnings: [])

  private init(given: [Given], warnings: [String]) {
    self.given = given
    self.warnings = warnings
  }

  /// Why a flag is refused.
  public struct Problem: Error, Equatable, CustomStringConvertible {
    /// The flag as it was given.
    public let flag: String
    /// What is wrong with it.
    public let why: String

    /// One sentence.
    public var description: String { "\(flag): \(why)" }
  }

  /// Reads `texts`, each `name=value` or, where there is no value, `name` or `no-name`, with two dashes
  /// in front or none. Throws what a server of `release` does not take, be it started as an agent or not.
  public init(
    _ texts: [String], release: PrometheusRelease, isAgent: Bool = false
  ) throws(Problem) {
    var given: [Given] = []
    var seen: [(flag: ServerFlag, text: String)] = []
    for text in texts {
      let (flag, value) = try Self.read(text, release)
      if !flag.isRepeatable, seen.contains(where: { $0.flag.name == flag.name }) {
        throw Problem(flag: text, why: "--\(flag.name) cannot be repeated")
      }
      seen.append((flag, text))
      given.append(Given(name: flag.name, value: value))
    }
    self.given = given
    warnings = Self.warnings(given, release)
    let isAgent = isAgent || self.isAgent(release)
    if isAgent, !release.hasAgent {
      throw Problem(
        flag: "agent", why: "Prometheus \(release) has no agent mode; 2.32 was the first")
    }
    for (flag, text) in seen where release.hasAgent {
      if isAgent, flag.mode == .server {
        throw Problem(flag: text, why: "Prometheus \(release) does not take it in agent mode")
      }
      if !isAgent, flag.mode == .agent {
        throw Problem(flag: text, why: "Prometheus \(release) takes it in agent mode only")
      }
    }
  }

  /// One flag and its value.
  private static func read(
    _ text: String, _ release: PrometheusRelease
  ) throws(Problem) -> (ServerFlag, String) {
    let plain = text.hasPrefix("--") ? text.dropFirst(2) : text[...]
    if plain.first == "-" {
      throw Problem(flag: text, why: "flags of Prometheus have two dashes in front, or none here")
    }
    let parts = plain.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts.first ?? "")
    let value = parts.count > 1 ? String(parts[1]) : nil
    var known = ServerFlag.known(name, to: release)
    var isInverted = false
    if known == nil, name.hasPrefix("no-") {
      known = ServerFlag.known(String(name.dropFirst(3)), to: release)
      isInverted = true
      if known?.isBare == false { known = nil }
    }
    guard let flag = known else { throw Problem(flag: text, why: unknown(name, release)) }
    if case .end = flag.kind {
      throw Problem(flag: text, why: "with --\(flag.name) Prometheus prints something and ends")
    }
    if flag.isBare {
      guard value == nil else {
        throw Problem(
          flag: text,
          why: "--\(flag.name) takes no value; Prometheus \(release) takes --\(flag.name) and "
            + "--no-\(flag.name)")
      }
      return (flag, isInverted ? "false" : "true")
    }
    guard let value else {
      throw Problem(flag: text, why: "--\(flag.name) takes a value: \(flag.name)=VALUE")
    }
    if let form = flag.refusal(of: value, by: release) {
      throw Problem(
        flag: text,
        why: "Prometheus \(release) takes \(form) for --\(flag.name), and not '\(value)'")
    }
    return (flag, value)
  }

  /// Why there is no flag of this name.
  private static func unknown(_ name: String, _ release: PrometheusRelease) -> String {
    let others = ServerFlag.all.filter { $0.name == name }
    if let next = others.first(where: { release < $0.since }) {
      return "Prometheus \(release) has no flag --\(name); \(next.since) is the first that has it"
    }
    if let until = others.compactMap(\.until).max() {
      return "Prometheus \(release) has no flag --\(name); \(until) was the last that had it"
    }
    let names = ServerFlag.all.filter { $0.isKnown(to: release) }.map(\.name)
    let near = Nearest.name(to: name, among: names).map { "; is --\($0) meant?" } ?? ""
    return "Prometheus \(release) has no flag --\(name)\(near)"
  }

  private static func warnings(_ given: [Given], _ release: PrometheusRelease) -> [String] {
    features(given).compactMap { name in
      let entry = ServerFeature.all.first { $0.name == name }
      if name.isEmpty || entry?.isKnown(to: release) == true { return nil }
      let near =
        entry == nil
        ? Nearest.name(to: name, among: ServerFeature.all.map(\.name)).map { "; is \($0) meant?" }
        : nil
      return "Prometheus \(release) does not know the feature '\(name)' and goes on without it"
        + (near ?? "")
    }
  }

  private static func features(_ given: [Given]) -> [String] {
    given.filter { $0.name == "enable-feature" }.flatMap { flag in
      flag.value.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  /// The value of a flag; nil where it was not given.
  public subscript(_ name: String) -> String? { given.last { $0.name == name }?.value }

  /// True if nothing was given.
  public var isEmpty: Bool { given.isEmpty }

  /// True if a feature is enabled.
  public func enables(_ feature: String) -> Bool { Self.features(given).contains(feature) }

  /// True if `release` is told by its flags to run as an agent.
  public func isAgent(_ release: PrometheusRelease) -> Bool {
    if release.major >= 3 { return self["agent"] == "true" }
    // Older ones warn of a feature that they do not know, and run as servers.
    return release.hasAgent && enables("agent")
  }
}

extension ServerFlag {
  /// The flag of this name, as `release` knows it.
  static func known(_ name: String, to release: PrometheusRelease) -> ServerFlag? {
    all.first { $0.name == name && $0.isKnown(to: release) }
  }
}
