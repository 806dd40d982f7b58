import TSDBCheck
import TSDBDiagnosis
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

  @Test func `selectors lose the values that they quote`() throws {
    let redactor = try #require(Redactor(.labels(["job"]), key: key))
    let selector = try Selector(#"up{job=~"secret.*",pod="open"}"#)
    #expect(
      redactor.text(selector) == #"{__name__="up",job=~"redacted-value",pod="open"}"#)
  }

  @Test func `a message has pseudonyms for values, and all of its words`() throws {
    let redactor = try #require(Redactor(.labels(["job"]), key: key))
    let (job, pod) = (Array("job".utf8), Array("pod".utf8))
    let message: Message =
      "lacks \(count: 2, "label"), such as \(label: job, Array("hidden".utf8)) and \(label: pod, job)"
    #expect(
      redactor.redacted(message).text
        == "lacks 2 labels, such as job=redacted-e16e1f69926860e0 and pod=job")
  }

  /// A value that reads like the words around it: nothing finds it by looking for words.
  @Test(arguments: Rule.all)
  func `no value of a finding survives, whatever its rule, and however it reads`(rule: Rule) throws
  {
    let redactor = try #require(Redactor(.all, key: key))
    let name = Array("tenant".utf8)
    for secret in ["such as", "series", "queries for", "1", ", such as job=api", rule.meaning] {
      let value = Array(secret.utf8)
      let quoting: Message = "a \(label: name, value) | \(quote: secret)"
      var finding = Finding(
        rule: rule, path: "wal", message: quoting, expected: quoting, found: quoting, lost: quoting)
      finding.consequences = [finding]
      let redacted = redactor.redacted(finding)
      for shown in [redacted] + redacted.consequences {
        let texts = [shown.message, shown.expected, shown.found, shown.lost].compactMap(\.self)
        #expect(texts.count == 4)
        for message in texts {
          let pseudonym = String(decoding: redactor.pseudonym(of: value), as: UTF8.self)
          #expect(message.text == "a tenant=\(pseudonym) | \(pseudonym)")
        }
      }
    }
  }

  @Test func `what a start does is told with pseudonyms`() throws {
    let redactor = try #require(Redactor(.all, key: key))
    var startup = StartupPrediction()
    startup.first.reasons = [
      "queries for \(label: Array("job".utf8), Array("hidden".utf8)) fail",
      "queries over all time fail for \(metric: Array("up".utf8))",
    ]
    startup.second = startup.first
    redactor.redact(&startup)
    let texts = [
      "queries for job=redacted-e16e1f69926860e0 fail", "queries over all time fail for up",
    ]
    #expect(startup.first.reasons.map(\.text) == texts)
    #expect(startup.second?.reasons.map(\.text) == texts)
  }

  @Test func `numbers are written in 16 digits`() {
    #expect(Hexadecimal.text(of: UInt64(0x0102_0304_0506_07ff)) == "01020304050607ff")
  }
}
