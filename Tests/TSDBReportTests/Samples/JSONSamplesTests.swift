import Testing

@testable import TSDBReport

@Suite struct JSONSamplesTests {
  @Test func `a piece of a series is a line`() {
    #expect(
      SomeSamples.text(JSONSamples())
        == #"{"type":"series","data":{"labels":{"__name__":"up","job":"a\"b"},"samples":["#
        + #"{"t":1794873600000,"v":1.5},{"t":1794873615250,"v":"NaN:7ff0000000000002"},"#
        + #"{"t":1794873630000,"st":1794873599999,"h":{"schema":-53,"float":false,"#
        + #""counterReset":"gauge","zeroThreshold":0,"zeroCount":0,"count":7,"#
        + #""sum":4.538688795914225,"positiveSpans":[[0,4]],"positiveBuckets":[1,3,2,1],"#
        + #""negativeSpans":[],"negativeBuckets":[],"customValues":[0.005,0.1,1,2.5e+07]}},"#
        + #"{"t":1794873645000,"v":1e+06}]}}"# + "\n")
    #expect(
      SomeSamples.textOfNothing(JSONSamples())
        == #"{"type":"series","data":{"labels":{"__name__":"up","job":"a\"b"},"samples":[]}}"#
        + "\n")
  }

  @Test func `a series has the times of its first and last sample`() {
    #expect(
      SomeSamples.text(JSONSeries())
        == #"{"type":"series","data":{"labels":{"__name__":"up","job":"a\"b"},"#
        + #""minTime":"2026-11-17T00:00:00.000Z","maxTime":"2026-11-17T00:00:45.000Z"}}"# + "\n"
        + #"{"type":"series","data":{"labels":{},"minTime":null,"maxTime":null}}"# + "\n")
  }
}
