import TSDBStore
import Testing

@testable import TSDBEvidence

@Suite struct RedactorTests {
  private let key = Array("0123456789abcdef".utf8)

  @Test func `a pseudonym is the keyed hash of the value`() throws {
    let redactor = try #require(Redactor(.all, key: key))
    // printf hidden | openssl dgst -sha256 -hmac 0123456789abcdef
    #expect(
      String(decoding: redactor.pseudonym(of: Array("hidden".utf8)), as: UTF8.self)
        == "redacted-e16e1f69926860e0")
  }

  @Test func `names of metrics stay, and of some labels only those that were named go`() throws {
    let all = try #require(Redactor(.all, key: key))
    #expect(all.replaces(Array("job".utf8)))
    #expect(!all.replaces(Array("__name__".utf8)))
    #expect(all.replacement(Array("job".utf8), []) == nil)
    let one = try #require(Redactor(.labels(["job"]), key: key))
    #expect(one.replaces(Array("job".utf8)))
    #expect(!one.replaces(Array("pod".utf8)))
  }

  @Test func `a short key is none, and a new one is 64 digits`() {
    #expect(Redactor(.all, key: Array("0123456789abcde".utf8)) == nil)
    let made = Redactor.makeKey()
    #expect(made.utf8.count == 65)
    #expect(made != Redactor.makeKey())
  }

  @Test func `selectors and sentences lose the values that they quote`() throws {
    let redactor = try #require(Redactor(.labels(["job"]), key: key))
    let selector = try Selector(#"up{job=~"secret.*",pod="open"}"#)
    #expect(
      redactor.text(selector) == #"{__name__="up",job=~"redacted-value",pod="open"}"#)
    #expect(
      redactor.sentence("lacks 2 labels that series carry, such as job=secret")
        == "lacks 2 labels that series carry")
    #expect(redactor.sentence("queries for job=secret fail") == "queries for some labels fail")
    #expect(redactor.sentence("expected 2, found 3") == "expected 2, found 3")
  }

  @Test func `numbers are written in 16 digits`() {
    #expect(Hexadecimal.text(of: UInt64(0x0102_0304_0506_07ff)) == "01020304050607ff")
  }
}
