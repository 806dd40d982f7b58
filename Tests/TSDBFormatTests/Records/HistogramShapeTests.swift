import TSDBFormat
import TestSupport
import Testing

@Suite struct HistogramShapeTests {
  /// The body of an integer histogram with one positive span and these buckets.
  private func body(
    span: UInt64, buckets: Int, hint: UInt8 = 0, sum: UInt64 = 0
  ) -> [UInt8] {
    var bytes: [UInt8] = [hint] + varintBytes(0) + bigEndianBytes(UInt64(0))
    bytes += uvarintBytes(0) + uvarintBytes(9) + bigEndianBytes(sum)
    bytes += uvarintBytes(1) + varintBytes(0) + uvarintBytes(span) + uvarintBytes(0)
    bytes += uvarintBytes(UInt64(buckets))
    for _ in 0..<buckets { bytes += varintBytes(1) }
    return bytes + uvarintBytes(0)
  }

  private func shape(_ bytes: [UInt8]) -> HistogramShape? {
    HistogramShape(of: bytes.span.bytes, isFloat: false)
  }

  @Test(
    arguments: [
      (3, 3, nil, nil), (3, 5, .moreBuckets, 3), (3, 1, .fewerBuckets, 1), (0, 2, .moreBuckets, 0),
      (3, 0, .fewerBuckets, 0), (1 << 32 - 1, 1, .tooManyBuckets, 1),
    ] as [(UInt64, Int, HistogramFlaw?, Int?)])
  func `buckets are held against spans`(
    span: UInt64, buckets: Int, flaw: HistogramFlaw?, index: Int?
  ) throws {
    let found = try #require(shape(body(span: span, buckets: buckets)))
    #expect(found.flaw == flaw)
    #expect(found.index == index)
    #expect(found.mostBuckets == span)
  }

  @Test func `nobody looks at the buckets of the end of a series`() {
    let end = body(span: 3, buckets: 1, sum: StaleMarker.bits)
    #expect(shape(end)?.flaw == nil)
    #expect(shape(end)?.isStale == true)
  }

  @Test func `a gauge with fewer buckets is appended as it is`() {
    #expect(shape(body(span: 3, buckets: 1, hint: 3))?.index == nil)
    #expect(shape(body(span: 3, buckets: 5, hint: 3))?.index == 3)
  }

  @Test func `no prefix of a body has a shape`() {
    let whole = body(span: 3, buckets: 3)
    for end in whole.indices { #expect(shape(Array(whole[..<end])) == nil) }
  }
}
