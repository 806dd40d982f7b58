import TSDBFormat
import Testing

@testable import TSDBReport

/// Truth: `promtool tsdb dump` 3.5.3; and that `promtool tsdb create-blocks-from openmetrics` made the
/// same series again of the exposition.
@Suite struct GoLabelsTests {
  private func both(_ labels: [Label]) -> (dump: String, openMetrics: String) {
    (
      written { GoLabels.append(labels, to: &$0) },
      written { GoLabels.append(exposition: labels, .openMetrics, to: &$0) }
    )
  }

  @Test func `names of old stand without quotation marks`() {
    let text = both([Label("__name__", "up:rate5m"), Label("_x9", "1"), Label("job", "a\"b")])
    #expect(text.dump == #"{__name__="up:rate5m", _x9="1", job="a\"b"}"#)
    #expect(text.openMetrics == #"up:rate5m{_x9="1",job="a\"b"}"#)
  }

  @Test func `other names stand between quotation marks, that of the metric inside the braces`() {
    let text = both([
      Label("__name__", "my.metric"), Label("with:colon", "1"), Label("with \"quotes\"", "2"),
      Label("9", "3"), Label("", "4"),
    ])
    #expect(
      text.dump
        == #"{__name__="my.metric", "with:colon"="1", "with \"quotes\""="2", "9"="3", ""="4"}"#)
    #expect(
      text.openMetrics
        == #"{"my.metric","with:colon"="1","with \"quotes\""="2","9"="3",""="4"}"#)
  }

  @Test func `nothing stands where there is nothing`() {
    #expect(both([]) == ("{}", "{}"))
    #expect(both([Label("__name__", "up")]) == (#"{__name__="up"}"#, "up{}"))
    #expect(both([Label("a", "b"), Label("c", "d")]) == (#"{a="b", c="d"}"#, #"{a="b",c="d"}"#))
  }

  @Test func `OpenMetrics escapes three characters and Go all that are not printable`() {
    let text = both([Label("a", "tab\t nl\n back\\ rtl\u{202e}")])
    #expect(text.dump == #"{a="tab\t nl\n back\\ rtl\u202e"}"#)
    #expect(text.openMetrics == "{a=\"tab\t nl\\n back\\\\ rtl\u{202e}\"}")
  }

  @Test func `what is no UTF-8 is written as Go writes it`() {
    let text = both([Label(name: Array("a".utf8), value: [0xff, 0x09])])
    #expect(text.dump == #"{a="\xff\t"}"#)
    #expect(text.openMetrics == #"{a="\xff\t"}"#)
  }
}
