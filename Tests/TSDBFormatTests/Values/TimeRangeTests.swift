import TSDBFormat
import Testing

@Suite struct TimeRangeTests {
  @Test func `a range grows as times are met`() {
    var range = TimeRange()
    #expect(range.isEmpty)
    range.include(5)
    #expect(range == TimeRange(minTime: 5, maxTime: 5))
    range.include(-3)
    range.include(.max)
    range.include(.min)
    #expect(range == TimeRange(minTime: .min, maxTime: .max))
  }

  @Test func `taking in nothing changes nothing`() {
    var range = TimeRange(minTime: 1, maxTime: 2)
    range.include(TimeRange())
    #expect(range == TimeRange(minTime: 1, maxTime: 2))
    range.include(TimeRange(minTime: 0, maxTime: 9))
    #expect(range == TimeRange(minTime: 0, maxTime: 9))
  }
}
