import Testing

@testable import TSDBFormat

@Suite struct BucketListTests {
  private func histogram(
    schema: Int32 = 0, _ spans: [Histogram.Span], _ counts: [Int64],
    negative: ([Histogram.Span], [Int64]) = ([], []), zeroCount: UInt64 = 0, bounds: [Double] = []
  ) -> Histogram {
    Histogram(
      schema: schema, counterReset: .unknown, zeroThreshold: 0.001, sum: 0,
      positiveSpans: spans, negativeSpans: negative.0, customBounds: bounds,
      counts: .integer(
        count: 0, zeroCount: zeroCount, positive: counts, negative: negative.1))
  }

  private func span(_ offset: Int32, _ length: UInt32) -> Histogram.Span {
    Histogram.Span(offset: offset, length: length)
  }

  @Test func `buckets go from the lowest to the highest, without the empty ones`() {
    let buckets = histogram(
      [span(-1, 2), span(1, 1)], [1, -1, 3],
      negative: ([span(0, 1), span(2, 1)], [5, 1]), zeroCount: 7
    ).buckets
    #expect(buckets.map(\.index) == [3, 0, 0, -1, 2])
    #expect(buckets.map(\.lower) == [-8, -1, -0.001, 0.25, 2])
    #expect(buckets.map(\.upper) == [-4, -0.5, 0.001, 0.5, 4])
    #expect(buckets.map(\.includesLower) == [true, true, true, false, false])
    #expect(buckets.map(\.includesUpper) == [false, false, true, true, true])
    #expect(buckets.map(\.count) == [6, 5, 7, 1, 3].map { .integer($0) })
  }

  @Test func `the first of the custom buckets has no lower bound`() {
    let buckets = histogram(
      schema: Histogram.customBucketsSchema, [span(0, 3)], [1, 0, 0], bounds: [1, 5]
    ).buckets
    #expect(buckets.map(\.lower) == [-.infinity, 1, 5])
    #expect(buckets.map(\.upper) == [1, 5, .infinity])
    #expect(buckets.map(\.includesLower) == [true, false, false])
    #expect(buckets.map(\.includesUpper) == [true, true, true])
  }

  @Test func `a schema finer than Prometheus computes with is merged into its finest`() {
    // Of schema 9, buckets 1 and 2 lie in bucket 1 of schema 8, buckets 3 and 4 in bucket 2.
    let buckets = histogram(schema: 9, [span(1, 4)], [1, 1, 1, 1]).buckets
    #expect(buckets.map(\.index) == [1, 2])
    #expect(buckets.map(\.count) == [.integer(3), .integer(7)])
    #expect(buckets.map(\.upper) == [1.0027112750502025, 1.0054299011128027])
  }

  @Test func `float counts are merged as floats`() {
    let fine = Histogram(
      schema: 10, counterReset: .gauge, zeroThreshold: 0, sum: 0,
      positiveSpans: [span(1, 4)], negativeSpans: [], customBounds: [],
      counts: .float(count: 1, zeroCount: 0, positive: [0.5, 0.25, -0.75, 2], negative: []))
    #expect(fine.buckets.map(\.count) == [.float(2)])
    #expect(fine.bucketCounts(isPositive: true).count == 4)
  }

  @Test(
    arguments: [
      [(0, 5)], [(0, 0), (3, 0)], [(.max, 2), (.max, 9)], [(.min, 1), (.min, .max)],
      [(0, .max), (0, .max)], [],
    ] as [[(Int32, UInt32)]])
  func `spans that do not fit the buckets end the list`(spans: [(Int32, UInt32)]) {
    for schema in [Int32(0), 8, 52, -9, -53, .min, .max] {
      let buckets = histogram(
        schema: schema, spans.map { span($0.0, $0.1) }, [1, .max, .max, .min]
      ).buckets
      #expect(buckets.count <= 4)
    }
  }

  @Test func `a count that falls below zero wraps around, as it does in Go`() {
    #expect(histogram([span(0, 1)], [-1]).buckets.map(\.count) == [.integer(.max)])
  }
}
