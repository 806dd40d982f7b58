import TSDBFormat
import Testing

@Suite struct RecordTypeTests {
  @Test(
    arguments: [
      (1, "series"), (2, "samples"), (3, "tombstones"), (4, "exemplars"), (5, "mmapmarkers"),
      (6, "metadata"), (7, "histogram_samples"), (8, "float_histogram_samples"),
      (9, "custom_buckets_histogram_samples"), (10, "custom_buckets_float_histogram_samples"),
      (11, "samples_v2"), (12, "histogram_samples_v2"), (13, "float_histogram_samples_v2"),
    ] as [(UInt8, String)])
  func `a known code has the name that Prometheus gives it`(code: UInt8, name: String) {
    #expect(RecordType(code: code).name == name)
    #expect(RecordType(code: code) == RecordType.known[Int(code) - 1])
  }

  @Test(arguments: [0, 14, 15, 128, 255] as [UInt8])
  func `any other code is kept as unknown`(code: UInt8) {
    #expect(RecordType(code: code) == .unknown(code))
    #expect(RecordType(code: code).name == "unknown")
  }

  @Test func `types are known since the release that first wrote them`() {
    let since = RecordType.known.map(\.since)
    #expect(since[0..<8].allSatisfy { $0 == .first })
    #expect(since[8..<10].allSatisfy { $0 == .customBuckets })
    #expect(since[10..<13].allSatisfy { $0 == .startTimes })
    #expect(RecordType.known.allSatisfy { $0.since <= .newest })
  }

  @Test func `samples are floats or histograms, and nothing else is`() {
    let floats = RecordType.known.filter(\.holdsFloats)
    #expect(floats == [.samples, .samplesV2])
    #expect(
      RecordType.known.filter { $0.histogramsAreFloat == true } == [
        .floatHistogramSamples, .customBucketsFloatHistogramSamples, .floatHistogramSamplesV2,
      ])
    #expect(
      RecordType.known.filter { !$0.holdsSamples } == [
        .series, .tombstones, .exemplars, .mmapMarkers, .metadata,
      ])
    #expect(RecordType.unknown(77).holdsSamples == false)
  }
}
