import TSDBFormat
import Testing

@testable import TSDBStore

@Suite struct LabelMatcherTests {
  private func matches(
    _ comparison: LabelMatcher.Operator, _ pattern: String, _ value: [UInt8]
  ) throws -> Bool {
    try LabelMatcher(name: Array("l".utf8), comparison, value: Array(pattern.utf8))
      .matches(value.rawBytes)
  }

  @Test(arguments: [
    ("a", "a", true), ("a", "ab", false), ("a", "ba", false), ("a.c", "a\nc", true),
    ("(?-s)a.c", "a\nc", false), ("a|b", "b", true), ("a|b", "ab", false), ("a||b", "", true),
    ("", "", true), ("", "a", false), (".*", "", true), (".+", "", false),
    ("foo.*|bar", "bar", true),
    ("(?i)ABC", "abc", true), ("^a$", "a", true), ("a$|b", "a", true), ("(?m)a$", "a\nb", false),
    ("[^a]", "\n", true), (#"\d+"#, "123", true), (#"\pL"#, "é", true), (".", "日", true),
    ("(?<n>a)b", "ab", true), (#"\(?<n>"#, "<n>", true), ("[(?<n>]", "(", true),
    (#"\Q(?<n>\E"#, "(?<n>", true), ("[]a](?<n>b)", "]b", true), ("[[:alpha:]](?<n>b)", "ab", true),
    (#"[\]](?<n>b)"#, "]b", true), ("x*(?<n>b)", "xxb", true), ("(?<a>1)(?<b>2)", "12", true),
  ])
  func `expressions are anchored and read as Prometheus does`(
    pattern: String, value: String, isMatch: Bool
  ) throws {
    #expect(try matches(.matches, pattern, Array(value.utf8)) == isMatch)
    #expect(try matches(.doesNotMatch, pattern, Array(value.utf8)) == !isMatch)
  }

  @Test(
    arguments: [
      (".", [0xff], true), ("..", [0xe6, 0x97], true), (".", [0xe6, 0x97], false),
      (".*", [0x61, 0xff], true),
      ("a.b", [0x61, 0xff, 0x62], true), (#"\x{fffd}"#, [0xff], true), ("[a-z]", [0xff], false),
      (".", [0xe6, 0x97, 0xa5], true), ("..", [0xed, 0xa0], true),
    ] as [(String, [UInt8], Bool)])
  func `a byte that is not UTF-8 is one character, as in Go`(
    pattern: String, value: [UInt8], isMatch: Bool
  ) throws {
    #expect(try matches(.matches, pattern, value) == isMatch)
  }

  @Test func `plain words need no UTF-8`() throws {
    let matcher = try LabelMatcher(name: [], .matches, value: [0xff, 0x7c, 0x61])
    #expect(matcher.matches([UInt8]([0xff]).rawBytes) == true)
    #expect(matcher.matches([UInt8]([0x61]).rawBytes) == true)
    #expect(matcher.matches([UInt8]([0xff, 0x7c, 0x61]).rawBytes) == false)
  }

  @Test func `an expression that is not UTF-8 is refused`() {
    #expect(throws: RegularExpressionError.self) {
      try LabelMatcher(name: [], .matches, value: [0xff, 0x2e])
    }
  }

  @Test func `equality is of bytes`() throws {
    #expect(try matches(.equal, "é", Array("e\u{301}".utf8)) == false)
    #expect(try matches(.equal, "é", Array("é".utf8)))
    #expect(try matches(.notEqual, "", []) == false)
    #expect(try LabelMatcher(name: [], .notEqual, value: [97]).matchesMissing)
    #expect(try !LabelMatcher(name: [], .equal, value: [97]).matchesMissing)
  }

  @Test func `an expression that would backtrack is answered`() throws {
    #expect(try !matches(.matches, "(a+)+b", Array(repeating: 0x61, count: 10_000)))
  }

  @Test func `an expression too large to compile is refused`() {
    #expect(throws: RegularExpressionError.self) {
      try LabelMatcher(name: [], .matches, value: Array("((x{1000}){1000}){1000}".utf8))
    }
  }

  @Test func `an expression nested deeply does not exhaust the stack`() throws {
    let deep =
      String(repeating: "(?:", count: 100_000) + "a." + String(repeating: ")", count: 100_000)
    let matcher = try LabelMatcher(name: [], .matches, value: Array(deep.utf8))
    #expect(matcher.matches(Array("ab".utf8).rawBytes) == true)
  }

  @Test func `a matcher is shared between tasks`() async throws {
    let matcher = try LabelMatcher(name: [], .matches, value: Array("a.*[0-9]+z".utf8))
    let total = await withTaskGroup(of: Int.self) { group in
      for task in 0..<4 {
        group.addTask {
          (0..<500).count { matcher.matches(Array("a\(task)-\($0)z".utf8).rawBytes) }
        }
      }
      return await group.reduce(0, +)
    }
    #expect(total == 2000)
  }
}
