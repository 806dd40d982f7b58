import TSDBFormat
import Testing

@testable import TSDBEvidence

@Suite struct ValueReplacerTests {
  private func replacer(_ labels: Evidence.Redaction) throws -> ValueReplacer {
    ValueReplacer(try #require(Redactor(labels, key: Array("0123456789abcdef".utf8))))
  }

  private func replacement(_ values: ValueReplacer, _ name: String, _ value: String) -> [UInt8]? {
    values.replacement(Array(name.utf8).rawBytes, Array(value.utf8).rawBytes)
  }

  @Test func `it says what the redactor says, however often it is asked`() throws {
    let values = try replacer(.all)
    for round in 0..<2 {
      for number in 0..<1000 {
        let value = "value\(number)"
        #expect(
          replacement(values, "a", value) == values.redactor.pseudonym(of: Array(value.utf8)),
          "\(round)")
      }
    }
    #expect(values.distinct.count == 1000)
  }

  @Test func `names of metrics, nothing, and labels that were not named stay`() throws {
    let all = try replacer(.all)
    #expect(replacement(all, "__name__", "up") == nil)
    #expect(replacement(all, "a", "") == nil)
    let some = try replacer(.labels(["pod", "job"]))
    #expect(replacement(some, "job", "x") != nil)
    #expect(replacement(some, "a", "x") == nil)
    #expect(some.pseudonym(of: [UInt8]().rawBytes) == [])
  }
}
