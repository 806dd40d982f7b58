import TSDBReport
import Testing

@testable import TSDBEvidence

@Suite struct MarkdownPageTests {
  private let text = MarkdownPage.text(SampleReport.document)

  @Test func `headings are those of the report and of nobody else`() {
    let headings = text.split(separator: "\n").filter { $0.hasPrefix("#") }
    #expect(headings == ["# Report", "## In short", "## One", "### Inside"])
  }

  @Test func `a value is code between enough backticks`() {
    #expect(Markdown.code("up") == "`up`")
    #expect(Markdown.code("a``b`") == "``` a``b` ```")
    #expect(Markdown.code("") == "")
    #expect(Markdown.code("a\r\n# b") == #"`a\r\n# b`"#)
  }

  @Test func `words cannot become markup`() {
    #expect(Markdown.escaped("a*b_[c]<d>&#`~") == ##"a\*b\_\[c\]&lt;d&gt;&amp;\#\`\~"##)
    #expect(Markdown.escaped("<\u{0338}b>") == "&lt;\u{0338}b&gt;")
  }

  @Test func `a bar does not end a cell`() throws {
    let row = try #require(
      text.split(separator: "\n").first { $0.contains("example.com") && $0.hasPrefix("|") })
    #expect(row == #"| `` `**_[a](http://example.com)_**` \| <b> `` | 1 |"#)
  }

  @Test func `the timeline is a table`() {
    let table = """
      | UTC | until | what |
      |---|---|---|
      | 1970-01-01T00:00:00Z | 1970-01-01T00:01:00Z | a \\| b |
      | +292278994-08-17T07:12:55.807Z |  | end |
      """
    #expect(text.contains(table))
  }

  @Test func `text to be copied is between fences that it does not have`() {
    #expect(text.contains("````\na: <b>\n```\n````"))
  }

  @Test func `a long value is shortened`() {
    #expect(text.contains("x (65,536 bytes)"))
    #expect(!text.contains(String(repeating: "x", count: 121)))
  }
}
