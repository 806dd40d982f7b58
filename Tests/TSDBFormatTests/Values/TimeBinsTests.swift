import TSDBFormat
import Testing

@Suite struct TimeBinsTests {
  @Test func `times are counted by stretches of two hours, before 1970 too`() {
    var bins = TimeBins()
    for time: Int64 in [0, 7_199_999, 7_200_000, -1, .max, .min] { bins.add(time) }
    bins.add(TimeRange(minTime: 5, maxTime: 6), count: 10)
    let found = bins.bins
    #expect(found.map(\.count) == [1, 1, 12, 1, 1])
    #expect(found[1].start == -7_200_000)
    #expect(found[2].times == TimeRange(minTime: 0, maxTime: 7_199_999))
    #expect(found[2].end == 7_200_000)
    #expect(bins.isComplete)
  }

  /// It began in the year 292 million, as the product wrapped around, and every time lay before it.
  @Test func `the first stretch that there is begins with the first time`() {
    var bins = TimeBins()
    bins.add(.min)
    bins.add(.max)
    #expect(bins.bins.map(\.start) == [.min, 9_223_372_036_850_400_000])
    #expect(bins.bins[0].end < bins.bins[1].start)
    #expect(bins.bins[1].end == .max)
  }

  @Test func `times in another unit are told by the time that they would be`() {
    let now: Int64 = 1_796_083_200_000
    #expect(TimeUnit.guess(of: 1_763_337_600, now: now)?.unit == .seconds)
    #expect(TimeUnit.guess(of: 1_763_337_600, now: now)?.time == 1_763_337_600_000)
    #expect(TimeUnit.guess(of: 1_763_337_600_000_000, now: now)?.unit == .microseconds)
    #expect(TimeUnit.guess(of: 1_763_337_600_000_000_000, now: now)?.unit == .nanoseconds)
    #expect(TimeUnit.guess(of: 1_763_337_600_000, now: now) == nil)
    for time: Int64 in [0, 40_000, .max, .min, 4_039_374_839_932] {
      #expect(TimeUnit.guess(of: time, now: now) == nil)
    }
  }
}
