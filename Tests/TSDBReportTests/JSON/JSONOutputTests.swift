import Testing

@testable import TSDBReport

@Suite struct JSONOutputTests {
  private struct Sample: Encodable {
    let zeta = JSONText(Array("/api/\u{1b}é".utf8))
    let alpha = JSONText([0x61, 0xff])
    let time = JSONTime(1_794_876_000_000)
    let ratio = Double.nan
  }

  @Test func `a line has sorted keys and ends with a line feed`() throws {
    #expect(
      try JSONOutput.line(Sample()) == #"""
        {"alpha":{"bytes":"Yf8="},"ratio":"NaN","time":"2026-11-17T00:40:00.000Z","zeta":"/api/\u001bé"}

        """#)
  }

  @Test func `a report is indented`() throws {
    #expect(try JSONOutput.report(["b": 1, "a": 2]) == "{\n  \"a\" : 2,\n  \"b\" : 1\n}\n")
  }
}
