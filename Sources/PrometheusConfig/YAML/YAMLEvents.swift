internal import CYAML

/// What libyaml finds in a text, piece by piece.
enum YAMLEvent: Equatable {
  case scalar(String, isPlain: Bool, tag: String, anchor: String?)
  case alias(String)
  case sequenceStart(isFlow: Bool, anchor: String?)
  case sequenceEnd
  case mappingStart(isFlow: Bool, anchor: String?)
  case mappingEnd
  /// The version is that of a `%YAML`, if there is one.
  case documentStart(version: [Int32])
  case documentEnd
  case streamStart
  case streamEnd
}

/// Why a text is no YAML, in libyaml's words.
struct YAMLSyntaxError: Error, Equatable {
  let why: String
  let place: YAMLNode.Place
}

/// libyaml's parser over bytes in memory. The only file that touches its C structs.
@safe
final class YAMLEvents {
  private let text: [UInt8]
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let input: UnsafeMutableBufferPointer<UInt8>

  /// A parser at the start of `text`.
  init(_ text: [UInt8]) {
    self.text = text
    unsafe parser = .allocate(capacity: 1)
    unsafe parser.initialize(to: yaml_parser_t())
    unsafe input = .allocate(capacity: max(text.count, 1))
    _ = unsafe input.update(fromContentsOf: text)
    // Fails only where there is no memory; the parser then reports so at its first event.
    _ = unsafe yaml_parser_initialize(parser)
    unsafe yaml_parser_set_input_string(parser, input.baseAddress, text.count)
    unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
  }

  deinit {
    unsafe yaml_parser_delete(parser)
    unsafe parser.deallocate()
    unsafe input.deallocate()
  }

  /// The next event and where it begins.
  func next() throws(YAMLSyntaxError) -> (event: YAMLEvent, place: YAMLNode.Place) {
    var raw = unsafe yaml_event_t()
    guard unsafe yaml_parser_parse(parser, &raw) != 0 else { throw syntaxError() }
    defer { unsafe yaml_event_delete(&raw) }
    return unsafe (event(raw), place(raw.start_mark))
  }

  private func syntaxError() -> YAMLSyntaxError {
    let state = unsafe parser.pointee
    var words: [String] = []
    if let context = unsafe state.context { words.append(unsafe String(cString: context)) }
    if let problem = unsafe state.problem { words.append(unsafe String(cString: problem)) }
    return YAMLSyntaxError(
      why: words.isEmpty ? "not YAML" : words.joined(separator: ", "),
      place: place(unsafe state.problem_mark))
  }

  private func event(_ raw: yaml_event_t) -> YAMLEvent {
    switch unsafe raw.type {
    case YAML_SCALAR_EVENT:
      let scalar = unsafe raw.data.scalar
      let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      return .scalar(
        unsafe String(decoding: bytes, as: UTF8.self),
        // `! "x"` is plain, and `!!str x` is not.
        isPlain: unsafe scalar.plain_implicit != 0, tag: unsafe name(scalar.tag) ?? "",
        anchor: unsafe name(scalar.anchor))
    case YAML_ALIAS_EVENT: return .alias(unsafe name(raw.data.alias.anchor) ?? "")
    case YAML_SEQUENCE_START_EVENT:
      let start = unsafe raw.data.sequence_start
      return .sequenceStart(
        isFlow: unsafe start.style == YAML_FLOW_SEQUENCE_STYLE, anchor: unsafe name(start.anchor))
    case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
    case YAML_MAPPING_START_EVENT:
      let start = unsafe raw.data.mapping_start
      return .mappingStart(
        isFlow: unsafe start.style == YAML_FLOW_MAPPING_STYLE, anchor: unsafe name(start.anchor))
    case YAML_MAPPING_END_EVENT: return .mappingEnd
    case YAML_DOCUMENT_START_EVENT:
      guard let version = unsafe raw.data.document_start.version_directive else {
        return .documentStart(version: [])
      }
      return unsafe .documentStart(version: [version.pointee.major, version.pointee.minor])
    case YAML_DOCUMENT_END_EVENT: return .documentEnd
    case YAML_STREAM_START_EVENT: return .streamStart
    default: return .streamEnd
    }
  }

  private func name(_ bytes: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    guard let bytes = unsafe bytes else { return nil }
    return unsafe String(decodingCString: bytes, as: UTF8.self)
  }

  private func place(_ mark: yaml_mark_t) -> YAMLNode.Place {
    YAMLNode.Place(line: Int(clamping: mark.line) + 1, column: Int(clamping: mark.column) + 1)
  }
}
