import TSDBFormat
import Testing

@testable import TSDBReport

/// Truth: `promtool tsdb dump` 3.5.3 for a block with these label values; for bytes that are no
/// UTF-8, the examples of strconv.Quote.
@Suite struct GoQuoteTests {
  static let texts: [(String, String)] = [
    ("", #""""#), ("plain", #""plain""#), ("quote\"q", #""quote\"q""#),
    ("back\\slash", #""back\\slash""#), ("nl\nx", #""nl\nx""#), ("tab\there", #""tab\there""#),
    ("\u{7}\u{8}\u{b}\u{c}\r", #""\a\b\v\f\r""#), ("esc\u{1b}[31m", #""esc\x1b[31m""#),
    ("\0", #""\x00""#), ("del\u{7f}", #""del\x7f""#), ("c1\u{85}", #""c1\u0085""#),
    ("bidi\u{202e}abc", #""bidi\u202eabc""#), ("zw\u{200b}", #""zw\u200b""#),
    ("\u{ad}", #""\u00ad""#), ("\u{a0}", #""\u00a0""#), ("\u{3000}", #""\u3000""#),
    ("\u{2028}", #""\u2028""#), ("\u{e000}", #""\ue000""#), ("\u{378}", #""\u0378""#),
    ("\u{feff}", #""\ufeff""#), ("\u{e0001}", #""\U000e0001""#), ("é", #""é""#),
    ("\u{301}", "\"\u{301}\""), ("😀", #""😀""#), ("\u{fffd}", "\"\u{fffd}\""),
    ("a b", #""a b""#), ("温度 (°C)", #""温度 (°C)""#),
  ]

  @Test(arguments: texts)
  func `text is quoted as Go quotes it`(text: String, quoted: String) {
    #expect(written { GoQuote.append(Array(text.utf8), to: &$0) } == quoted)
  }

  static let byteTexts: [([UInt8], String)] = [
    ([0xff], #""\xff""#), ([0x61, 0xc3], #""a\xc3""#), ([0xc3, 0x28], #""\xc3(""#),
    ([0xed, 0xa0, 0x80], #""\xed\xa0\x80""#), ([0xf0, 0x9f, 0x98], #""\xf0\x9f\x98""#),
    ([0xc0, 0x80], #""\xc0\x80""#), ([0xf4, 0x90, 0x80, 0x80], #""\xf4\x90\x80\x80""#),
    ([0xe6, 0xb8, 0xa9, 0xe6], "\"温\\xe6\""),
  ]

  @Test(arguments: byteTexts)
  func `bytes that are no UTF-8 are written as numbers`(bytes: [UInt8], quoted: String) {
    #expect(written { GoQuote.append(bytes, to: &$0) } == quoted)
  }
}
