/// Just enough of a reader of HTML to see whether what was written is what was meant: elements that are
/// closed in order, attributes, and text.
struct Markup {
  struct Element {
    let name: String
    let attributes: [String: String]
    let path: [String]
  }

  private static let void: Set<String> = ["meta", "link", "br"]

  /// All elements, in order.
  private(set) var elements: [Element] = []
  /// Text by the innermost element that it stands in.
  private(set) var texts: [(path: [String], text: String)] = []
  /// What is wrong with the nesting.
  private(set) var mistakes: [String] = []

  init(_ html: String) {
    var path: [String] = []
    var rest = Substring(html)
    if rest.hasPrefix("<!DOCTYPE html>") { rest = rest.dropFirst(15) }
    while let start = rest.firstIndex(of: "<") {
      if start > rest.startIndex { texts.append((path, String(rest[..<start]))) }
      guard let end = rest[start...].firstIndex(of: ">") else {
        mistakes.append("a tag that does not end")
        return
      }
      let tag = rest[rest.index(after: start)..<end]
      rest = rest[rest.index(after: end)...]
      if tag.hasPrefix("/") {
        let name = String(tag.dropFirst())
        if path.last == name { path.removeLast() } else { mistakes.append("</\(name)> in \(path)") }
        continue
      }
      let name = String(tag.prefix { $0.isLetter || $0.isNumber })
      elements.append(Element(name: name, attributes: Self.attributes(tag), path: path))
      if !Self.void.contains(name) { path.append(name) }
    }
    if !path.isEmpty { mistakes.append("\(path) are not closed") }
  }

  func named(_ names: String...) -> [Element] { elements.filter { names.contains($0.name) } }

  /// The text that stands in elements of this name, or in what is in them.
  func text(in name: String) -> String {
    texts.filter { $0.path.contains(name) }.map(\.text).joined()
  }

  private static func attributes(_ tag: Substring) -> [String: String] {
    var result: [String: String] = [:]
    let parts = tag.split(separator: "\"", omittingEmptySubsequences: false)
    for index in stride(from: 0, to: parts.count - 1, by: 2) {
      let name = parts[index].split(separator: " ").last?.dropLast() ?? ""
      result[String(name)] = String(parts[index + 1])
    }
    return result
  }
}
