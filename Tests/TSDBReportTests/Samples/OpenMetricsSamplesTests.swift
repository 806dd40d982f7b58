import Testing

@testable import TSDBReport

@Suite struct OpenMetricsSamplesTests {
  @Test func `floats are written and histograms counted`() {
    let writer = OpenMetricsSamples()
    #expect(
      SomeSamples.text(writer) == #"""
        up{job="a\"b"} 1.5 1794873600.000
        up{job="a\"b"} NaN 1794873615.250
        up{job="a\"b"} 1e+06 1794873645.000

        """#)
    #expect(writer.skippedHistograms == 1)
    #expect(writer.footer == "# EOF\n")
    #expect(SomeSamples.textOfNothing(writer) == "")
  }

  /// Truth: `'%.3f' % (ms / 1000.0)`, which is the same arithmetic as Go's.
  @Test(arguments: [
    (0, "0.000"), (1, "0.001"), (-1, "-0.001"), (1_794_873_600_937, "1794873600.937"),
    (1_125_899_906_842_623, "1125899906842.623"), (1_125_899_906_842_625, "1125899906842.625"),
    (9_007_199_254_740_993, "9007199254740.992"),
    (1_234_567_890_123_456_789, "1234567890123456.750"),
    (-9_223_372_036_854_775_808, "-9223372036854776.000"),
    (9_223_372_036_854_775_807, "9223372036854776.000"),
  ])
  func `seconds are printed as Go prints the float`(milliseconds: Int64, text: String) {
    #expect(written { OpenMetricsSamples.append(seconds: milliseconds, to: &$0) } == text)
  }
}
