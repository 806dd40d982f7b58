import Testing

@testable import Wording

@Suite struct CivilDateTests {
  @Test func `days to dates and back agree over four hundred years`() throws {
    for day in Int64(-80_000)...80_000 {
      let date = CivilDate(daysSince1970: day)
      let written = try #require(CivilDate(year: date.year, month: date.month, day: date.day))
      #expect(written.daysSince1970 == day)
    }
  }

  @Test(arguments: [
    (2026, 2, 29), (2100, 2, 29), (2026, 4, 31), (2026, 13, 1), (2026, 0, 1), (2026, 1, 0),
  ])
  func `a day that no calendar has is refused`(year: Int64, month: Int64, day: Int64) {
    #expect(CivilDate(year: year, month: month, day: day) == nil)
  }

  @Test func `a leap day is a day`() {
    #expect(CivilDate(year: 2024, month: 2, day: 29)?.daysSince1970 == 19_782)
    #expect(CivilDate(year: 2000, month: 2, day: 29)?.description == "2000-02-29")
  }
}
