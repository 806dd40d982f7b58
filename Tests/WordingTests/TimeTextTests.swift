import Testing

@testable import Wording

/// Truth: Go's `time.Duration.String` and `time.UnixMilli(…).UTC().Format(time.RFC3339Nano)`.
@Suite struct TimeTextTests {
  @Test(arguments: [
    (17_940_001, "4h59m0.001s"), (-7_200_000, "-2h0m0s"), (1500, "1.5s"), (0, "0s"), (250, "250ms"),
    (60_000, "1m0s"), (3_600_000, "1h0m0s"), (7_199_999, "1h59m59.999s"), (-1, "-1ms"),
    (86_400_000, "24h0m0s"), (61_010, "1m1.01s"),
  ])
  func `a duration in milliseconds is written as Go writes it`(milliseconds: Int64, text: String) {
    #expect(TimeText.goDuration(milliseconds: milliseconds) == text)
  }

  @Test(arguments: [
    (1, "1ns"), (1100, "1.1µs"), (2_200_000, "2.2ms"), (3_300_000_000, "3.3s"),
    (245_000_000_001, "4m5.000000001s"), (Int64.max, "2562047h47m16.854775807s"),
    (Int64.min, "-2562047h47m16.854775808s"),
  ])
  func `a duration in nanoseconds is written as Go writes it`(nanoseconds: Int64, text: String) {
    #expect(TimeText.goDuration(nanoseconds: nanoseconds) == text)
  }

  @Test func `a duration too long for Go wraps around as it does there`() {
    #expect(TimeText.goDuration(milliseconds: .max) == "-1ms")
    #expect(TimeText.goDuration(milliseconds: .min) == "0s")
  }

  @Test(arguments: [
    (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
    (1_794_876_000_000, "2026-11-17T00:40:00.000Z"), (951_782_399_999, "2000-02-28T23:59:59.999Z"),
    (951_782_400_000, "2000-02-29T00:00:00.000Z"), (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
    (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
    (253_402_300_800_000, "+10000-01-01T00:00:00.000Z"),
    (-62_167_219_200_001, "-0001-12-31T23:59:59.999Z"),
    (Int64.max, "+292278994-08-17T07:12:55.807Z"), (Int64.min, "-292275055-05-16T16:47:04.192Z"),
  ])
  func `any time has a text`(time: Int64, text: String) {
    #expect(TimeText.milliseconds(time) == text)
  }

  @Test func `a time without milliseconds shows none`() {
    #expect(TimeText.seconds(1_794_876_000_000) == "2026-11-17T00:40:00Z")
    #expect(TimeText.seconds(1_794_876_000_001) == "2026-11-17T00:40:00.001Z")
  }

  @Test(arguments: [
    (0, "0 ms"), (250, "250 ms"), (1500, "1.5 s"), (15_000, "15 s"), (90_000, "1 min 30 s"),
    (17_940_000, "4 h 59 min"), (266_400_000, "3 d 2 h"), (7_200_000, "2 h"), (-60_000, "-1 min"),
    (Int64.max, "292,277,024 years"), (Int64.min, "-292,277,024 years"),
    (315_569_519_999, "3,652 d 10 h"), (315_569_520_000, "10 years"),
    (1_763_337_600_000, "55 years"), (31_556_952_000_000, "1,000 years"),
  ])
  func `a duration shows its two largest units`(milliseconds: Int64, text: String) {
    #expect(TimeText.duration(milliseconds) == text)
  }

  @Test func `the ends of time do not trap`() {
    #expect(TimeText.duration(from: .min, to: .max) == "584,554,049 years")
    #expect(TimeText.duration(from: .max, to: .min) == "-584,554,049 years")
  }
}
