/// Which keys a `prometheus.yml` may have, of what type, in which release: what the structs of Prometheus
/// say, to which its parser holds every file (config/config.go: `yaml.UnmarshalStrict`).
///
///     section: key shape [releases], …, +section included
///     shape    = string | bool | … | [shape] | {shape} | <word …> | section
///     releases = since | -until | since-until        e.g. 2.45, -2.55, 3.0-3.5
///
/// The key `*` stands for all others.
struct ConfigurationSchema: Sendable {
  /// What a value must be.
  indirect enum Shape: Equatable, Sendable {
    case string, bool, int, uint, float, duration, size, url, labels, external, names, regex, any
    /// One of these words.
    case word([String])
    case list(Shape)
    case map(Shape)
    case section(String)
  }

  /// The releases that know a key.
  struct Releases: Equatable, Sendable {
    var since: ConfigurationRelease?
    var until: ConfigurationRelease?

    func contains(_ release: ConfigurationRelease) -> Bool {
      if let since, release < since { return false }
      if let until, until < release { return false }
      return true
    }
  }

  /// A key of a section.
  struct Key: Equatable, Sendable {
    let name: String
    let shape: Shape
    let releases: Releases
  }

  /// All that is known.
  static let shared = ConfigurationSchema(ServerKeys.text, ClientKeys.text, DiscoveryKeys.text)

  /// By section: its keys, those included among them.
  let sections: [String: [Key]]

  init(_ texts: String...) {
    var own: [String: [Substring]] = [:]
    var section = ""
    for line in texts.flatMap({ $0.split(separator: "\n") }) {
      if line.hasPrefix(" ") {
        let entries = line.split(separator: ",").map { $0.drop { $0 == " " } }
        own[section, default: []] += entries.filter { !$0.isEmpty }
      } else {
        section = String(line.dropLast())
      }
    }
    var sections: [String: [Key]] = [:]
    for name in own.keys { sections[name] = Self.keys(of: name, own) }
    self.sections = sections
  }

  private static func keys(of section: String, _ own: [String: [Substring]]) -> [Key] {
    (own[section] ?? []).flatMap { entry -> [Key] in
      guard let space = entry.firstIndex(of: " ") else {
        return keys(of: String(entry.dropFirst()), own)
      }
      let rest = entry[entry.index(after: space)...]
      if entry.hasPrefix("+") {
        let releases = releases(rest)
        return keys(of: String(entry[..<space].dropFirst()), own).map {
          Key(name: $0.name, shape: $0.shape, releases: joined($0.releases, releases))
        }
      }
      let (shape, range) = split(rest)
      return [Key(name: String(entry[..<space]), shape: shape, releases: releases(range))]
    }
  }

  private static func joined(_ left: Releases, _ right: Releases) -> Releases {
    Releases(since: left.since ?? right.since, until: left.until ?? right.until)
  }

  /// A shape, and the releases behind it.
  private static func split(_ text: Substring) -> (Shape, Substring) {
    if text.hasPrefix("<"), let end = text.firstIndex(of: ">") {
      let words = text[..<end].dropFirst().split(separator: " ").map {
        $0 == "\"\"" ? "" : String($0)
      }
      return (.word(words), text[end...].dropFirst().drop { $0 == " " })
    }
    let end = text.firstIndex(of: " ") ?? text.endIndex
    return (shape(text[..<end]), text[end...].drop { $0 == " " })
  }

  private static func shape(_ text: Substring) -> Shape {
    if text.hasPrefix("[") { return .list(shape(text.dropFirst().dropLast())) }
    if text.hasPrefix("{") { return .map(shape(text.dropFirst().dropLast())) }
    return plain[text] ?? .section(String(text))
  }

  private static let plain: [Substring: Shape] = [
    "string": .string, "bool": .bool, "int": .int, "uint": .uint, "float": .float,
    "duration": .duration, "size": .size, "url": .url, "labels": .labels, "external": .external,
    "names": .names, "regex": .regex, "any": .any,
  ]

  private static func releases(_ text: Substring) -> Releases {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    return Releases(
      since: parts.first.flatMap(ConfigurationRelease.init),
      until: parts.count > 1 ? ConfigurationRelease(parts[1]) : nil)
  }
}
