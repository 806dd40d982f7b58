/// A value of a YAML document, and where it stands.
///
/// Aliases are replaced by what they stand for. What merge keys (`<<`) merge stands where they stood, so
/// that what comes behind goes before what comes first, as it does for Prometheus (yaml.v2: decode.go).
public struct YAMLNode: Equatable, Sendable {
  /// What it holds.
  public indirect enum Content: Equatable, Sendable {
    /// Text; plain if it was written without quotes, so that `5` may be a number and `null` nothing.
    case scalar(String, isPlain: Bool)
    /// `- a`, `[a, b]`
    case sequence([YAMLNode])
    /// `key: value`, in the order of the file.
    case mapping([Entry])
  }

  /// A key of a mapping and its value.
  public struct Entry: Equatable, Sendable {
    /// The key.
    public let key: String
    /// Where the key stands.
    public let place: Place
    /// The value.
    public let value: YAMLNode
    /// True where a merge key brought it.
    public let isMerged: Bool

    init(key: String, place: Place, value: YAMLNode, isMerged: Bool = false) {
      self.key = key
      self.place = place
      self.value = value
      self.isMerged = isMerged
    }
  }

  /// A place in the file.
  public struct Place: Equatable, Sendable {
    /// Counted from 1.
    public let line: Int
    /// Counted from 1.
    public let column: Int
  }

  /// What it holds.
  public let content: Content
  /// Where it begins.
  public let place: Place
  /// The tag that it was given, such as `!!str`; empty without one.
  public let tag: String

  init(content: Content, place: Place, tag: String = "") {
    self.content = content
    self.place = place
    self.tag = tag
  }

  /// True for nothing at all, `~` and `null`.
  public var isNull: Bool {
    scalar == .null
  }

  /// What kind of value it is, for messages.
  public var kind: String {
    if isNull { return "nothing" }
    switch content {
    case .scalar(let text, _): return "\"\(text.prefix(60))\""
    case .sequence: return "a list"
    case .mapping: return "a mapping"
    }
  }
}
