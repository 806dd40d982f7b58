import TSDBFormat
import Testing

@testable import TSDBReport

@Suite struct SampleJSONTests {
  static let values: [(Double, String)] = [
    (1.5, "1.5"), (1e6, "1e+06"), (-0.0, "-0.0"), (.infinity, #""+Inf""#), (-.infinity, #""-Inf""#),
    (.nan, #""NaN:7ff8000000000000""#),
    (Double(bitPattern: StaleMarker.bits), #""NaN:7ff0000000000002""#),
    (Double(bitPattern: .max), #""NaN:ffffffffffffffff""#),
  ]

  @Test(arguments: values)
  func `a value is a number, or a string that has all its bits`(value: Double, json: String) {
    #expect(written { SampleJSON.append(value, to: &$0) } == json)
  }

  @Test func `bytes are a string, or in base 64`() {
    func json(_ bytes: [UInt8]) -> String { written { SampleJSON.append(bytes: bytes, to: &$0) } }
    #expect(
      json(Array("é \"q\" \\ \n \u{1b} \u{7f} /".utf8)) == #""é \"q\" \\ \n \u001b \u007f /""#)
    #expect(json([0xff, 0xfe]) == #"{"bytes":"//4="}"#)
    #expect(json([]) == #""""#)
  }

  @Test func `labels keep their order`() {
    let labels = [
      Label("__name__", "up"), Label("b", "1"), Label("a", "2"),
      Label(name: [0x78, 0xff], value: [0xff]),
    ]
    #expect(
      written { SampleJSON.append(labels, to: &$0) }
        == #"{"__name__":"up","b":"1","a":"2","x\\xff":{"bytes":"/w=="}}"#)
    #expect(written { SampleJSON.append([] as [Label], to: &$0) } == "{}")
  }

  @Test func `a histogram has all that is in it`() {
    #expect(
      written { SampleJSON.append(HistogramTextTests.integer, to: &$0) }
        == #"{"schema":-1,"float":false,"counterReset":"unknown","zeroThreshold":0.001,"#
        + #""zeroCount":5,"count":21,"sum":23.773246109113494,"positiveSpans":[[-2,2],[1,2]],"#
        + #""positiveBuckets":[1,2,4,4],"negativeSpans":[[0,2],[1,2]],"negativeBuckets":[1,2,1,1]}"#
    )
    #expect(
      written { SampleJSON.append(HistogramTextTests.custom, to: &$0) }
        == #"{"schema":-53,"float":false,"counterReset":"gauge","zeroThreshold":0,"zeroCount":0,"#
        + #""count":7,"sum":4.538688795914225,"positiveSpans":[[0,4]],"positiveBuckets":[1,3,2,1],"#
        + #""negativeSpans":[],"negativeBuckets":[],"customValues":[0.005,0.1,1,2.5e+07]}"#)
    #expect(
      written { SampleJSON.append(HistogramTextTests.float, to: &$0) }
        .hasPrefix(#"{"schema":-1,"float":true,"counterReset":"notReset","#))
  }

  @Test func `a sample has its start where that is known`() {
    var samples = SampleBatch()
    samples.append(time: -5, bits: (2.5).bitPattern)
    samples.append(time: 7, startTime: 6, histogram: HistogramTextTests.stale)
    #expect(written { SampleJSON.append(samples, at: 0, to: &$0) } == #"{"t":-5,"v":2.5}"#)
    #expect(
      written { SampleJSON.append(samples, at: 1, to: &$0) }
        == #"{"t":7,"st":6,"h":{"schema":0,"float":false,"counterReset":"unknown","#
        + #""zeroThreshold":0,"zeroCount":0,"count":0,"sum":"NaN:7ff0000000000002","#
        + #""positiveSpans":[],"positiveBuckets":[],"negativeSpans":[],"negativeBuckets":[]}}"#)
  }
}
