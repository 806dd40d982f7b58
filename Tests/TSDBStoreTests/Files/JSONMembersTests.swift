import TSDBFormat
import Testing

@testable import TSDBStore

@Suite struct JSONMembersTests {
  func members(_ text: String) throws -> [String: String] {
    let bytes = Array(text.utf8)
    return Dictionary(
      try JSONMembers.list(bytes).map {
        ($0.key, String(decoding: bytes[$0.value], as: UTF8.self))
      }, uniquingKeysWith: { $1 })
  }

  @Test func `values of every kind are found as they are written`() throws {
    #expect(
      try members(#" {"a": -1.5e3, "b" :[1,{"c":"]}"},[]],"d":{}, "e":"\"x\\" ,"f":null} "#) == [
        "a": "-1.5e3", "b": #"[1,{"c":"]}"},[]]"#, "d": "{}", "e": #""\"x\\""#, "f": "null",
      ])
    #expect(try members("{}") == [:])
  }

  @Test(arguments: [
    ("", 0), ("{", 1), ("{\"a\"", 4), ("{\"a\":", 5), ("{\"a\":[1", 7), ("{\"a\":\"x", 7),
    ("{\"a\":\"\\", 7), ("[1]", 0), ("{\"a\":[1}", 7), ("{\"a\":1]", 6), ("{\"a\":,", 5),
    ("{a:1}", 1), ("{\"a\":1,}", 7), ("{}{}", 2), ("{\"a\u{1}\":1}", 3),
  ])
  func `what is no object fails at its first wrong byte`(text: String, offset: Int) {
    #expect {
      try members(text)
    } throws: {
      ($0 as? DecodeError)?.offset == offset
    }
  }
}
