import Testing

@testable import TSDBEvidence

@Suite struct EventChartTests {
  private func drawn(_ times: [Int64], _ size: ChartSize = .wide) -> Markup {
    var out = HTMLWriter()
    EventChart(
      title: "T", description: "D", lanes: [EventChart.Lane(name: "a", times: times, isBad: true)]
    ).draw(size, id: "e", into: &out)
    return Markup(out.text)
  }

  @Test func `each moment is a circle inside of the picture`() throws {
    let circles = drawn([1_794_873_600_000, 1_794_874_000_000]).named("circle")
    let places = circles.compactMap { $0.attributes["cx"].flatMap { Double($0) } }
    #expect(places == [18.1, 741.9])
  }

  @Test(arguments: [[Int64.min, .max], [.max], [.min], [], [0, 0]])
  func `any times are drawn`(times: [Int64]) {
    let markup = drawn(times)
    #expect(markup.mistakes == [])
    #expect(markup.named("circle").count == times.count)
  }
}
