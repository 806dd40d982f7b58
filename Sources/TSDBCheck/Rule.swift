/// A rule that a check looks at: what it means, what a server does, what to do.
///
/// The catalogue is the only place with these texts: `epimetheus explain` prints it, and
/// Docs/findings.md is written from it (`epimetheus explain --all --format markdown`).
public struct Rule: Equatable, Sendable {
  /// The id, or `STEM.*` for all ways in which one structure can be wrong: the last part of the ids
  /// of findings then is the code of a `DecodeError.Problem`. `*.CODE` is one way for all structures.
  public let id: String
  /// What a finding means, in a line.
  public let meaning: String
  /// What a start does about it.
  public let startup: Startup
  /// What Prometheus does, in sentences.
  public let server: String
  /// What to do, in sentences.
  public let remedy: String
  /// The codes of the states of the catalogue of start failures; none where it has no such state.
  public let codes: [String]

  init(
    _ id: String, _ meaning: String, _ startup: Startup, server: String, remedy: String,
    codes: [String] = []
  ) {
    self.id = id
    self.meaning = meaning
    self.startup = startup
    self.server = server
    self.remedy = remedy
    self.codes = codes
  }

  /// The rule of a finding with this id: one of that name, else the one whose stem is the longest.
  public static func of(_ id: String) -> Rule? {
    if let rule = all.first(where: { $0.id == id }) { return rule }
    let covering = all.filter { $0.covers(id) }
    return covering.first { $0.id.hasPrefix("*.") }
      ?? covering.max { $0.id.utf8.count < $1.id.utf8.count }
  }

  private func covers(_ other: String) -> Bool {
    if id.hasPrefix("*.") { return other.hasSuffix(id.dropFirst()) }
    guard id.hasSuffix(".*") else { return false }
    return other.hasPrefix(id.dropLast()) && other.utf8.count >= id.utf8.count
  }

  /// Every rule, in the order of the documentation.
  public static let all: [Rule] = directory + log + lateLog + headChunks + snapshot + blocks
}

extension Finding {
  /// What a start does about it: what the finding says, else what its rule says.
  public var whatStartDoes: Startup { startup ?? Rule.of(rule)?.startup ?? .unknown }
}

extension Rule {
  /// The ways in which bytes can be wrong: the last part of the ids that a `STEM.*` covers.
  public static let codes: [(code: String, meaning: String)] = [
    ("truncated", "fewer bytes are left than the structure needs"),
    ("magic", "the magic number at the start of the file is another"),
    ("version", "a format version that no known Prometheus writes"),
    ("checksum", "the bytes do not have the CRC-32C that is stored with them"),
    ("range", "a number outside of what its place allows"),
    ("order", "something that must be sorted is not"),
    ("varint", "a variable-length integer of more than 64 bits"),
    ("trailing-bytes", "bytes are left behind the last field"),
    ("sequence", "a fragment that cannot follow the one before it"),
    ("padding", "bytes that must be zero are not"),
    ("unknown-code", "a code that no known Prometheus writes"),
    ("compression", "the decompressor refuses the bytes"),
    ("too-large", "larger than any server writes it, and therefore not read"),
    ("torn", "a record was begun and never finished"),
    ("gap", "numbered files do not follow one another"),
    ("missing", "something that should be there is not"),
    ("malformed", "text, or a folder, is not what it should be"),
    ("mismatch", "two places that must agree do not"),
  ]
}
