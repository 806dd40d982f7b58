import Testing

@testable import TSDBAnalysis

@Suite struct LifetimesTests {
  @Test func `median and ninth tenth are lifetimes that occur`() {
    let found = Lifetimes([5, 1, 3, 2, 4, 9, 7, 8, 6, 10].map { $0 * 60_000 })
    #expect(found.series == 10)
    #expect(found.median == 300_000)
    #expect(found.percentile90 == 540_000)
    #expect(found.shorterThanTenMinutes == 9)
  }

  @Test func `one lifetime is all of them, and none is none`() {
    #expect(Lifetimes([7]).median == 7)
    #expect(Lifetimes([7]).percentile90 == 7)
    #expect(Lifetimes([]).median == nil)
    #expect(Lifetimes([]).series == 0)
  }
}
