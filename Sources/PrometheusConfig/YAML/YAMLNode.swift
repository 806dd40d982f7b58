/// A value of a YAML document, and where it stands.
///
/// Aliases are replaced by what they stand for, and merge keys (`<<`) by what they merge.
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

  /// True for nothing at all, `~` and `null`.
  public var isNull: Bool {
    guard case .scalar(let text, isPlain: true) = content else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(text)
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
