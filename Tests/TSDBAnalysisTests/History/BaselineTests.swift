@testable import TSDBAnalysis
import TSDBFormat
import Testing

@Suite struct BaselineTests {
  func minutes(_ value: Double) -> Int64 { Int64(value * 60_000) }

  func baseline(_ lives: [(Double, Double)]) -> Baseline {
    var builder = HistoryBuilder()
    var range = TimeRange()
    for (index, life) in lives.enumerated() {
      builder.add(["__name__": "m", "i": "\(index)"], from: life.0, to: life.1)
      range.include(minutes(life.0))
      range.include(minutes(life.1))
    }
    return Baseline(of: builder.history.series, range: range)
  }

  @Test func `series at the start of the history were there before`() {
    let baseline = baseline([(0, 120)])
    #expect(baseline.contains(0))
    #expect(baseline.contains(minutes(5)))
    #expect(!baseline.contains(minutes(5.1)))
    #expect(!baseline.contains(minutes(60)))
  }

  @Test func `the grace is an eighth of a short history`() {
    let baseline = baseline([(0, 8)])
    #expect(baseline.contains(minutes(1)))
    #expect(!baseline.contains(minutes(1.1)))
  }

  @Test func `after a stretch without data the history begins anew`() {
    let baseline = baseline([(0, 60), (600, 700)])
    #expect(baseline.starts == [0, minutes(600)])
    #expect(baseline.contains(minutes(602)))
    #expect(!baseline.contains(minutes(606)))
  }

  @Test func `a short break is none`() {
    #expect(baseline([(0, 60), (69, 120)]).starts == [0])
  }

  @Test func `series that live through a break leave none`() {
    #expect(baseline([(0, 60), (0, 700), (600, 700)]).starts == [0])
  }

  @Test func `times that a damaged file claims do not overflow`() {
    var builder = HistoryBuilder()
    builder.add(["__name__": "m"], from: 0, to: 1)
    var series = builder.history.series
    series.include(TimeRange(minTime: .min, maxTime: .max), of: 0)
    let baseline = Baseline(of: series, range: TimeRange(minTime: .min, maxTime: .max))
    #expect(baseline.contains(.min))
    #expect(!baseline.contains(.max))
  }
}
