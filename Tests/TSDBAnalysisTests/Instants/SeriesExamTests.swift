import TSDBFormat
import TSDBStore
import TestSupport
import Testing

@testable import TSDBAnalysis

@Suite struct SeriesExamTests {
  private func run(_ times: [Int64], _ claimed: ClosedRange<Int64>, _ precedence: Int) -> SampleRun
  {
    var batch = SampleBatch()
    for time in times { batch.append(time: time, bits: 0) }
    return SampleRun(
      content: .samples(batch),
      range: TimeRange(minTime: claimed.lowerBound, maxTime: claimed.upperBound),
      precedence: precedence, tombstones: DeletedTimes([]))
  }

  /// Header and content of a damaged chunk need not agree, and a checksum may be right all the same.
  @Test func `times that go back are no trap`() throws {
    let grid = try #require(
      TimeGrid(
        over: TimeRange(minTime: 0, maxTime: 7_200_000), alignedTo: 60_000, most: 1000))
    let question = PresenceQuestion(
      marks: [0, 7_200_000], grid: InstantGrid(grid, last: 7_200_000), needsEnd: true)
    var random = SeededRandom(seed: 7)
    for _ in 0..<2000 {
      let runs = (0..<3).map { number in
        let times = (0..<6).map { _ -> Int64 in
          [.min, .max, Int64.random(in: -9_000_000...9_000_000, using: &random)]
            .randomElement(using: &random) ?? 0
        }
        // Runs that do not overlap, as far as their headers say, are handed on one after the other.
        let first = Int64(number) * 2_000_000
        return run(times, first...first + 1_000_000, number)
      }
      var exam = SeriesExam(question)
      _ = exam.examine(runs)
      #expect(exam.finding.steps.allSatisfy { $0.lowerBound >= 0 && $0.upperBound <= grid.count })
    }
  }
}
