internal import TSDBFormat
internal import TSDBStore

/// Holds a configuration against the schema of a release, as the server does before it uses it: unknown
/// keys, types, and what each section demands of its values (yaml.v2: decode.go; config/config.go).
struct ConfigurationCheck {
  typealias Shape = ConfigurationSchema.Shape
  typealias Value = YAMLFields.Value

  let release: ConfigurationRelease
  /// Keys of the whole document that no server knows, but this program does.
  let extraKeys: Set<String>
  private let schema = ConfigurationSchema.shared

  init(release: ConfigurationRelease, extraKeys: Set<String> = []) {
    self.release = release
    self.extraKeys = extraKeys
  }

  /// Checks a whole document.
  func check(document: YAMLFields) throws(ConfigurationError) {
    try check(document.value, .section("config"))
  }

  func check(_ value: Value, _ shape: Shape) throws(ConfigurationError) {
    // What is not there is the zero of its type, whatever that is.
    if value.node.isPassedOver, value.node.isNull { return }
    switch shape {
    case .any: break
    case .string: _ = try value.string()
    case .bool: _ = try value.isNull ? false : value.flag()
    case .int: _ = try value.isNull ? 0 : value.integer()
    case .uint: _ = try value.isNull ? 0 : value.count()
    case .float: _ = try value.isNull ? 0 : value.float()
    case .duration: _ = try duration(value)
    case .size:
      if !value.isNull { _ = try value.size() }
    case .url:
      guard GoURL(try value.string()) != nil else { throw value.failure("expected a URL") }
    case .regex: try regex(value)
    case .names: for item in try value.list() { try name(item) }
    case .labels: try labels(value) { (key) throws(ConfigurationError) in try name(key) }
    case .external: try labels(value) { (_) throws(ConfigurationError) in }
    case .word(let words): try word(value, words)
    case .list(let item):
      for element in try value.list() { try check(element, item) }
    case .map(let item): try map(value, item)
    case .section(let name): try section(value, name)
    }
  }

  private func duration(_ value: Value) throws(ConfigurationError) -> Int64 {
    if value.node.isPassedOver { throw value.failure("expected a duration such as 30s") }
    return try value.duration()
  }

  private func word(_ value: Value, _ words: [String]) throws(ConfigurationError) {
    let text = try value.string()
    // In quotes, `null` and `~` are not looked at, and stay what they are.
    guard words.contains(text) || value.node.isPassedOver else {
      let known = words.filter { !$0.isEmpty }.joined(separator: ", ")
      throw value.failure("expected one of \(known), found \(value.node.kind)")
    }
  }

  private func regex(_ value: Value) throws(ConfigurationError) {
    let pattern = try value.string()
    do throws(RelabelRegexError) {
      _ = try RelabelRegex.compile(pattern, release)
    } catch {
      throw value.failure("not a regular expression: \(error.why)")
    }
  }

  /// What label names a file may have: those of the release, whatever the file says of names.
  private var names: NameValidation { release.since(3, 0) ? .utf8 : .legacy }

  private func name(_ value: Value) throws(ConfigurationError) {
    let text = try value.string()
    if value.node.isPassedOver { return }
    guard names.allows(Array(text.utf8)) else {
      throw value.failure("expected a label name, found \(value.node.kind)")
    }
  }

  private func labels(
    _ value: Value, _ check: (Value) throws(ConfigurationError) -> Void
  ) throws(ConfigurationError) {
    try map(value, .string)
    for (key, _) in try value.fields().all { try check(key) }
  }

  private func map(_ value: Value, _ item: Shape) throws(ConfigurationError) {
    var known: Set<String> = []
    for (key, element) in try value.fields().all {
      let name = try key.string()
      guard known.insert(name).inserted else {
        throw key.failure("the key \(name) is given twice")
      }
      try check(element, item)
    }
  }

  private func section(_ value: Value, _ name: String) throws(ConfigurationError) {
    let fields = try value.fields()
    let keys = schema.sections[name] ?? []
    for (key, element) in fields.all {
      let text = try key.string()
      if let known = keys.first(where: { $0.name == text && $0.releases.contains(release) }) {
        try check(element, known.shape)
      } else if let others = keys.first(where: { $0.name == "*" }) {
        try check(element, others.shape)
      } else if name == "config", extraKeys.contains(text) {
        // What a job says, without the job.
        let own = schema.sections["scrape_config"] ?? []
        guard let known = own.first(where: { $0.name == text && $0.releases.contains(release) })
        else { throw unknown(key, text, own) }
        try check(element, known.shape)
      } else {
        throw unknown(key, text, keys)
      }
    }
    try SectionRules(release: release, fields: fields).check(name)
  }

  private func unknown(
    _ key: Value, _ name: String, _ keys: [ConfigurationSchema.Key]
  ) -> ConfigurationError {
    var known = ""
    if let other = keys.first(where: { $0.name == name })?.releases {
      if let until = other.until, until < release {
        known = ", which knew it until \(until)"
      } else if let since = other.since {
        known = ", which knows it since \(since)"
      }
    } else {
      let current = keys.filter { $0.releases.contains(release) }.map(\.name)
      if let near = Self.nearest(to: name, among: current) { known = "; did you mean \(near)?" }
    }
    return key.failure("unknown key in Prometheus \(release)\(known)")
  }

  /// The name that has fewest changes to this one, and at most two.
  static func nearest(to name: String, among names: [String]) -> String? {
    let distances = names.map { (name: $0, distance: distance(Array(name.utf8), Array($0.utf8))) }
    guard let best = distances.min(by: { $0.distance < $1.distance }), best.distance <= 2 else {
      return nil
    }
    return best.name
  }

  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    if left.count > 64 || abs(left.count - right.count) > 2 { return .max }
    var row = Array(0...right.count)
    for (index, byte) in left.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for (place, other) in right.enumerated() {
        let next = min(diagonal + (byte == other ? 0 : 1), row[place] + 1, row[place + 1] + 1)
        (diagonal, row[place + 1]) = (row[place + 1], next)
      }
    }
    return row[right.count]
  }
}
