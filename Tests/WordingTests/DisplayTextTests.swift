import Testing

@testable import Wording

@Suite struct DisplayTextTests {
  @Test func `text that is safe stays as it is`() {
    let text = #"/api/.*\d"日本 é"#
    #expect(DisplayText.escaped(Array(text.utf8)) == text)
  }

  @Test func `bytes that are not UTF-8 are shown as hex`() {
    #expect(DisplayText.escaped([0x61, 0xff, 0xc3, 0xa9, 0xc3]) == #"a\xffé\xc3"#)
    #expect(DisplayText.escaped([0xf0, 0x9f, 0x98]) == #"\xf0\x9f\x98"#)
    #expect(DisplayText.escaped([0xed, 0xa0, 0x80]) == #"\xed\xa0\x80"#)
  }

  @Test func `every control character is escaped`() {
    for value in Array(UInt8(0)..<0x20) + [0x7f] {
      let shown = DisplayText.escaped([value])
      #expect(shown.hasPrefix("\\"))
      #expect(shown.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7f })
    }
    #expect(DisplayText.escaped("\u{9b}") == #"\x9b"#)
  }

  @Test func `escaping twice changes nothing more`() {
    let once = DisplayText.escaped("a\u{1b}\u{200b}\n\\n")
    #expect(DisplayText.escaped(once) == once)
  }

  @Test(arguments: [0, 1, 2, 3, 5, 8])
  func `a shortened text fits`(columns: Int) {
    for text in ["abcdefghij", "日本語日本語", "e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}"] {
      #expect(DisplayText.width(DisplayText.shortened(text, to: columns)) <= max(columns, 1))
    }
  }
}
