import Testing

@testable import TSDBReport

@Suite struct CSVSamplesTests {
  @Test func `a sample is a line of four fields`() {
    #expect(CSVSamples(csv: CSV(isExact: false)).header == "labels,time,startTime,value\n")
    #expect(
      SomeSamples.text(CSVSamples(csv: CSV(isExact: false))) == #"""
        "{__name__=""up"", job=""a\""b""}",2026-11-17T00:00:00.000Z,,1.5
        "{__name__=""up"", job=""a\""b""}",2026-11-17T00:00:15.250Z,,NaN
        "{__name__=""up"", job=""a\""b""}",2026-11-17T00:00:30.000Z,2026-11-16T23:59:59.999Z,"{count:7, sum:4.538688795914225, [-Inf,0.005]:1, (0.005,0.1]:3, (0.1,1]:2, (1,2.5e+07]:1}"
        "{__name__=""up"", job=""a\""b""}",2026-11-17T00:00:45.000Z,,1e+06

        """#)
    #expect(SomeSamples.textOfNothing(CSVSamples(csv: CSV(isExact: false))) == "")
  }

  @Test func `a series is a line of three fields`() {
    #expect(CSVSeries(csv: CSV(isExact: false)).header == "labels,minTime,maxTime\n")
    #expect(
      SomeSamples.text(CSVSeries(csv: CSV(isExact: false))) == #"""
        "{__name__=""up"", job=""a\""b""}",2026-11-17T00:00:00.000Z,2026-11-17T00:00:45.000Z
        "{}",,

        """#)
  }
}
