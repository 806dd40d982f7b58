import TSDBFormat
import Testing

@Suite struct TimestampTests {
  private let first = Timestamp(.min)
  private let last = Timestamp(.max)

  @Test func `the ends of time are as far apart as a UInt64 can say`() {
    #expect(first.distance(to: last) == .max)
    #expect(last.distance(to: first) == .max)
    #expect(Timestamp(-3).distance(to: Timestamp(4)) == 7)
    #expect(last.distance(to: last) == 0)
  }

  @Test func `a difference that fits no Int64 is the largest or the smallest`() {
    #expect(last - first == .max)
    #expect(first - last == .min)
    #expect(Timestamp(.max) - Timestamp(-1) == .max)
    #expect(Timestamp(.max) - Timestamp(0) == .max)
    #expect(Timestamp(-1) - Timestamp(.max) == .min)
    #expect(Timestamp(5) - Timestamp(8) == -3)
  }

  @Test func `what would lie beyond an end of time lies at it`() {
    #expect(last + 1 == last)
    #expect(last + .max == last)
    #expect(first - 1 == first)
    #expect(first + .min == first)
    #expect(last - .min == last)
    #expect(first - .min == Timestamp(0))
    #expect(first + .max == Timestamp(-1))
    #expect(last - .max == Timestamp(0))
    #expect(Timestamp(7) - 9 == Timestamp(-2))
  }

  @Test(
    arguments: [
      (0, 7, 0), (6, 7, 0), (7, 7, 7), (-1, 7, -7), (-7, 7, -7), (-8, 7, -14),
      (.min, 7, .min), (.min + 1, 7, .min + 1),
      (.min + 2, 7, .min + 1), (.min, 2, .min), (.max, 10, .max - 7),
      (.max, .max, .max),
      (.min, .max, .min), (5, 0, 5), (5, -1, 5),
    ] as [(Int64, Int64, Int64)])
  func `a time is floored to a multiple, or to the beginning of time`(
    time: Int64, width: Int64, floor: Int64
  ) {
    #expect(Timestamp(time).floored(to: width) == Timestamp(floor))
  }

  @Test func `a range over all of time has a length and an end`() {
    let all = TimeRange(minTime: .min, maxTime: .max)
    #expect(all.length == .max)
    #expect(all.duration == .max)
    #expect(all.end == .max)
    #expect(TimeRange().length == 0)
    #expect(TimeRange(minTime: 3, maxTime: 9).length == 6)
    #expect(TimeRange(minTime: 3, maxTime: 9).end == 10)
    #expect(TimeRange(minTime: 3, end: 10) == TimeRange(minTime: 3, maxTime: 9))
    #expect(TimeRange(minTime: 3, end: .min).isEmpty)
  }
}

@Suite struct ClampedDoubleTests {
  @Test(
    arguments: [
      (.nan, 0), (.infinity, .max), (-.infinity, .min), (1e300, .max), (-1e300, .min), (2.9, 2),
      (-2.9, -2),
      (0x1p63, .max), (-0x1p63, .min), (-0.0, 0), (0x1p53, 9_007_199_254_740_992),
    ] as [(Double, Int)])
  func `every float becomes a whole number`(value: Double, expected: Int) {
    #expect(Int(clamping: value) == expected)
  }

  @Test func `a narrow type ends where it ends`() {
    #expect(UInt8(clamping: -1.0) == 0)
    #expect(UInt8(clamping: 256.0) == 255)
    #expect(UInt64(clamping: 0x1p64) == .max)
  }
}
