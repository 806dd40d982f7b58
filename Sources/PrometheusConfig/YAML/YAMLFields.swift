/// A mapping of a document whose keys are asked for one by one, with errors that name the way to them.
public struct YAMLFields: Sendable {
  /// A value on its way to becoming one of ours.
  public struct Value: Sendable {
    /// The node.
    public let node: YAMLNode
    /// The way to it.
    public let key: String
    /// The file it stands in.
    public let file: String

    /// An error here.
    public func failure(_ problem: String) -> ConfigurationError {
      ConfigurationError(
        file: file, line: node.place.line, column: node.place.column, key: key, problem: problem)
    }

    /// Text; numbers and the like are text too, as they are for Prometheus.
    public func string() throws(ConfigurationError) -> String {
      guard case .scalar(let text, _) = node.content, let scalar = node.scalar else {
        throw failure("expected text, found \(node.kind)")
      }
      if node.tag == "!!binary" {
        guard let bytes = Base64.decoded(text) else {
          throw failure("expected text in base64, found \(node.kind)")
        }
        return String(decoding: bytes, as: UTF8.self)
      }
      return scalar == .null ? "" : text
    }

    /// True for nothing at all.
    public var isNull: Bool { node.isNull }

    /// A whole number from 0 on. The decimals of a float are cut off, as by Prometheus (yaml.v2: decode.go).
    public func count() throws(ConfigurationError) -> UInt64 {
      switch node.scalar {
      case .int(let number) where number >= 0: return number.magnitude
      case .uint(let number): return number
      case .float(let number) where number < 0x1p63:
        // What is less than 0 wraps around, as Go's conversion does.
        return UInt64(bitPattern: Int64(exactly: number.rounded(.towardZero)) ?? .min)
      case .float(let number) where number <= 0x1p64:
        return UInt64(exactly: number) ?? 1 << 63
      default: throw failure("expected a whole number from 0 on, found \(node.kind)")
      }
    }

    /// A whole number.
    func integer() throws(ConfigurationError) -> Int64 {
      switch node.scalar {
      case .int(let number): return number
      case .float(let number) where number <= 0x1p63:
        return Int64(exactly: number.rounded(.towardZero)) ?? .min
      default: throw failure("expected a whole number, found \(node.kind)")
      }
    }

    /// A number.
    func float() throws(ConfigurationError) -> Double {
      switch node.scalar {
      case .int(let number): return Double(number)
      case .uint(let number): return Double(number)
      case .float(let number): return number
      default: throw failure("expected a number, found \(node.kind)")
      }
    }

    /// A size as Prometheus writes it, `512MB`, in bytes.
    func size() throws(ConfigurationError) -> Int {
      guard let bytes = PrometheusSize.bytes(try string()) else {
        throw failure("expected a size such as 512MB or 2GB, found \(node.kind)")
      }
      return bytes
    }

    /// True or false: one of the words of YAML 1.1, without quotes.
    public func flag() throws(ConfigurationError) -> Bool {
      guard case .bool(let flag) = node.scalar else {
        throw failure("expected true or false, found \(node.kind)")
      }
      return flag
    }

    /// One of a few words.
    public func word<Word: RawRepresentable & CaseIterable>(
      _ type: Word.Type = Word.self, lowercased: Bool = false
    ) throws(ConfigurationError) -> Word where Word.RawValue == String {
      let text = try string()
      guard let word = Word(rawValue: lowercased ? text.lowercased() : text) else {
        let allowed = Word.allCases.map(\.rawValue).joined(separator: ", ")
        throw failure("expected one of \(allowed), found \(node.kind)")
      }
      return word
    }

    /// A duration as Prometheus writes it, `1h30m`, in milliseconds.
    public func duration() throws(ConfigurationError) -> Int64 {
      guard let milliseconds = PrometheusDuration.milliseconds(try string()) else {
        throw failure("expected a duration such as 30s, 2h or 15d, found \(node.kind)")
      }
      return milliseconds
    }

    /// The values of a list; none where there is nothing.
    public func list() throws(ConfigurationError) -> [Value] {
      if node.isNull { return [] }
      guard case .sequence(let items) = node.content else {
        throw failure("expected a list, found \(node.kind)")
      }
      return items.enumerated().map {
        Value(node: $0.element, key: "\(key)[\($0.offset)]", file: file)
      }
    }

    /// A mapping; empty where there is nothing. Where `allowed` is given, other keys are errors.
    public func fields(allowed: [String]? = nil) throws(ConfigurationError) -> YAMLFields {
      if node.isNull { return YAMLFields(entries: [], value: self) }
      guard case .mapping(let entries) = node.content else {
        throw failure("expected a mapping, found \(node.kind)")
      }
      let fields = YAMLFields(entries: entries, value: self)
      if let allowed {
        for entry in entries where !allowed.contains(entry.key) {
          throw ConfigurationError(
            file: file, line: entry.place.line, column: entry.place.column,
            key: fields.path(entry.key),
            problem: "unknown key; allowed are \(allowed.joined(separator: ", "))")
        }
      }
      return fields
    }
  }

  private let entries: [YAMLNode.Entry]
  /// The mapping itself.
  public let value: Value

  fileprivate init(entries: [YAMLNode.Entry], value: Value) {
    self.entries = entries
    self.value = value
  }

  /// The document in `text`; an empty mapping where the text is empty. `file` is its name in errors.
  public static func document(
    _ text: [UInt8], file: String, allowed: [String]? = nil
  ) throws(ConfigurationError) -> YAMLFields {
    let nothing = YAMLNode(
      content: .scalar("", isPlain: true), place: YAMLNode.Place(line: 1, column: 1))
    let node = try YAMLReader.read(text, file: file) ?? nothing
    return try Value(node: node, key: "", file: file).fields(allowed: allowed)
  }

  /// A section that is not there.
  static let empty = YAMLFields(
    entries: [],
    value: Value(
      node: YAMLNode(
        content: .scalar("", isPlain: true), place: YAMLNode.Place(line: 1, column: 1)),
      key: "", file: ""))

  /// The keys, in the order of the file.
  public var keys: [String] { entries.map(\.key) }

  /// The keys and what they are given, in the order of the file, those that are merged among them.
  var all: [(key: Value, value: Value)] {
    entries.map { entry in
      let key = YAMLNode(content: .scalar(entry.key, isPlain: false), place: entry.place)
      let way = path(entry.key)
      return (
        Value(node: key, key: way, file: value.file),
        Value(node: entry.value, key: way, file: value.file)
      )
    }
  }

  /// The value of a key, if it is there: what comes last, where merge keys bring it too.
  public subscript(_ key: String) -> Value? {
    guard let entry = entries.last(where: { $0.key == key }) else { return nil }
    return Value(node: entry.value, key: path(key), file: value.file)
  }

  /// The value of a key that is there and is something.
  public func given(_ key: String) -> Value? {
    guard let found = self[key], !found.node.isNull else { return nil }
    return found
  }

  private func path(_ key: String) -> String { value.key.isEmpty ? key : "\(value.key).\(key)" }
}
