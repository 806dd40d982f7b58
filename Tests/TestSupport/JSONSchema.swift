/// A JSON Schema, as far as those in `Docs/schemas` go: `type`, `properties`, `required`,
/// `additionalProperties`, `items`, `enum`, `oneOf` and `$ref` to what is under `$defs`.
public struct JSONSchema: Sendable {
  private let root: JSONTree

  /// Words that say nothing about what is valid.
  private static let notes: Set = ["$schema", "$id", "$defs", "title", "description"]
  private static let rules: Set = [
    "type", "properties", "required", "additionalProperties", "items", "enum", "oneOf", "$ref",
  ]

  /// Reads a schema.
  public init(_ text: String) throws { root = try JSONTree(text) }

  /// What is wrong with `document`, one line each with the path of it.
  public func problems(of document: JSONTree) -> [String] { problems(document, root, "$") }

  private func problems(_ value: JSONTree, _ schema: JSONTree, _ path: String) -> [String] {
    let words = schema.members ?? [:]
    if let stranger = words.keys.first(where: {
      !Self.notes.contains($0) && !Self.rules.contains($0)
    }) {
      return ["\(path): the schema says \(stranger), which is not understood"]
    }
    if let name = words["$ref"]?.text {
      let parts = name.split(separator: "/").dropFirst().map(String.init)
      guard let target = root.tree(parts) else { return ["\(path): there is no \(name)"] }
      return problems(value, target, path)
    }
    if let choices = words["oneOf"]?.items {
      let all = choices.map { problems(value, $0, path) }
      if all.count(where: \.isEmpty) == 1 { return [] }
      // The nearest choice says best what is wrong.
      return all.contains(where: \.isEmpty)
        ? ["\(path): more than one choice fits"] : all.min { $0.count < $1.count } ?? []
    }
    if let types = words["type"].map({ $0.items?.compactMap(\.text) ?? [$0.text ?? ""] }),
      !types.contains(value.type), !(value.type == "integer" && types.contains("number"))
    {
      return ["\(path): is \(value.type), and should be \(types.joined(separator: " or "))"]
    }
    if let choices = words["enum"]?.items?.map(\.text), !choices.contains(value.text) {
      return ["\(path): \(value.text ?? value.type) is none of the values that there are"]
    }
    let inItems = zip(0..., value.items ?? []).flatMap { index, item in
      words["items"].map { problems(item, $0, "\(path)[\(index)]") } ?? []
    }
    return inItems + (value.members.map { membersProblems($0, words, path) } ?? [])
  }

  private func membersProblems(
    _ members: [String: JSONTree], _ words: [String: JSONTree], _ path: String
  ) -> [String] {
    let known = words["properties"]?.members ?? [:]
    let others = words["additionalProperties"]
    var found = (words["required"]?.items ?? []).compactMap(\.text)
      .filter { members[$0] == nil }.map { "\(path): has no \($0)" }
    for (name, member) in members.sorted(by: { $0.key < $1.key }) {
      if let schema = known[name] ?? (others?.members == nil ? nil : others) {
        found += problems(member, schema, "\(path).\(name)")
      } else if others?.text == "false" {
        found.append("\(path): \(name) is not in the schema")
      }
    }
    return found
  }
}

extension JSONTree {
  /// The type, as schemas name it.
  fileprivate var type: String {
    switch value {
    case .object: "object"
    case .list: "array"
    case .plain(_, let type): type
    }
  }

  fileprivate var members: [String: JSONTree]? {
    if case .object(let members) = value { return members }
    return nil
  }

  fileprivate var items: [JSONTree]? {
    if case .list(let items) = value { return items }
    return nil
  }

  /// A plain value as it is written.
  fileprivate var text: String? {
    if case .plain(let text, _) = value { return text }
    return nil
  }

  fileprivate func tree(_ path: [String]) -> JSONTree? {
    path.reduce(Optional(self)) { tree, key in tree?.members?[key] }
  }
}
