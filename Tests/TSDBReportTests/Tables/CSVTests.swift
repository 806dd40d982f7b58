import TSDBFormat
import Testing

@testable import TSDBReport

@Suite struct CSVTests {
  private func field(_ text: String, isExact: Bool = false) -> String {
    var out = ByteBuffer()
    CSV(isExact: isExact).append(text: Array(text.utf8), to: &out)
    return String(decoding: [UInt8](out.bytes), as: UTF8.self)
  }

  @Test(arguments: [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "\u{ff1d}1",
    "=cmd|' /C calc'!A0",
  ]) func `what a spreadsheet runs is text with an apostrophe in front`(text: String) {
    #expect(field(text) == "\"'\(text)\"")
    #expect(field(text, isExact: true) == "\"\(text)\"")
  }

  @Test(arguments: ["", "a=b", "1-1", "{a=\"b\"}", "'=1", "é"])
  func `other text stays as it is`(text: String) {
    let doubled = text.split(separator: "\"", omittingEmptySubsequences: false)
      .joined(separator: "\"\"")
    #expect(field(text) == "\"\(doubled)\"")
  }

  @Test func `a year that has a sign is text, and all others are times`() {
    func time(_ time: Int64, isExact: Bool = false) -> String {
      var out = ByteBuffer()
      CSV(isExact: isExact).append(time: time, to: &out)
      return String(decoding: [UInt8](out.bytes), as: UTF8.self)
    }
    #expect(time(.max) == "'+292278994-08-17T07:12:55.807Z")
    #expect(time(.max, isExact: true) == "+292278994-08-17T07:12:55.807Z")
    #expect(time(-62_167_219_200_001).hasPrefix("'-0001-12-31"))
    #expect(time(-62_167_219_200_000) == "0000-01-01T00:00:00.000Z")
    #expect(time(253_402_300_799_999) == "9999-12-31T23:59:59.999Z")
    #expect(time(253_402_300_800_000).hasPrefix("'+10000"))
  }
}
