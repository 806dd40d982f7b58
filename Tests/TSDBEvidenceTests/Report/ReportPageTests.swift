import Testing

@testable import TSDBEvidence

@Suite struct ReportPageTests {
  private let text = ReportPage.text(SampleReport.document)
  private var markup: Markup { Markup(text) }

  @Test func `elements are closed in order, and none comes from a value`() {
    #expect(markup.mistakes == [])
    #expect(markup.named("script", "img", "b").isEmpty)
    #expect(markup.elements.allSatisfy { !$0.attributes.keys.contains { $0.hasPrefix("on") } })
  }

  @Test func `nothing is fetched`() {
    let links = markup.elements.flatMap { element in
      ["src", "href", "action", "data"].compactMap { element.attributes[$0] }
    }
    #expect(Set(links) == ["data:,", "#one"])
    #expect(text.contains("default-src &#39;none&#39;") || text.contains("default-src 'none'"))
  }

  @Test func `headings are in order, and there is one of the first`() throws {
    let levels = markup.named("h1", "h2", "h3").map { Int($0.name.dropFirst()) ?? 0 }
    #expect(levels.first == 1)
    #expect(levels.count { $0 == 1 } == 1)
    for (one, next) in zip(levels, levels.dropFirst()) { #expect(next <= one + 1) }
  }

  @Test func `heads of tables say what they are for`() {
    #expect(!markup.named("th").isEmpty)
    #expect(markup.named("th").allSatisfy { ["row", "col"].contains($0.attributes["scope"]) })
    #expect(markup.named("caption").count == markup.named("table").count)
  }

  @Test func `names are given once, and those that are used are there`() {
    let ids = markup.elements.compactMap { $0.attributes["id"] }
    #expect(Set(ids).count == ids.count)
    let used = markup.named("svg").flatMap {
      ($0.attributes["aria-labelledby"] ?? "").split(separator: " ").map(String.init)
    }
    #expect(used.count == 4)
    #expect(Set(used).subtracting(ids) == [])
    let links = markup.named("a").compactMap { $0.attributes["href"]?.dropFirst() }
    #expect(Set(links.map(String.init)).subtracting(ids) == [])
  }

  @Test func `a chart is drawn for a page and for a phone, and its numbers are in a table`() {
    #expect(markup.named("svg").map { $0.attributes["class"] } == ["wide", "narrow"])
    #expect(markup.named("svg").allSatisfy { $0.attributes["role"] == "img" })
    #expect(
      markup.elements.contains {
        $0.name == "table" && $0.path.last == "div" && $0.path.contains("details")
      })
  }

  @Test func `values are shown harmlessly, and say how long they are`() {
    #expect(text.contains("<bdi>&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;</bdi>"))
    #expect(text.contains(#"<bdi>\xff\xfe\x80</bdi>"#))
    #expect(text.contains(#"שלום \u{202e}evil\u{2066}</bdi>"#))
    #expect(text.contains("x (65,536 bytes)</bdi>"))
    #expect(!text.contains(String(repeating: "x", count: 121)))
    #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
  }

  @Test func `rows that are left out are counted`() {
    #expect(text.contains("and 3 more"))
  }
}
