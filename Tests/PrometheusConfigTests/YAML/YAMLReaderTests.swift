import TestSupport
import Testing

@testable import PrometheusConfig

@Suite struct YAMLReaderTests {
  private func read(_ text: String) throws(ConfigurationError) -> YAMLNode? {
    try YAMLReader.read(Array(text.utf8), file: "f.yml")
  }

  private func error(_ text: String) -> String? {
    do {
      _ = try read(text)
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test func `values have their kind and their place`() throws {
    let node = try #require(try read("a: [1, '2']\nb:\n  - c: ~\n"))
    guard case .mapping(let entries) = node.content else { return #expect(Bool(false)) }
    #expect(entries.map(\.key) == ["a", "b"])
    guard case .sequence(let items) = entries[0].value.content else { return #expect(Bool(false)) }
    #expect(items.map(\.content) == [.scalar("1", isPlain: true), .scalar("2", isPlain: false)])
    #expect(items[1].place == YAMLNode.Place(line: 1, column: 8))
    #expect(entries[1].place == YAMLNode.Place(line: 2, column: 1))
  }

  @Test func `an empty text is no document, and only the first document counts`() throws {
    #expect(try read("") == nil)
    #expect(try read("# nothing\n") == nil)
    #expect(try read("a\n---\nb\n")?.content == .scalar("a", isPlain: true))
  }

  @Test func `aliases stand for what they name, and merge keys for what they merge`() throws {
    let node = try #require(
      try read("base: &b {x: 1, y: 2}\nown:\n  <<: *b\n  y: 3\nlist: [*b]\n"))
    guard case .mapping(let entries) = node.content,
      case .mapping(let own) = entries[1].value.content
    else { return #expect(Bool(false)) }
    // In their order; what comes last counts, as for yaml.v2.
    #expect(own.map(\.key) == ["x", "y", "y"])
    #expect(own.map(\.isMerged) == [true, true, false])
    #expect(own.last?.value.content == .scalar("3", isPlain: true))
  }

  @Test func `aliases of aliases cannot make a document without end`() throws {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...8 {
      let item = "*a\(level - 1)"
      text +=
        "a\(level): &a\(level) [\(Array(repeating: item, count: 10).joined(separator: ", "))]\n"
    }
    #expect(error(text)?.hasSuffix("the document has more than 500000 values") == true)
  }

  @Test func `depth is bounded`() {
    let deep = String(repeating: "[", count: 80) + String(repeating: "]", count: 80)
    #expect(
      error(deep) == "f.yml:1:66: lists and mappings lie more than 64 deep in one another")
  }

  @Test func `what is wrong has its line and column`() {
    #expect(error("a: 1\na: 2\n") == "f.yml:2:1: the key a is given twice")
    #expect(error("a: *b\n") == "f.yml:1:4: there is no anchor &b before this alias")
    #expect(
      error("a: 1\n<<: 2\n") == "f.yml:2:5: << merges a mapping or a list of mappings, found \"2\"")
    #expect(
      error("a: [1\nb: 2\n")
        == "f.yml:2:2: while parsing a flow sequence, did not find expected ',' or ']'")
    #expect(error("[a]: 1\n") == "f.yml:1:1: expected a key, found a list")
  }

  @Test func `any bytes give a document or an error`() throws {
    let text = Array("a: &x {b: [1, \"q\\n\", 'z'], c: |\n  t\n}\nd: *x\n".utf8)
    for length in 0...text.count {
      _ = try? YAMLReader.read(Array(text.prefix(length)), file: "f")
    }
    for bit in 0..<text.count * 8 {
      var damaged = text
      damaged[bit / 8] ^= 1 << (bit % 8)
      _ = try? YAMLReader.read(damaged, file: "f")
    }
  }
}
