import Testing
import TSDBFormat

@testable import TSDBAnalysis

@Suite struct DeletedTimesTests {
  private func range(_ first: Int64, _ last: Int64) -> TimeRange {
    TimeRange(minTime: first, maxTime: last)
  }

  @Test func `stretches in any order answer as each of them would`() {
    let stretches = [range(50, 60), range(1, 3), range(4, 6), range(55, 70), range(9, 8)]
    let deleted = DeletedTimes(stretches)
    for time in Int64(-2)...75 {
      #expect(
        deleted.contains(time) == stretches.contains { $0.minTime <= time && time <= $0.maxTime },
        "\(time)")
      #expect(
        deleted.overlaps(range(time, time + 4))
          == stretches.contains { !$0.isEmpty && $0.minTime <= time + 4 && time <= $0.maxTime },
        "\(time)")
    }
  }

  @Test func `neighbours delete what reaches over both`() {
    let deleted = DeletedTimes([range(4, 6), range(1, 3)])
    #expect(deleted.covers(range(1, 6)) && deleted.covers(range(3, 4)))
    #expect(!deleted.covers(range(0, 6)) && !deleted.covers(range(1, 7)))
  }

  @Test func `the ends of time are times like others`() {
    let all = DeletedTimes([range(.min, .max), range(5, 6)])
    #expect(all.contains(.min) && all.contains(.max) && all.covers(range(.min, .max)))
    #expect(!DeletedTimes().contains(.min) && !DeletedTimes().overlaps(range(.min, .max)))
  }
}
