import Testing

@testable import TSDBDiagnosis

/// Against what Prometheus 3.5.3 took from start until ready, on two cores.
@Suite struct ReplayTimeTests {
  @Test(arguments: [(3_002_739, 13_000_000, 22.0), (1_000_000, 120_000_000, 27.0)])
  func `the estimate is within a fifth of what a server took`(
    series: Int, samples: Int, seconds: Double
  ) {
    let estimate = Double(ReplayTime(series: series, samples: samples).estimatedMilliseconds) / 1000
    #expect(abs(estimate - seconds) < seconds / 5)
  }

  @Test func `an empty head takes a moment`() {
    #expect(ReplayTime(series: 0, samples: 0).estimatedMilliseconds == 500)
  }
}
