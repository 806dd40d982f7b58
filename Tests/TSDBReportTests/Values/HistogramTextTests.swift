import TSDBFormat
import Testing

@testable import TSDBReport

/// Truth: what the promtool of Prometheus 3.14 printed for `sound/all-encodings-3.14`.
@Suite struct HistogramTextTests {
  static let spans = [Histogram.Span(offset: -2, length: 2), .init(offset: 1, length: 2)]
  static let negativeSpans = [Histogram.Span(offset: 0, length: 2), .init(offset: 1, length: 2)]

  static let integer = Histogram(
    schema: -1, counterReset: .unknown, zeroThreshold: 0.001, sum: 23.773246109113494,
    positiveSpans: spans, negativeSpans: negativeSpans, customBounds: [],
    counts: .integer(
      count: 21, zeroCount: 5, positive: [1, 1, 2, 0], negative: [1, 1, -1, 0]))

  static let float = Histogram(
    schema: -1, counterReset: .notReset, zeroThreshold: 2.938735877055719e-39,
    sum: 21.295527923934674, positiveSpans: spans, negativeSpans: negativeSpans, customBounds: [],
    counts: .float(count: 22, zeroCount: 4, positive: [5, 3, 1, 4], negative: [1, 2, 1, 1]))

  static let custom = Histogram(
    schema: Histogram.customBucketsSchema, counterReset: .gauge, zeroThreshold: 0,
    sum: 4.538688795914225, positiveSpans: [.init(offset: 0, length: 4)], negativeSpans: [],
    customBounds: [0.005, 0.1, 1, 2.5e7],
    counts: .integer(count: 7, zeroCount: 0, positive: [1, 2, -1, -1], negative: []))

  static let stale = Histogram(
    schema: 0, counterReset: .unknown, zeroThreshold: 0, sum: Double(bitPattern: StaleMarker.bits),
    positiveSpans: [], negativeSpans: [], customBounds: [],
    counts: .integer(count: 0, zeroCount: 0, positive: [], negative: []))

  private func text(_ histogram: Histogram) -> String {
    written { HistogramText.append(histogram, to: &$0) }
  }

  @Test func `integer histograms are written as Prometheus writes them`() {
    #expect(
      text(Self.integer)
        == "{count:21, sum:23.773246109113494, [-256,-64):1, [-64,-16):1, [-4,-1):2, [-1,-0.25):1, "
        + "[-0.001,0.001]:5, (0.015625,0.0625]:1, (0.0625,0.25]:2, (1,4]:4, (4,16]:4}")
  }

  @Test func `float histograms are written as Prometheus writes them`() {
    #expect(
      text(Self.float)
        == "{count:22, sum:21.295527923934674, [-256,-64):1, [-64,-16):1, [-4,-1):2, "
        + "[-1,-0.25):1, [-2.938735877055719e-39,2.938735877055719e-39]:4, (0.015625,0.0625]:5, "
        + "(0.0625,0.25]:3, (1,4]:1, (4,16]:4}")
  }

  @Test func `custom buckets are written as Prometheus writes them`() {
    #expect(
      text(Self.custom)
        == "{count:7, sum:4.538688795914225, [-Inf,0.005]:1, (0.005,0.1]:3, (0.1,1]:2, "
        + "(1,2.5e+07]:1}")
  }

  @Test func `a zero bucket of no width, and the end of a series`() {
    var histogram = Self.stale
    #expect(text(histogram) == "{count:0, sum:NaN}")
    histogram.sum = -0.5
    histogram.counts = .float(count: 0.5, zeroCount: 1e6, positive: [], negative: [])
    #expect(text(histogram) == "{count:0.5, sum:-0.5, [-0,0]:1e+06}")
  }

  @Test func `people get the number of buckets`() {
    func short(_ histogram: Histogram) -> String {
      written { HistogramText.append(short: histogram, to: &$0) }
    }
    #expect(short(Self.custom) == "{count:7, sum:4.538688795914225, 4 buckets}")
    #expect(short(Self.stale) == "stale")
    var one = Self.stale
    one.sum = 1
    one.counts = .integer(count: 1, zeroCount: 1, positive: [], negative: [])
    #expect(short(one) == "{count:1, sum:1, 1 bucket}")
  }
}
