import TSDBAnalysis
import TSDBFormat
import Testing

@Suite struct BirthTimelineTests {
  static let minute: Int64 = 60_000

  func timeline(minutes: Int64, births: [(minute: Int64, count: Int)]) -> BirthTimeline {
    var timeline = BirthTimeline(over: TimeRange(minTime: 0, maxTime: minutes * Self.minute))
    for (minute, count) in births {
      for _ in 0..<count { timeline.add(minute * Self.minute) }
    }
    return timeline
  }

  @Test func `bins are a second wide, and wider for a long history`() {
    #expect(BirthTimeline(over: TimeRange(minTime: 5, maxTime: 5)).step == 1000)
    let year = BirthTimeline(over: TimeRange(minTime: 0, maxTime: 366 * 86_400_000))
    #expect(year.step == 31_623)
    #expect(year.births.count <= 1_000_001)
  }

  @Test func `times that a damaged file claims do not overflow`() {
    var all = BirthTimeline(over: TimeRange(minTime: .min, maxTime: .max))
    all.add(.min)
    all.add(0)
    all.add(.max)
    #expect(all.total == 3)
    #expect(all.births.first == 1)
    #expect(all.births.last == 1)
  }

  @Test func `an empty history has no births and no onset`() {
    let empty = BirthTimeline(over: TimeRange())
    #expect(empty.births == [])
    #expect(empty.onset() == nil)
    #expect(empty.resampled(to: 10) == [])
    #expect(empty.most(within: 1000) == 0)
  }

  @Test func `the onset is where a flat curve begins to climb`() throws {
    let flatThenSteep = timeline(
      minutes: 60, births: (40..<60).map { (minute: Int64($0), count: 100) })
    let onset = try #require(flatThenSteep.onset())
    #expect(flatThenSteep.time(ofBin: onset) == 40 * Self.minute)
  }

  @Test func `slow growth before it does not hide the onset`() throws {
    let slow = (0..<60).map { (minute: Int64($0), count: 2) }
    let steep = (30..<40).map { (minute: Int64($0), count: 500) }
    let onset = try #require(timeline(minutes: 60, births: slow + steep).onset())
    #expect(Int64(onset) * 1000 == 30 * Self.minute)
  }

  @Test func `births that come evenly have no onset`() {
    let even = timeline(minutes: 60, births: (0..<60).map { (minute: Int64($0), count: 10) })
    #expect(even.onset() == nil)
  }

  @Test func `the most births within a span slide over the whole history`() {
    let two = timeline(minutes: 60, births: [(0, 5), (20, 3), (25, 4), (50, 6)])
    #expect(two.most(within: 10 * Self.minute) == 7)
    #expect(two.most(within: Self.minute) == 6)
    #expect(two.most(within: 100 * Self.minute) == 18)
  }

  @Test func `resampling keeps every birth`() {
    let some = timeline(minutes: 60, births: [(0, 5), (20, 3), (59, 6)])
    let cells = some.resampled(to: 7)
    #expect(cells.count == 7)
    #expect(cells.reduce(0, +) == 14)
    #expect(cells.first == 5)
    #expect(cells.last == 6)
  }
}
