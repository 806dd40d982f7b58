import Testing

@testable import TSDBReport

@Suite struct SparklineTests {
  @Test func `the largest count is the highest block`() {
    #expect(Sparkline.text([0, 1, 2, 3, 4, 5, 6, 7]) == "▁▂▃▄▅▆▇█")
  }

  @Test func `a little can be told from nothing`() {
    #expect(Sparkline.text([0, 1, 1_000_000]) == "▁▂█")
  }

  @Test func `nothing at all is a flat line`() {
    #expect(Sparkline.text([0, 0, 0]) == "▁▁▁")
    #expect(Sparkline.text([Int]()) == "")
  }

  @Test func `many counts are averaged into few blocks`() {
    #expect(Sparkline.text([0, 0, 4, 4, 8, 8], width: 3) == "▁▅█")
    let line = Sparkline.text(
      Array(repeating: 0, count: 50) + Array(repeating: 9, count: 51), width: 7)
    #expect(line == "▁▁▁▅███")
  }

  @Test func `the largest integers do not trap`() {
    #expect(Sparkline.text([UInt64.max, 0, UInt64.max], width: 2).count == 2)
    #expect(Sparkline.text([Int64.min, Int64.max]) == "▁█")
  }
}
