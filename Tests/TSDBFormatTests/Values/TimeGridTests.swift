import TSDBFormat
import Testing

@Suite struct TimeGridTests {
  private static let ranges = [
    TimeRange(minTime: .min, maxTime: .max), TimeRange(minTime: .min, maxTime: .min),
    TimeRange(minTime: .max, maxTime: .max), TimeRange(minTime: -1 << 62, maxTime: 1 << 62),
    TimeRange(minTime: 0, maxTime: .max), TimeRange(minTime: .min, maxTime: 0),
    TimeRange(minTime: 0, maxTime: 0),
    TimeRange(minTime: 1_794_873_600_000, maxTime: 1_794_873_660_000),
  ]

  @Test(arguments: ranges, [3, 4, 60, 240, 1_000_000])
  func `no range has more steps than were allowed, and all of it lies in one`(
    range: TimeRange, most: Int
  ) {
    let grid = TimeGrid(over: range, width: 1000, most: most)
    #expect((1...most).contains(grid.count))
    #expect(grid.step >= 1000)
    #expect(grid.index(of: range.minTime) == 0)
    #expect(grid.index(of: range.maxTime) == grid.count - 1)
    #expect(grid.time(of: 0) == range.minTime)
    #expect(grid.time(of: grid.count - 1) <= range.maxTime)
    #expect(grid.time(of: grid.count) >= range.maxTime)
  }

  @Test func `a second is a step where there are few of them`() {
    let grid = TimeGrid(over: TimeRange(minTime: 500, maxTime: 4499), width: 1000, most: 100)
    #expect(grid == TimeGrid(start: 500, step: 1000, count: 4))
    #expect(
      [499, 500, 1499, 1500, 4499, 4500, 9000].map(grid.index(of:)) == [0, 0, 0, 1, 3, 4, 8])
    #expect([-1, 0, 3, 4].map(grid.time(of:)) == [500, 500, 3500, 4500])
  }

  @Test func `an empty range has no steps`() {
    #expect(
      TimeGrid(over: TimeRange(), width: 1000, most: 10) == TimeGrid(start: 0, step: 1000, count: 0)
    )
    #expect(TimeGrid(over: TimeRange(), alignedTo: 1000, most: 10) == nil)
  }

  @Test func `aligned steps begin at multiples, below zero as well`() {
    let range = TimeRange(minTime: -1, maxTime: 1000)
    #expect(
      TimeGrid(over: range, alignedTo: 1000, most: 3)
        == TimeGrid(start: -1000, step: 1000, count: 3))
    #expect(TimeGrid(over: range, alignedTo: 1000, most: 2) == nil)
    #expect(TimeGrid(over: range, alignedTo: 0, most: 2) == nil)
    let all = TimeRange(minTime: .min, maxTime: .max)
    #expect(TimeGrid(over: all, alignedTo: 1, most: .max) == nil)
    #expect(TimeGrid(over: all, alignedTo: .max, most: 10)?.count == 3)
  }

  @Test func `lengths and counts end where numbers end`() {
    let grid = TimeGrid(start: 0, step: .max, count: 2)
    #expect(grid.length(of: 1) == .max)
    #expect(grid.length(of: 2) == .max)
    #expect(grid.length(of: -2) == .min)
    #expect(grid.time(of: 2) == .max)
    #expect(TimeGrid(start: 0, step: 0, count: -1) == TimeGrid(start: 0, step: 1, count: 0))
    #expect(TimeGrid(start: 0, step: 10, count: 2).steps(in: 35) == 3)
    #expect(TimeGrid(start: 0, step: 10, count: 2).steps(in: -35) == 0)
    #expect(TimeGrid(start: .min, step: 1, count: 1).index(of: .max) == .max)
  }
}
