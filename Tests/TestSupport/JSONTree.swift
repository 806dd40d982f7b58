import FoundationEssentials

/// A JSON document of any shape, looked into by keys and indices.
public struct JSONTree: Decodable, Sendable {
  indirect enum Value: Sendable {
    case object([String: JSONTree])
    case list([JSONTree])
    /// A text, number or the like as it is written, and its type as schemas name it.
    case plain(String, String)
  }

  let value: Value

  /// Reads a document.
  public init(_ text: String) throws {
    self = try JSONDecoder().decode(JSONTree.self, from: Data(text.utf8))
  }

  /// Reads a part of a document.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      value = .plain("null", "null")
    } else if let flag = try? container.decode(Bool.self) {
      value = .plain("\(flag)", "boolean")
    } else if let number = try? container.decode(Int64.self) {
      value = .plain("\(number)", "integer")
    } else if let number = try? container.decode(UInt64.self) {
      value = .plain("\(number)", "integer")
    } else if let number = try? container.decode(Double.self) {
      value = .plain("\(number)", "number")
    } else if let text = try? container.decode(String.self) {
      value = .plain(text, "string")
    } else if let list = try? container.decode([JSONTree].self) {
      value = .list(list)
    } else {
      value = .object(try container.decode([String: JSONTree].self))
    }
  }

  /// What stands at the end of `path`, whose parts are keys and indices: text as it is, numbers and the
  /// like as they are written, `[]` and `{}` where nothing is inside, `…` for more; nil for nothing.
  public subscript(_ path: String...) -> String? { self[path] }

  /// The same for a path that was put together.
  public subscript(_ path: [String]) -> String? {
    guard let key = path.first else {
      switch value {
      case .plain(let text, _): return text
      case .list(let items): return items.isEmpty ? "[]" : "[…]"
      case .object(let members): return members.isEmpty ? "{}" : "{…}"
      }
    }
    let rest = Array(path.dropFirst())
    switch value {
    case .plain: return nil
    case .object(let members): return members[key]?[rest]
    case .list(let items):
      guard let index = Int(key), items.indices.contains(index) else { return nil }
      return items[index][rest]
    }
  }
}
