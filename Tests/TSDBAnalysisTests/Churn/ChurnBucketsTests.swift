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

  private func life(_ first: Int64, _ last: Int64, end: Int64, isOld: Bool = false) -> Life {
    Life(
      TimeRange(minTime: first, maxTime: last), end: end, isUncertain: isOld, isFoundAtStart: false,
      isFoundAtEnd: false)
  }

  @Test func `alive are those that are there at the end of a bucket`() throws {
    let range = TimeRange(minTime: 0, maxTime: 4499)
    var buckets = try #require(ChurnBuckets(over: range, step: 1000))
    // Gone at the last millisecond of a bucket, at the first, within one, and only after the end.
    buckets.add(life(1500, 2900, end: 2999), within: range)
    buckets.add(life(1500, 2900, end: 3000), within: range)
    buckets.add(life(2100, 2200, end: 2300), within: range)
    buckets.add(life(0, 4499, end: 4500, isOld: true), within: range)
    buckets.add(life(0, 4100, end: 4499), within: range)
    buckets.add(life(-9000, -100, end: 900), within: range)
    buckets.finish(found: nil)
    #expect(buckets.earlier == 1)
    #expect(buckets.born == [2, 2, 1, 0, 0])
    #expect(buckets.notLaterThan == [1, 0, 0, 0, 0])
    #expect(buckets.died == [1, 0, 2, 1, 1])
    #expect(buckets.alive == [2, 4, 3, 2, 1])
    #expect(buckets.away == [0, 0, 0, 0, 0])
  }

  @Test func `those that a query does not find for a while are away`() throws {
    let range = TimeRange(minTime: 0, maxTime: 2999)
    var buckets = try #require(ChurnBuckets(over: range, step: 1000))
    for _ in 0..<3 { buckets.add(life(0, 2999, end: 9000), within: range) }
    buckets.finish(found: [3, 1, 3])
    #expect(buckets.alive == [3, 1, 3])
    #expect(buckets.away == [0, 2, 0])
  }

  @Test func `the chosen width covers the time with few buckets`() {
    let hour = TimeRange(minTime: 0, maxTime: 3_600_000)
    #expect(ChurnBuckets.automaticStep(over: hour) == 30_000)
    #expect(ChurnBuckets.automaticStep(over: hour, buckets: 10_000) == 1000)
    let most = TimeRange(minTime: .min, maxTime: .max)
    #expect(ChurnBuckets.automaticStep(over: most, buckets: 1) == .max)
  }
}
