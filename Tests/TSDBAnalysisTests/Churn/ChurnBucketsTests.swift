import TSDBFormat
import Testing

@testable import TSDBAnalysis

@Suite struct ChurnBucketsTests {
  @Test func `buckets begin at multiples of their width, also before 1970`() throws {
    let late = try #require(
      ChurnBuckets(over: TimeRange(minTime: 1_007, maxTime: 3_000), step: 1000))
    #expect(late.start == 1000)
    #expect(late.count == 3)
    let early = try #require(
      ChurnBuckets(over: TimeRange(minTime: -1, maxTime: 0), step: 1000))
    #expect(early.start == -1000)
    #expect(early.count == 2)
    #expect(early.time(of: 1) == 0)
  }

  @Test func `more buckets than anyone can read are refused`() {
    #expect(ChurnBuckets(over: TimeRange(minTime: 0, maxTime: 1_000_000_000), step: 1) == nil)
    #expect(ChurnBuckets(over: TimeRange(minTime: .min, maxTime: .max), step: 1000) == nil)
    #expect(ChurnBuckets(over: TimeRange(minTime: .min, maxTime: .max), step: .max)?.count == 3)
    #expect(ChurnBuckets(over: TimeRange(), step: 1000) == nil)
    #expect(ChurnBuckets(over: TimeRange(minTime: 0, maxTime: 1), step: 0) == nil)
  }

  @Test func `a series is alive from its first to its last bucket`() throws {
    let range = TimeRange(minTime: 0, maxTime: 4999)
    var buckets = try #require(ChurnBuckets(over: range, step: 1000))
    buckets.add(
      TimeRange(minTime: 1500, maxTime: 3100), within: range, isUncertain: false, hasDied: true)
    buckets.add(range, within: range, isUncertain: true, hasDied: false)
    buckets.add(
      TimeRange(minTime: -9000, maxTime: 900), within: range, isUncertain: false, hasDied: true)
    buckets.finish()
    #expect(buckets.born == [1, 1, 0, 0, 0])
    #expect(buckets.notLaterThan == [1, 0, 0, 0, 0])
    #expect(buckets.died == [1, 0, 0, 1, 0])
    #expect(buckets.alive == [2, 2, 2, 2, 1])
  }

  @Test func `the chosen width covers the time with few buckets`() {
    let hour = TimeRange(minTime: 0, maxTime: 3_600_000)
    #expect(ChurnBuckets.automaticStep(over: hour) == 30_000)
    #expect(ChurnBuckets.automaticStep(over: hour, buckets: 10_000) == 1000)
    let most = TimeRange(minTime: .min, maxTime: .max)
    #expect(ChurnBuckets.automaticStep(over: most, buckets: 1) == .max)
  }
}
