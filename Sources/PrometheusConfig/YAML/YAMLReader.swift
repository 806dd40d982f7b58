/// Reads the first document of a YAML text into nodes, in bounded memory: aliases can make a small
/// text stand for a huge document.
struct YAMLReader {
  /// The longest text that is read, in bytes.
  static let mostBytes = 16 << 20
  /// The most nodes of a document, aliases expanded.
  static let mostNodes = 500_000
  /// How deep lists and mappings may lie in one another.
  static let deepest = 64

  private static let longTag = "tag:yaml.org,2002:"

  private let file: String
  private let events: YAMLEvents
  private var anchors: [String: (node: YAMLNode, size: Int)] = [:]
  private var nodes = 0
  /// How many brackets and braces are open.
  private var flow = 0

  /// The document in `text`; nil where the text is empty. `file` is its name in errors.
  static func read(_ text: [UInt8], file: String) throws(ConfigurationError) -> YAMLNode? {
    guard text.count <= mostBytes else {
      throw ConfigurationError(
        file: file, line: 1, column: 1, problem: "the file is larger than \(mostBytes >> 20) MiB")
    }
    var reader = YAMLReader(file: file, events: YAMLEvents(text))
    return try reader.document()
  }

  private init(file: String, events: YAMLEvents) {
    self.file = file
    self.events = events
  }

  private func next() throws(ConfigurationError) -> (event: YAMLEvent, place: YAMLNode.Place) {
    do {
      return try events.next()
    } catch {
      throw failure(error.place, error.why)
    }
  }

  private func failure(_ place: YAMLNode.Place, _ problem: String) -> ConfigurationError {
    ConfigurationError(file: file, line: place.line, column: place.column, problem: problem)
  }

  private mutating func document() throws(ConfigurationError) -> YAMLNode? {
    while true {
      let (event, place) = try next()
      switch event {
      case .streamStart: continue
      case .documentStart(let version):
        guard version.isEmpty || version == [1, 1] else {
          throw failure(place, "Prometheus reads YAML 1.1 only")
        }
      case .streamEnd: return nil
      default:
        let document = try node(event, place, depth: 0)
        // More documents are passed over, unread, but this one has to end.
        _ = try next()
        return document
      }
    }
  }

  /// The node that begins with `event`.
  private mutating func node(
    _ event: YAMLEvent, _ place: YAMLNode.Place, depth: Int
  ) throws(ConfigurationError) -> YAMLNode {
    guard depth <= Self.deepest else {
      throw failure(place, "lists and mappings lie more than \(Self.deepest) deep in one another")
    }
    let before = nodes
    try count(1, at: place)
    let anchor: String?
    let content: YAMLNode.Content
    var tag = ""
    switch event {
    case .scalar(let text, let isPlain, let long, let name):
      (anchor, content) = (name, .scalar(text, isPlain: isPlain))
      // Go's parser takes the mark for one of a key there.
      if flow > 0, isPlain, text.contains("?") {
        throw failure(place, "a text with ? between brackets or braces needs quotation marks")
      }
      tag = long.hasPrefix(Self.longTag) ? "!!" + long.dropFirst(Self.longTag.count) : long
    case .sequenceStart(let isFlow, let name):
      flow += isFlow ? 1 : 0
      (anchor, content) = (name, .sequence(try sequence(depth)))
      flow -= isFlow ? 1 : 0
    case .mappingStart(let isFlow, let name):
      flow += isFlow ? 1 : 0
      (anchor, content) = (name, .mapping(try mapping(depth)))
      flow -= isFlow ? 1 : 0
    case .alias(let name):
      guard let known = anchors[name] else {
        throw failure(place, "there is no anchor &\(name) before this alias")
      }
      try count(known.size, at: place)
      return known.node
    default:
      throw failure(place, "expected a value")
    }
    let node = YAMLNode(content: content, place: place, tag: tag)
    if let anchor { anchors[anchor] = (node, nodes - before) }
    return node
  }

  private mutating func count(
    _ more: Int, at place: YAMLNode.Place
  ) throws(ConfigurationError) {
    nodes += more
    if nodes > Self.mostNodes {
      throw failure(place, "the document has more than \(Self.mostNodes) values")
    }
  }

  private mutating func sequence(_ depth: Int) throws(ConfigurationError) -> [YAMLNode] {
    var items: [YAMLNode] = []
    while true {
      let (event, place) = try next()
      if event == .sequenceEnd { return items }
      items.append(try node(event, place, depth: depth + 1))
    }
  }

  private mutating func mapping(_ depth: Int) throws(ConfigurationError) -> [YAMLNode.Entry] {
    var entries: [YAMLNode.Entry] = []
    var keys: Set<String> = []
    while true {
      let (event, place) = try next()
      if event == .mappingEnd { return entries }
      let key = try node(event, place, depth: depth + 1)
      let (valueEvent, valuePlace) = try next()
      let value = try node(valueEvent, valuePlace, depth: depth + 1)
      guard case .scalar(let text, let isPlain) = key.content else {
        throw failure(place, "expected a key, found \(key.kind)")
      }
      if text == "<<", isPlain || key.tag == "!!merge" {
        let isAlias = if case .alias = valueEvent { true } else { false }
        entries += try merged(value, isAlias: isAlias)
        continue
      }
      guard keys.insert(text).inserted else {
        throw failure(place, "the key \(text) is given twice")
      }
      entries.append(YAMLNode.Entry(key: key.isNull ? "" : text, place: place, value: value))
    }
  }

  /// What a merge key merges: a mapping, or a list of mappings of which the first goes before the others.
  private func merged(
    _ node: YAMLNode, isAlias: Bool
  ) throws(ConfigurationError) -> [YAMLNode.Entry] {
    switch node.content {
    case .mapping(let entries):
      return entries.map {
        YAMLNode.Entry(key: $0.key, place: $0.place, value: $0.value, isMerged: true)
      }
    case .sequence(let items) where !isAlias:
      var all: [YAMLNode.Entry] = []
      // yaml.v2 takes the last first, so that those before overwrite it, and no list in a list.
      for item in items.reversed() { all += try merged(item, isAlias: true) }
      return all
    default:
      throw failure(
        node.place, "<< merges a mapping or a list of mappings, found \(node.kind)")
    }
  }
}
