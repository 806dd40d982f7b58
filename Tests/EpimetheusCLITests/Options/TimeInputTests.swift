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
}
