import TSDBFormat
import Testing

@testable import TSDBAnalysis

@Suite struct SampleActivityTests {
  @Test func `a stretch of ten minutes without samples is a gap`() {
    var activity = SampleActivity()
    for minute in Array(0..<30) + Array(45..<60) { activity.note(Int64(minute) * 60_000 + 5000) }
    #expect(
      activity.gaps == [TimeRange(minTime: 29 * 60_000 + 5000, maxTime: 45 * 60_000 + 5000)])
  }

  @Test func `samples out of order close what looked like a gap`() {
    var activity = SampleActivity()
    for minute in [0, 30, 60, 45, 15, 7, 8, 22, 38, 52, 59] as [Int64] {
      activity.note(minute * 60_000)
    }
    #expect(activity.gaps == [])
  }

  @Test func `in a record that spans a long time there may be samples everywhere`() {
    var activity = SampleActivity()
    activity.note(from: 40 * 60_000, to: 0)
    activity.note(from: 70 * 60_000, to: 70 * 60_000 + 5)
    #expect(activity.gaps == [TimeRange(minTime: 40 * 60_000, maxTime: 70 * 60_000)])
    for start in 0..<Int64(10_000) {
      activity.note(from: start * 3_600_000, to: start * 3_600_000 + 61_000)
    }
    // So many are no server that was down so often.
    #expect(activity.gaps.count < 5000)
  }

  @Test func `the ends of time are no trap`() {
    var activity = SampleActivity()
    activity.note(.min)
    activity.note(.max)
    #expect(activity.gaps == [TimeRange(minTime: .min, maxTime: .max)])
    #expect(SampleActivity().gaps == [])
  }
}
