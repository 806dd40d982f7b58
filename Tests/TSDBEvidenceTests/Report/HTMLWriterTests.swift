import Testing

@testable import TSDBEvidence

@Suite struct HTMLWriterTests {
  private func written(_ write: (inout HTMLWriter) -> Void) -> String {
    var out = HTMLWriter()
    write(&out)
    return out.text
  }

  @Test func `text cannot become markup`() {
    let text = written { $0.words(#"</script><script>alert("1" & '2')</script>"#) }
    #expect(
      text
        == "&lt;/script&gt;&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;")
  }

  @Test func `a mark on a bracket does not hide it`() {
    #expect(written { $0.words("<\u{0338}b>") } == "&lt;\u{0338}b&gt;")
  }

  @Test func `an attribute cannot end early`() {
    let text = written { $0.element("p", ["title": #"" onclick="x"#], words: "a") }
    #expect(text == "<p title=\"&quot; onclick=&quot;x\">a</p>")
  }

  @Test func `control characters do not get into the page`() {
    #expect(written { $0.words("a\u{0}\u{1b}[31m\u{202e}b") } == #"a\x00\x1b[31m\u{202e}b"#)
  }

  @Test func `lines keep their breaks`() {
    #expect(written { $0.lines("a: <b>\n  c\n") } == "a: &lt;b&gt;\n  c\n")
  }

  @Test func `what is from disk stands alone in the order of reading`() {
    let text = written { $0.prose("by \(value: Array("שלום".utf8)) here") }
    #expect(text == "by <bdi>שלום</bdi> here")
  }

  @Test func `a time says when it is to programs too, where they know such years`() {
    let text = written { $0.prose("\(time: 1_794_876_000_000)") }
    #expect(text == "<time datetime=\"2026-11-17T00:40:00Z\">2026-11-17T00:40:00Z</time>")
    #expect(written { $0.prose("\(time: .max)") } == "+292278994-08-17T07:12:55.807Z")
  }
}
