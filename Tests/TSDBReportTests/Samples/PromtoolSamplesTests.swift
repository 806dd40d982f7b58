import Testing

@testable import TSDBReport

@Suite struct PromtoolSamplesTests {
  @Test func `each sample stands behind its labels`() {
    #expect(
      SomeSamples.text(PromtoolSamples()) == #"""
        {__name__="up", job="a\"b"} 1.5 1794873600000
        {__name__="up", job="a\"b"} NaN 1794873615250
        {__name__="up", job="a\"b"} {count:7, sum:4.538688795914225, [-Inf,0.005]:1, (0.005,0.1]:3, (0.1,1]:2, (1,2.5e+07]:1} 1794873630000
        {__name__="up", job="a\"b"} 1e+06 1794873645000

        """#)
    #expect(SomeSamples.textOfNothing(PromtoolSamples()) == "")
  }

  @Test func `series are their labels`() {
    #expect(SomeSamples.text(PromtoolSeries()) == "{__name__=\"up\", job=\"a\\\"b\"}\n{}\n")
  }
}
