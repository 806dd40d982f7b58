import Testing

@testable import TSDBEvidence

@Suite struct BarChartTests {
  private func drawn(_ bars: [BarChart.Bar], _ size: ChartSize = .wide) -> Markup {
    var out = HTMLWriter()
    BarChart(title: "T", description: "D", axis: "series", unit: .count, bars: bars)
      .draw(size, id: "b", into: &out)
    return Markup(out.text)
  }

  @Test func `a bar is as long as its number`() {
    let bars = drawn([
      BarChart.Bar(name: "a", value: 100, isCulprit: true), BarChart.Bar(name: "b", value: 50),
    ]).named("rect")
    // 760 less three digits of 6.6 and 14.
    #expect(bars.map { $0.attributes["width"] } == ["726.2", "363.1"])
    #expect(bars.map { $0.attributes["class"] } == ["bar culprit", "bar"])
  }

  @Test func `a name that is too long is shortened, and cannot become markup`() {
    let name = "<b>" + String(repeating: "m", count: 300)
    let markup = drawn([BarChart.Bar(name: name, value: .max)], .narrow)
    #expect(markup.mistakes == [])
    #expect(markup.named("b").isEmpty)
    #expect(markup.texts.contains { $0.text.contains("…") })
  }

  @Test func `no bars and bars of nothing are drawn`() {
    #expect(drawn([]).mistakes == [])
    #expect(drawn([BarChart.Bar(name: "", value: 0)]).mistakes == [])
  }
}
