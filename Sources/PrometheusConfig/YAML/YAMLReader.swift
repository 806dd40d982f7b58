/// Reads the first document of a YAML text into nodes, in bounded memory: aliases can make a small
/// text stand for a huge document.
struct YAMLReader {
  /// The longest text that is read, in bytes.
  static let mostBytes = 16 << 20
  /// The most nodes of a document, aliases expanded.
  static let mostNodes = 500_000
  /// How deep lists and mappings may lie in one another.
  static let deepest = 64

  private let file: String
  private let events: YAMLEvents
  private var anchors: [String: (node: YAMLNode, size: Int)] = [:]
  private var nodes = 0

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
      case .streamStart, .documentStart: continue
      case .streamEnd: return nil
      default: return try node(event, place, depth: 0)
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
    switch event {
    case .scalar(let text, let isPlain, let name):
      (anchor, content) = (name, .scalar(text, isPlain: isPlain))
    case .sequenceStart(let name):
      (anchor, content) = (name, .sequence(try sequence(depth)))
    case .mappingStart(let name):
      (anchor, content) = (name, .mapping(try mapping(depth)))
    case .alias(let name):
      guard let known = anchors[name] else {
        throw failure(place, "there is no anchor &\(name) before this alias")
      }
      try count(known.size, at: place)
      return known.node
    default:
      throw failure(place, "expected a value")
    }
    let node = YAMLNode(content: content, place: place)
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
    var merged: [YAMLNode.Entry] = []
    var keys: Set<String> = []
    while true {
      let (event, place) = try next()
      if event == .mappingEnd { break }
      let key = try node(event, place, depth: depth + 1)
      let (valueEvent, valuePlace) = try next()
      let value = try node(valueEvent, valuePlace, depth: depth + 1)
      guard case .scalar(let text, let isPlain) = key.content else {
        throw failure(place, "expected a key, found \(key.kind)")
      }
      if isPlain && text == "<<" {
        merged += try mergedEntries(of: value)
        continue
      }
      guard keys.insert(text).inserted else {
        throw failure(place, "the key \(text) is given twice")
      }
      entries.append(YAMLNode.Entry(key: text, place: place, value: value))
    }
    // What is written here goes before what is merged, and the first merged before the next.
    for entry in merged where keys.insert(entry.key).inserted { entries.append(entry) }
    return entries
  }

  private func mergedEntries(
    of node: YAMLNode
  ) throws(ConfigurationError) -> [YAMLNode.Entry] {
    switch node.content {
    case .mapping(let entries): return entries
    case .sequence(let items):
      var all: [YAMLNode.Entry] = []
      for item in items { all += try mergedEntries(of: item) }
      return all
    case .scalar: throw failure(node.place, "<< merges mappings, found \(node.kind)")
    }
  }
}
