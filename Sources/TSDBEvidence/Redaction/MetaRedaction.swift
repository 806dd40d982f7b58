internal import FoundationEssentials
internal import TSDBFormat
internal import TSDBStore

/// What others than Prometheus keep in a `meta.json`, without what might name a label value.
///
/// External labels (`thanos.labels`) are labels and are treated so. Of all other texts, only those stay that
/// are known to be names of files and of programs; rewrites and extensions quote selectors, and who knows
/// what else.
enum MetaRedaction {
  /// `meta` with other values.
  static func redact(_ meta: BlockMeta, _ values: ValueReplacer) -> BlockMeta {
    var result = meta
    result.extras = meta.extras.map { extra in
      let value = try? JSONDecoder().decode(JSONTree.self, from: Data(extra.json.utf8))
      let redacted = (value ?? .null).redacted(isLabels: false, isKnown: false, values)
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      let json = (try? encoder.encode(redacted)).map { String(decoding: $0, as: UTF8.self) }
      return BlockMeta.Extra(key: extra.key, json: json ?? "null")
    }
    return result
  }

  /// Keys of texts that are no values.
  fileprivate static let knownKeys: Set = [
    "source", "rel_path", "segment_files", "func", "resolution", "version",
  ]
}

/// Any JSON.
private indirect enum JSONTree: Codable {
  case null
  case bool(Bool)
  case integer(Int64)
  case number(Double)
  case text(String)
  case list([JSONTree])
  case object([String: JSONTree])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Int64.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let value = try? container.decode([JSONTree].self) {
      self = .list(value)
    } else {
      self = .object(try container.decode([String: JSONTree].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    case .list(let value): try container.encode(value)
    case .object(let value): try container.encode(value)
    }
  }

  func redacted(isLabels: Bool, isKnown: Bool, _ values: ValueReplacer) -> JSONTree {
    switch self {
    case .null, .bool, .integer, .number: return self
    case .text(let text):
      return isKnown ? self : .text(Self.text(values.pseudonym(of: Array(text.utf8).rawBytes)))
    case .list(let list):
      return .list(list.map { $0.redacted(isLabels: false, isKnown: isKnown, values) })
    case .object(let members):
      var result: [String: JSONTree] = [:]
      for (key, value) in members {
        if isLabels, case .text(let text) = value {
          let other = values.replacement(Array(key.utf8).rawBytes, Array(text.utf8).rawBytes)
          result[key] = .text(other.map(Self.text) ?? text)
        } else {
          result[key] = value.redacted(
            isLabels: key == "labels", isKnown: MetaRedaction.knownKeys.contains(key), values)
        }
      }
      return .object(result)
    }
  }

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
