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
      let redacted = (value ?? .null).redacted(under: extra.key, isLabels: false, values)
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      let json = (try? encoder.encode(redacted)).map { String(decoding: $0, as: UTF8.self) }
      let key = Self.isKnown(key: extra.key) ? extra.key : JSONTree.pseudonym(extra.key, values)
      return BlockMeta.Extra(key: key, json: json ?? "null")
    }
    // What servers write there has a few forms, and no values.
    result.compaction.hints = meta.compaction.hints.map {
      $0.hasPrefix("from-") && $0.utf8.allSatisfy { (0x61...0x7a).contains($0) || $0 == 0x2d }
        && $0.utf8.count < 32 ? $0 : JSONTree.pseudonym($0, values)
    }
    return result
  }

  /// True for a text under `key` that Thanos or Mimir write and that is no value: the names of files and of
  /// programs have few forms.
  fileprivate static func isKnown(_ text: String, under key: String) -> Bool {
    switch key {
    case "source":
      return [
        "", "sidecar", "receive", "compactor", "compactor.repair", "ruler", "bucket.repair",
        "bucket.rewrite", "bucket.upload", "test",
      ].contains(text)
    case "rel_path", "segment_files":
      let name = text.hasPrefix("chunks/") ? String(text.dropFirst("chunks/".count)) : text
      return ["index", "meta.json", "tombstones"].contains(text)
        || (name.utf8.count == 6 && goInteger(name) != nil)
    case "func": return text == "SHA256"
    case "resolution", "version": return goInteger(text) != nil
    default: return false
    }
  }

  fileprivate static func isKnown(key: String) -> Bool { knownKeys.contains(key) }

  /// Keys that Thanos and Mimir write; others are told no more than other texts.
  private static let knownKeys: Set = [
    "thanos", "version", "labels", "downsample", "resolution", "source", "segment_files", "files",
    "rel_path", "size_bytes", "hash", "func", "value", "rewrites", "sources", "deletions_applied",
    "matchers", "intervals", "relabels_applied", "index_stats", "series_max_size", "chunk_max_size",
    "series_p90_size", "series_p99_size", "series_p999_size", "chunk_p90_size", "chunk_p99_size",
    "chunk_p999_size", "extensions", "name", "type", "mint", "maxt", "level", "out_of_order",
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

  /// The same with other texts; `key` is what it stands under, and `isLabels` says whether that is known to
  /// be names and values of labels.
  func redacted(under key: String, isLabels: Bool, _ values: ValueReplacer) -> JSONTree {
    switch self {
    case .null, .bool, .integer, .number: return self
    case .text(let text):
      return MetaRedaction.isKnown(text, under: key) ? self : .text(Self.pseudonym(text, values))
    case .list(let list):
      return .list(list.map { $0.redacted(under: key, isLabels: false, values) })
    case .object(let members):
      var result: [String: JSONTree] = [:]
      for (key, value) in members {
        if isLabels, case .text(let text) = value {
          let other = values.replacement(Array(key.utf8).rawBytes, Array(text.utf8).rawBytes)
          result[key] = .text(other.map(Self.text) ?? text)
        } else {
          let name =
            MetaRedaction.isKnown(key: key) ? key : Self.pseudonym(key, values)
          result[name] = value.redacted(under: key, isLabels: key == "labels", values)
        }
      }
      return .object(result)
    }
  }

  static func pseudonym(_ text: String, _ values: ValueReplacer) -> String {
    Self.text(values.pseudonym(of: Array(text.utf8).rawBytes))
  }

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
