import TSDBFormat
import Testing

@testable import EpimetheusCLI

@Suite struct TimeInputTests {
  @Test(arguments: [
    ("2026-11-17T00:40:00Z", 1_794_876_000_000), ("2026-11-17T01:40:00.5+01:00", 1_794_876_000_500),
    ("2026-11-16T19:10:00.123456-05:30", 1_794_876_000_123),
    ("2026-11-17 00:40:00z", 1_794_876_000_000),
    ("1969-12-31T23:59:59.999Z", -1), ("0000-01-01T00:00:00Z", -62_167_219_200_000),
    ("1794876000000", 1_794_876_000_000), ("-5", -5),
  ])
  func `a moment is read`(text: String, time: Int64) {
    #expect(TimeInput(argument: text) == .at(time))
  }

  @Test(arguments: [
    ("2h", 7_200_000), ("1d12h", 129_600_000), ("15m", 900_000), ("250ms", 250),
    ("1w", 604_800_000),
    ("1h30m5s1ms", 5_405_001), ("1y", 31_536_000_000),
  ])
  func `a duration counts back from the end of the data`(text: String, duration: Int64) {
    #expect(TimeInput(argument: text) == .back(duration))
    #expect(TimeInput(argument: text)?.time(dataEnd: 0) == -duration)
  }

  @Test(arguments: [
    "", "h", "1m1h", "1h1h", "2 h", "2hours", "99999999999999999999h", "9223372036854775807w",
    "2026-02-30T00:00:00Z", "2026-11-17T24:00:00Z", "2026-11-17T00:40:00", "2026-11-17T00:40:00.Z",
    "2026-11-17T00:40:00Zx", "2026-11-17", "now",
  ])
  func `anything else is refused`(text: String) {
    #expect(TimeInput(argument: text) == nil)
  }

  @Test func `counting back from the beginning of time does not trap`() {
    #expect(TimeInput.back(.max).time(dataEnd: .min) == .min)
  }

  private let data = TimeRange(minTime: 1_794_873_600_000, maxTime: 1_794_900_000_000)

  @Test(
    arguments: [
      (1_794_900_570, "seconds", 1_794_900_570_000), (1_000_000_000, "seconds", 1_000_000_000_000),
      (1_794_900_570_000_000, "microseconds", 1_794_900_570_000),
      (1_794_900_570_000_000_000, "nanoseconds", 1_794_900_570_000),
    ] as [(Int64, String, Int64)])
  func `a number in another unit is known for one`(number: Int64, unit: String, time: Int64) {
    let reading = TimeReading(of: number)
    #expect(reading?.unit == unit)
    #expect(reading?.milliseconds == time)
    #expect(TimeInput.at(number).isDoubtful)
  }

  @Test(
    arguments: [
      0, 1000, -5, 999_999_999, 10_000_000_000, 1_794_900_570_000, -1_794_900_570, .max, .min,
    ] as [Int64])
  func `milliseconds are not`(number: Int64) {
    #expect(TimeReading(of: number) == nil)
    #expect(!TimeInput.at(number).isDoubtful)
  }

  @Test func `seconds are refused with the milliseconds that may have been meant`() {
    do {
      _ = try TimeInput.at(1_794_900_570).time(in: data, "--since")
      Issue.record("it was taken for milliseconds")
    } catch {
      #expect(
        "\(error)".contains(
          "--since 1794900570 is 1970-01-21T18:35:00.570Z, in milliseconds since 1970, where no data "
            + "lie; if these are seconds, give 1794900570000 (2026-11-17T07:29:30Z)."), "\(error)")
    }
    #expect(throws: (any Error).self) {
      try TimeInput.at(1_794_900_570).time(in: TimeRange(), "--since")
    }
  }

  @Test func `where data lie there, they are milliseconds`() throws {
    let old = TimeRange(minTime: 0, maxTime: 2_000_000_000)
    #expect(try TimeInput.at(1_794_900_570).time(in: old, "--since") == 1_794_900_570)
    #expect(try TimeInput.back(1000).time(in: data, "--since") == 1_794_899_999_000)
  }

  @Test func `seconds with a fraction are told of when they are read`() {
    do {
      _ = try TimeInput.parse("1794900570.123")
      Issue.record("it was accepted")
    } catch {
      #expect("\(error)".contains("give 1794900570123 (2026-11-17T07:29:30.123Z)"), "\(error)")
    }
    #expect(throws: (any Error).self) { try TimeInput.parse("yesterday") }
  }

  @Test(arguments: [["2000", "1000"], ["1h", "2h"]])
  func `a first time behind the last is refused`(times: [String]) {
    #expect(throws: (any Error).self) {
      try TimeRangeOptions.parse(["--since", times[0], "--until", times[1]])
    }
  }
}
