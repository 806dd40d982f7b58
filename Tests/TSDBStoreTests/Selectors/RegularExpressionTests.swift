import TSDBFormat
import Testing

@testable import TSDBStore

@Suite struct RegularExpressionTests {
  @Test(arguments: [
    ("(?<name>a)", "(?P<name>a)"), ("(?P<name>a)", "(?P<name>a)"), ("(?:a)", "(?:a)"),
    ("(?<=a)", "(?<=a)"), ("(?<!a)", "(?<!a)"), (#"\(?<n>"#, #"\(?<n>"#),
    (#"\\(?<n>a)"#, #"\\(?P<n>a)"#),
    ("[(?<n>]", "[(?<n>]"), ("[^](?<n>](?<n>a)", "[^](?<n>](?P<n>a)"),
    (#"\Q(?<n>\E(?<n>a)"#, #"\Q(?<n>\E(?P<n>a)"#), (#"\Q(?<n>\E"#, #"\Q(?<n>\E"#),
    ("[[:alpha:](?<n>](?<n>a)", "[[:alpha:](?<n>](?P<n>a)"), ("((?<n>a))", "((?P<n>a))"),
    ("(?<", "(?<"), ("[(?<n>", "[(?<n>"), ("\\", "\\"), ("", ""),
  ])
  func `only named groups are rewritten`(pattern: String, rewritten: String) throws {
    let result = try RegularExpression.rewritten(Array(pattern.utf8))
    #expect(String(decoding: result, as: UTF8.self) == rewritten)
  }

  /// Prometheus puts `^(?s:` and `)$` around a pattern, and the quotation swallows the end.
  @Test func `a quotation that is not ended is refused`() {
    #expect(throws: RegularExpressionError(why: "missing closing ) behind \\Q")) {
      try RegularExpression.rewritten(Array(#"\Q(?<n>"#.utf8))
    }
  }

  @Test func `every prefix of a pattern compiles or is refused`() {
    let pattern = Array(#"[[:alpha:]\]]\Qx(?<\E(?<n>é{2,3}|[^]\d])+(?i)$"#.utf8)
    for length in 0...pattern.count {
      do {
        let expression = try RegularExpression(Array(pattern[..<length]))
        _ = expression.matches([UInt8]().rawBytes)
      } catch {
        #expect(!error.why.isEmpty)
      }
    }
  }

  @Test func `groups are had by number and name`() throws {
    let expression = try RegularExpression(Array("(?<first>.)(x)?(.*)".utf8))
    let groups = try #require(expression.groups(in: Array("\u{fc}ber".utf8)))
    let all = (-1...4).map { String(decoding: groups[$0], as: UTF8.self) }
    #expect(all == ["", "\u{fc}ber", "\u{fc}", "", "ber", ""])
    #expect(groups[named: "first"] == Array("\u{fc}".utf8))
    #expect(groups[named: "second"] == [])
    #expect(expression.groups(in: []) == nil)
    let nothing = try #require(try RegularExpression(Array("(.*)".utf8)).groups(in: []))
    #expect(nothing[1] == [])
  }
}
