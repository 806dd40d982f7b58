import TSDBFormat
import TSDBStore
import Testing

@testable import TSDBAnalysis

@Suite struct ValueTemplateTests {
  private func template(_ values: [String]) -> ValueTemplate? {
    ValueTemplate.common(values.map { Array($0.utf8) })
  }

  @Test func `words stay and ids become classes`() throws {
    let paths = (0..<50).map { "/api/v1/users/\($0 * 31)/orders" }
    let found = try #require(template(paths))
    #expect(found.regex == "/api/v1/users/[0-9]+/orders")
    #expect(found.text == "/api/v1/users/<number>/orders")
    let regex = try RegularExpression(Array(found.regex.utf8))
    #expect(paths.allSatisfy { regex.matches(Array($0.utf8)) })
    #expect(!regex.matches(Array("/api/v1/users/list/orders".utf8)))
  }

  @Test func `a few words in one place are listed`() throws {
    let names = (0..<60).map { "job_\($0 * 97)_" + ["sum", "count", "max"][$0 % 3] }
    #expect(template(names)?.regex == "job_[0-9]+_(?:count|max|sum)")
  }

  @Test func `uuids are named`() throws {
    let hex = Array("0123456789abcdef")
    func digits(_ count: Int, _ seed: Int) -> String {
      String((0..<count).map { hex[(seed * 7 + $0 * 5) % 16] })
    }
    let values = (0..<40).map { seed in
      [8, 4, 4, 4, 12].enumerated().map { digits($1, seed + $0 * 3) }.joined(separator: "-")
    }
    #expect(template(values)?.text == "<uuid>")
  }

  @Test func `texts have nothing in common`() {
    let texts = (1..<30).map { String(repeating: "select a from b ", count: $0) }
    #expect(template(texts) == nil)
    #expect(template([]) == nil)
  }

  @Test func `what is special to an expression is escaped`() throws {
    let found = try #require(template((0..<40).map { "a.b[\($0)]" }))
    #expect(found.regex == #"a\.b\[[0-9]+\]"#)
  }
}
