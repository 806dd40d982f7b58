/// What a WAL, WBL or checkpoint record holds: its first byte (Prometheus: tsdb/record/record.go).
public enum RecordType: Hashable, Sendable {
  case series
  case samples
  case tombstones
  case exemplars
  case mmapMarkers
  case metadata
  case histogramSamples
  case floatHistogramSamples
  case customBucketsHistogramSamples
  case customBucketsFloatHistogramSamples
  case samplesV2
  case histogramSamplesV2
  case floatHistogramSamplesV2
  /// Written by a Prometheus that did not exist when this was built; replay skips it.
  case unknown(UInt8)

  /// Every known type in the order of its code, 1 to 13.
  public static let known: [RecordType] = [
    .series, .samples, .tombstones, .exemplars, .mmapMarkers, .metadata, .histogramSamples,
    .floatHistogramSamples, .customBucketsHistogramSamples, .customBucketsFloatHistogramSamples,
    .samplesV2, .histogramSamplesV2, .floatHistogramSamplesV2,
  ]

  /// The type with this code.
  public init(code: UInt8) {
    let index = Int(code) - 1
    self = Self.known.indices.contains(index) ? Self.known[index] : .unknown(code)
  }

  /// The name Prometheus gives it (`record.Type.String()`).
  public var name: String {
    switch self {
    case .series: "series"
    case .samples: "samples"
    case .tombstones: "tombstones"
    case .exemplars: "exemplars"
    case .mmapMarkers: "mmapmarkers"
    case .metadata: "metadata"
    case .histogramSamples: "histogram_samples"
    case .floatHistogramSamples: "float_histogram_samples"
    case .customBucketsHistogramSamples: "custom_buckets_histogram_samples"
    case .customBucketsFloatHistogramSamples: "custom_buckets_float_histogram_samples"
    case .samplesV2: "samples_v2"
    case .histogramSamplesV2: "histogram_samples_v2"
    case .floatHistogramSamplesV2: "float_histogram_samples_v2"
    case .unknown: "unknown"
    }
  }
}
