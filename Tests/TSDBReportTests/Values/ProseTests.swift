import TSDBFormat
import Testing

@testable import TSDBReport

@Suite struct ProseTests {
  @Test func `our words and those from disk are different pieces`() {
    let prose: Prose = "The metric \(value: Array("up".utf8)) has \(strong: "3") series."
    #expect(
      prose.pieces == [
        .words("The metric "), .value("up"), .words(" has "), .strong("3"), .words(" series."),
      ])
    #expect(prose.plain == "The metric up has 3 series.")
  }

  @Test func `labels are written as a selector writes them`() {
    let labels = [Label("job", "a"), Label("instance", "b:1")]
    let prose: Prose = "\(labels: labels)"
    #expect(prose.plain == #"job="a" instance="b:1""#)
  }

  @Test func `parts are joined by words`() {
    #expect(Prose.joined(["a", "b", "c"], by: ", ").plain == "a, b, c")
    #expect(Prose.joined([], by: ", ") == Prose())
  }

  @Test func `a value that is too long is shortened in the middle and says its length`() {
    let value = [UInt8](repeating: UInt8(ascii: "a"), count: 65_536)
    let text = ForeignText.short(value)
    #expect(
      text == String(repeating: "a", count: 87) + "…" + String(repeating: "a", count: 32)
        + " (65,536 bytes)")
  }

  @Test func `a value that just fits is whole`() {
    let value = [UInt8](repeating: UInt8(ascii: "a"), count: 120)
    #expect(ForeignText.short(value) == String(repeating: "a", count: 120))
  }

  @Test func `marks without end on one letter are shortened too`() {
    let value = Array(("z" + String(repeating: "\u{0300}", count: 30_000)).utf8)
    let text = ForeignText.short(value)
    #expect(text.unicodeScalars.count == 120 + " (60,001 bytes)".count)
    #expect(text.hasSuffix(" (60,001 bytes)"))
  }

  @Test func `what is not UTF-8 and what reorders text is escaped`() {
    #expect(ForeignText.short([0x61, 0xff, 0xe2, 0x80, 0xae, 0x62]) == #"a\xff\u{202e}b"#)
  }
}
