import Testing

@testable import TSDBFormat

/// Truth: what promtool 3.14 printed for the buckets of `sound/all-encodings-3.14`, and
/// `TestGetBoundExponential` in model/histogram/generic_test.go of Prometheus.
@Suite struct HistogramBoundsTests {
  static let bounds: [(Int32, Int32, Double)] = [
    (-1, 0, 0.5), (0, 0, 1), (1, 0, 2), (512, 0, 0x1p512), (1023, 0, 0x1p1023),
    (1024, 0, .greatestFiniteMagnitude), (1025, 0, .infinity),
    (0, -1, 1), (1, -1, 4), (512, -1, .greatestFiniteMagnitude), (513, -1, .infinity),
    (1, -4, 65536), (-1, -4, 0x1p-16), (0, -4, 1), (2, -9, .greatestFiniteMagnitude),
    (1, 1, 1.414213562373095), (2, 1, 2), (4, 2, 2), (1, 2, 1.189207115002721),
    (-1, 3, 0.9170040432046711), (1, 3, 1.0905077326652577), (1, 4, 1.0442737824274138),
    (1, 5, 1.0218971486541166), (1, 6, 1.0108892860517005), (-2, 6, 0.9785720620876999),
    (1, 8, 1.0027112750502025), (-8, 7, 0.9576032806985735),
    (-1074, 0, 0x1p-1074), (-1075, 0, 0), (4_194_303, 8, .infinity), (.min, 8, 0),
    (.max, 8, .infinity),
    (.min, -53 + 1, 0), (.max, .min, .infinity),
  ]

  @Test(arguments: bounds)
  func `a bound follows from index and schema`(index: Int32, schema: Int32, bound: Double) {
    #expect(HistogramBounds.upper(index, schema: schema, custom: []) == bound)
  }

  @Test func `custom bounds are listed, with infinities around them`() {
    let bounds = [0.005, 0.1, 2.5e7]
    let found = (Int32(-2)...4).map {
      HistogramBounds.upper($0, schema: Histogram.customBucketsSchema, custom: bounds)
    }
    #expect(found[1...5] == [-.infinity, 0.005, 0.1, 2.5e7, .infinity])
    #expect(found[0].isNaN && found[6].isNaN)
  }

  @Test func `bounds grow with the index in each schema`() {
    for schema in Int32(0)...8 {
      var last = 0.0
      for index in Int32(-600)...600 {
        let bound = HistogramBounds.upper(index, schema: schema, custom: [])
        #expect(bound > last, "schema \(schema), index \(index)")
        last = bound
      }
    }
  }
}
