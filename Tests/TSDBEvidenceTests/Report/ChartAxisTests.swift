import Testing

@testable import TSDBEvidence

@Suite struct ChartAxisTests {
  @Test(arguments: [
    (61_451.0, [0, 20_000, 40_000, 60_000, 80_000]), (0.0, [0, 1]), (1.0, [0, 1]),
    (7.0, [0, 2, 4, 6, 8]), (1000.0, [0, 200, 400, 600, 800, 1000]),
  ])
  func `ticks of counts are numbers that people would choose`(most: Double, ticks: [Double]) {
    #expect(ValueAxis(upTo: most, unit: .count).ticks == ticks)
  }

  @Test func `ticks of bytes are whole in their unit`() {
    let axis = ValueAxis(upTo: 110_000_000, unit: .bytes)
    #expect(axis.ticks.map(axis.unit.text) == ["0 B", "50 MiB", "100 MiB", "150 MiB"])
  }

  @Test func `a number that is none gives an axis all the same`() {
    #expect(ValueAxis(upTo: .nan, unit: .count).ticks == [0, 1])
    #expect(ValueAxis(upTo: .infinity, unit: .bytes).end == 1)
  }

  @Test func `ticks of an hour are whole minutes`() {
    let axis = TimeAxis(from: 1_794_873_600_000, to: 1_794_876_885_000, ticks: 8)
    #expect(axis.ticks.map(\.text) == ["00:00", "00:10", "00:20", "00:30", "00:40", "00:50"])
    #expect(axis.title == "time (UTC), 2026-11-17")
  }

  @Test func `ticks of days have dates`() {
    let axis = TimeAxis(from: 1_794_873_600_000, to: 1_795_219_200_000, ticks: 4)
    #expect(axis.ticks.map(\.text) == ["11-17", "11-18", "11-19", "11-20", "11-21"])
    #expect(axis.title == "time (UTC), 2026-11-17 to 2026-11-21")
  }

  @Test(arguments: [
    (Int64.min, Int64.max), (.max, .max), (.min, .min), (0, .max), (.max, .min), (-1, 0),
  ])
  func `any times have an axis`(start: Int64, end: Int64) {
    let axis = TimeAxis(from: start, to: end, ticks: 4)
    #expect(axis.ticks.count <= 40)
    for time in [start, end, 0, .min, .max] {
      #expect((0...1).contains(axis.place(of: time)))
    }
  }
}
