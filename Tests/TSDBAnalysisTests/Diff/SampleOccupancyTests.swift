import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBAnalysis

@Suite struct SampleOccupancyTests {
  private func occupancy(_ counts: [Int], start: Int64 = 0) -> SampleOccupancy {
    SampleOccupancy(start: start, step: 10_000, counts: counts)
  }

  @Test func `every sample is counted once`() async throws {
    let directory = try DataDirectory(path: Fixture("sound/rollouts").data)
    let start: Int64 = 1_794_873_600_000
    let range = TimeRange(minTime: start, maxTime: start + 128 * 60_000)
    let found = try await SampleOccupancy.read(directory, range: range, options: .init(jobs: 2))
    #expect(found.problems == [])
    #expect(found.occupancy.counts.reduce(0, +) == 33 * 502)
    #expect(found.occupancy.counts.count { $0 > 0 } == 33)
    #expect(found.occupancy.counts[240] == 502)
  }

  @Test func `a long stretch without samples is a gap if the other has some`() {
    let mine = occupancy([1, 1, 1, 0, 0, 0, 0, 1, 1])
    let theirs = occupancy([1, 1, 1, 2, 0, 3, 0, 1, 1])
    #expect(
      mine.gaps(filledBy: theirs) == [
        SampleOccupancy.Gap(start: 30_000, end: 70_000, samplesOfOther: 5)
      ])
    #expect(theirs.gaps(filledBy: mine) == [])
    #expect(mine.gaps(filledBy: occupancy([0, 0, 0, 0, 0, 0, 0, 0, 0])) == [])
  }

  @Test func `the usual distance between samples is no gap, the end may be one`() {
    let rare = occupancy([1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0])
    let full = occupancy(Array(repeating: 1, count: 12))
    #expect(rare.gaps(filledBy: full) == [])
    let short = occupancy([1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0])
    #expect(short.gaps(filledBy: full).map(\.start) == [60_000])
  }

  @Test func `occupancies of other times are not compared`() {
    #expect(occupancy([0, 0, 0, 0]).gaps(filledBy: occupancy([1, 1, 1, 1], start: 1)) == [])
  }
}
