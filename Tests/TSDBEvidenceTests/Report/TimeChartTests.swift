import Testing

@testable import TSDBEvidence

@Suite struct TimeChartTests {
  private func chart(start: Int64 = 0, step: Int64 = 60_000, _ values: [Int]) -> TimeChart {
    TimeChart(
      title: "Series <alive>", description: "One & two.", unit: "series", start: start, step: step,
      lines: [TimeChart.Line(name: "alive", style: 1, isFilled: true, values: values)],
      marks: [TimeChart.Mark(time: start, text: "onset")])
  }

  private func drawn(_ chart: some ReportChart, _ size: ChartSize = .wide) -> Markup {
    var out = HTMLWriter()
    chart.draw(size, id: "c", into: &out)
    return Markup(out.text)
  }

  @Test func `steps are drawn where their time and their value are`() throws {
    let paths = drawn(chart([0, 10, 5])).named("path").filter {
      $0.attributes["class"] == "curve s1"
    }
    // The first is the one of the legend. 684 wide from 62 on, 220 high from 58 on, up to 10.
    #expect(paths.count == 2)
    #expect(paths.last?.attributes["d"] == "M62 278H290V58H518V168H746")
  }

  @Test func `a curve begins where something is known`() throws {
    var chart = chart([0, 10, 5])
    chart = TimeChart(
      title: chart.title, description: chart.description, unit: chart.unit, values: .bytes,
      start: 0, step: 60_000,
      lines: [
        TimeChart.Line(
          name: "server", style: 2, isFilled: false, values: [0, 1 << 20, 1 << 20], unknown: 1)
      ])
    let markup = drawn(chart)
    let curve = markup.named("path").last { $0.attributes["class"] == "curve s2" }
    #expect(curve?.attributes["d"]?.hasPrefix("M290 ") == true)
    #expect(markup.mistakes == [])
    let nothing = TimeChart.Line(name: "x", style: 2, isFilled: false, values: [0, 0], unknown: 2)
    let empty = TimeChart(
      title: "", description: "", unit: "", start: 0, step: 1, lines: [nothing])
    // What is left is the one of the legend.
    #expect(drawn(empty).named("path").count { $0.attributes["class"] == "curve s2" } == 1)
  }

  @Test func `it has a title and a description that its element names`() {
    let markup = drawn(chart([1]))
    #expect(markup.mistakes == [])
    #expect(markup.elements.first?.attributes["aria-labelledby"] == "c-title c-desc")
    #expect(markup.text(in: "title") == "Series &lt;alive&gt;")
    #expect(markup.text(in: "desc") == "One &amp; two.")
  }

  @Test func `all is drawn inside of the picture, on a page and on a phone`() throws {
    for size in [ChartSize.wide, .narrow] {
      let markup = drawn(chart(start: 1_794_873_600_000, Array(0..<240)), size)
      for element in markup.named("text") {
        let x = try #require(Double(element.attributes["x"] ?? ""))
        #expect((0...size.width).contains(x))
      }
    }
  }

  @Test(arguments: [Int64.min, -1, .max])
  func `times at the edge of what there is are drawn`(start: Int64) {
    let markup = drawn(chart(start: start, step: .max, [1, .max, 3]))
    #expect(markup.mistakes == [])
    #expect(markup.named("path").allSatisfy { $0.attributes["d"] != "" })
  }

  @Test func `without values there are axes and no curve`() {
    #expect(drawn(chart([])).mistakes == [])
  }
}
