import TSDBFormat
import Testing

@testable import TSDBStore

/// Truth: what promtool 3.5.3 accepts and refuses after `tsdb analyze --match`.
@Suite struct SelectorTests {
  @Test(arguments: [
    ("up", [#"__name__="up""#]),
    (" a:b_1{ } ", [#"__name__="a:b_1""#]),
    ("up{job=\"a\",path=~'/x/.*',}", [#"__name__="up""#, #"job="a""#, #"path=~"/x/.*""#]),
    (#"{"my.metric", job!="x"}"#, [#"__name__="my.metric""#, #"job!="x""#]),
    (#"{"k8s.pod" !~ `a\d`}"#, [#"k8s.pod!~"a\\d""#]),
    ("sum", [#"__name__="sum""#]), ("offset{}", [#"__name__="offset""#]),
    ("up # a comment", [#"__name__="up""#]),
    ("{a=\"b\", # why\n c=\"d\"}", [#"a="b""#, #"c="d""#]),
    (#"foo{__name__="bar"}"#, [#"__name__="foo""#, #"__name__="bar""#]),
    (#"{"a","b"}"#, [#"__name__="a""#, #"__name__="b""#]),
    (#"{""="x"}"#, [#"="x""#]),
    (":x", [#"__name__=":x""#]), ("start", [#"__name__="start""#]),
  ])
  func `what promtool reads is read`(text: String, matchers: [String]) throws {
    #expect(try Selector(text).matchers.map(\.description) == matchers)
  }

  @Test(arguments: [
    ("", 1, "a metric name or \"{\"", "the end of the selector"),
    (#"{job="a" path="b"}"#, 10, "\",\" or \"}\"", "\"path\""),
    (#"up{job="a""#, 11, "\",\" or \"}\"", "the end of the selector"),
    ("{,}", 2, "a label name or \"}\"", "\",\""),
    (#"{a="b",,}"#, 8, "a label name or \"}\"", "\",\""),
    ("{job}", 5, "one of = != =~ !~", "\"}\""),
    ("{job==\"a\"}", 6, "a quoted string", "\"=\""),
    ("{job=a}", 6, "a quoted string", "\"a\""),
    (#"{foo:bar="a"}"#, 5, "one of = != =~ !~", "\":\""),
    ("up[5m]", 3, "the end of the selector", "\"[\""),
    ("up offset 5m", 4, "the end of the selector", "\"offset\""),
    (#"{job="a"} {b="c"}"#, 11, "the end of the selector", "\"{\""),
    ("on", 1, "a metric name that is not a keyword", "\"on\""),
    ("inf", 1, "a metric name that is not a keyword", "\"inf\""),
    ("atan2", 1, "a metric name that is not a keyword", "\"atan2\""),
    (#"{job="\q"}"#, 7, "an escape sequence", "\"q\""),
    (#"{job="a"#, 6, "a closing quote", "a string without one"),
    ("{job=\"a\nb\"}", 6, "a closing quote", "a string without one"),
    (#"{job="\ud800"}"#, 7, "a Unicode code point", "a number that is none"),
    (#"{job="\x4"}"#, 7, "2 digits in the escape sequence", "others"),
    (#"{job="\400"}"#, 7, "an octal number up to \\377", "a larger one"),
    ("{job=\"\u{fffd}\"}", 6, "UTF-8", "bytes that are not"),
    (#"{é="a"}"#, 2, "a label name or \"}\"", "\"é\""),
    (#"{"é" "a"}"#, 6, "one of = != =~ !~", "\"\"\""),
  ])
  func `what promtool refuses is refused, with place and reason`(
    text: String, character: Int, expected: String, found: String
  ) {
    #expect(
      throws: SelectorError(text: text, character: character, expected: expected, found: found)
    ) { try Selector(text) }
  }

  @Test(arguments: ["(", "a**", #"\C"#, "a{1001}", "(?<=a)b", "[", #"\1"#])
  func `an expression that RE2 refuses is a selector error at its label`(expression: String) {
    do {
      _ = try Selector("{up='x', job=~`\(expression)`}")
      Issue.record("it was accepted")
    } catch {
      #expect(error.character == 10)
      #expect(error.found.hasPrefix("one that RE2 refuses ("))
    }
  }

  @Test(
    arguments: [
      (#""\a\b\f\n\r\t\v\\""#, [7, 8, 12, 10, 13, 9, 11, 92]),
      (#""\x41\101\u00e9""#, [65, 65, 0xc3, 0xa9]),
      (#""\xff""#, [255]), (#""\U0001f600""#, [0xf0, 0x9f, 0x98, 0x80]),
      (#"'a"\''"#, [97, 34, 39]),
      (#""a'\"""#, [97, 39, 34]), ("`\\n\n`", [92, 110, 10]), (#""""#, []),
    ] as [(String, [UInt8])])
  func `strings are unquoted as Go does`(quoted: String, bytes: [UInt8]) throws {
    #expect(try Selector("{a=\(quoted)}").matchers.first?.value == bytes)
  }

  @Test(arguments: [
    ("up", true), (#"{job="api"}"#, true), (#"{job=""}"#, false), (#"{pod=""}"#, true),
    (#"{pod!=""}"#, false), (#"{job=~"a.*",__name__!="down"}"#, true), (#"{pod=~".*"}"#, true),
    (#"{pod=~".+"}"#, false), (#"{pod!~"x"}"#, true),
    (#"{job="api",job="web"}"#, false),
  ])
  func `a missing label is the empty string`(text: String, isSelected: Bool) throws {
    let labels = [Label("__name__", "up"), Label("job", "api")]
    #expect(try Selector(text).matches(labels) == isSelected)
  }

  @Test(arguments: ["{}", " { } # nothing"])
  func `a selector without a condition is refused`(text: String) {
    #expect(
      throws: SelectorError(
        text: text, character: 1, expected: "at least one condition", found: "none")
    ) { try Selector(text) }
  }

  @Test func `every prefix of a selector is read or refused`() {
    let text = #"up{job="a\x41",'q.r'=~"(?i)x|y",path!~`z`,} # end"#
    for length in 0...text.count {
      let prefix = String(text.prefix(length))
      do {
        let selector = try Selector(prefix)
        #expect(selector.text == prefix)
      } catch {
        #expect((1...length + 1).contains(error.character))
      }
    }
  }
}
