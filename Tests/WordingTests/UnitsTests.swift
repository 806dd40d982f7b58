import Testing

@testable import Wording

@Suite struct UnitsTests {
  @Test(arguments: [
    (0, "0"), (999, "999"), (1000, "1,000"), (3_002_739, "3,002,739"), (-59_192, "-59,192"),
    (Int64.min, "-9,223,372,036,854,775,808"),
  ])
  func `a count is grouped by thousands`(value: Int64, text: String) {
    #expect(Units.count(value) == text)
  }

  @Test(arguments: [
    (0, "0 B"), (1023, "1023 B"), (1024, "1 KiB"), (1536, "1.5 KiB"), (107_841_123, "103 MiB"),
    (4_543_000_000, "4.23 GiB"), (1_048_575, "1 MiB"), (-2048, "-2 KiB"), (Int64.max, "8 EiB"),
    (10_485_760, "10 MiB"),
  ])
  func `a size has three digits`(value: Int64, text: String) {
    #expect(Units.bytes(value) == text)
  }

  @Test(arguments: [
    (0.0, "0/s"), (59.53, "59.5/s"), (1250, "1,250/s"), (0.25, "0.25/s"), (.infinity, "-/s"),
  ])
  func `a rate is per second`(value: Double, text: String) {
    #expect(Units.perSecond(value) == (value.isFinite ? text : "-"))
  }

  @Test(arguments: [
    (0.0, "0.0 %"), (1.0, "100.0 %"), (0.9999, "99.9 %"), (0.0001, "0.1 %"), (0.9725, "97.3 %"),
  ])
  func `a share is whole only when it is`(share: Double, text: String) {
    #expect(Units.percent(share) == text)
  }

  @Test func `a rate that fits no integer does not trap`() {
    #expect(Units.bytesPerSecond(1e300) == "0 B/s")
    #expect(Units.perSecond(1e300) == "1e+300/s")
    #expect(Units.decimal(.infinity, places: 2) == "inf")
  }
}
