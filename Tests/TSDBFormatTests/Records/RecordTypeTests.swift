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
}
