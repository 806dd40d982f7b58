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

/// What is known of each type. Whoever asks for something new adds a property here, or lists all types: a `default`
/// would pass over tomorrow's in silence (`Tests/Lint/recordtypes.py`).
extension RecordType {
  /// The releases of Prometheus, as far as they differ in the types that they know.
  public enum Generation: Comparable, Sendable {
    /// All of them.
    case first
    /// Those that know native histograms with buckets of their own: 3.5, not 2.53.
    case customBuckets
    /// Those that know start times: 3.11 with samples, 3.12 with histograms.
    case startTimes

    /// True for those that replay native histograms of the WBL: 3.0, not 2.55 (tsdb/head_wal.go, `loadWBL`).
    public var readsLateHistograms: Bool { self >= .customBuckets }

    /// What is written today.
    public static let newest = Generation.startTimes
  }

  /// The first releases that know it; of a type that is not known here, nobody can say.
  public var since: Generation {
    switch self {
    case .series, .samples, .tombstones, .exemplars, .mmapMarkers, .metadata, .histogramSamples,
      .floatHistogramSamples, .unknown:
      .first
    case .customBucketsHistogramSamples, .customBucketsFloatHistogramSamples: .customBuckets
    case .samplesV2, .histogramSamplesV2, .floatHistogramSamplesV2: .startTimes
    }
  }

  /// The section of its bodies.
  var section: Section {
    switch self {
    case .series: .seriesRecord
    case .samples: .samplesRecord
    case .tombstones: .tombstonesRecord
    case .exemplars: .exemplarsRecord
    case .mmapMarkers: .mmapMarkersRecord
    case .metadata: .metadataRecord
    case .histogramSamples, .customBucketsHistogramSamples: .histogramSamplesRecord
    case .floatHistogramSamples, .customBucketsFloatHistogramSamples: .floatHistogramSamplesRecord
    case .samplesV2: .samplesV2Record
    case .histogramSamplesV2: .histogramSamplesV2Record
    case .floatHistogramSamplesV2: .floatHistogramSamplesV2Record
    case .unknown: .unknownRecord
    }
  }

  /// How a server names a record that it could not decode (tsdb/head_wal.go, `loadWAL`): `series`,
  /// `samples`; nil for what replay does not decode.
  public var replayName: String? {
    switch self {
    case .series: "series"
    case .samples, .samplesV2: "samples"
    case .tombstones: "tombstones"
    case .exemplars: "exemplars"
    case .metadata: "metadata"
    case .histogramSamples, .customBucketsHistogramSamples, .histogramSamplesV2: "histograms"
    case .floatHistogramSamples, .customBucketsFloatHistogramSamples, .floatHistogramSamplesV2:
      "float histograms"
    case .mmapMarkers: "mmap markers"
    case .unknown: nil
    }
  }

  /// True where its entries are floats, with or without start times.
  public var holdsFloats: Bool { self == .samples || self == .samplesV2 }

  /// Whether the counts of its native histograms are floats; nil where its entries are no histograms.
  public var histogramsAreFloat: Bool? {
    switch self {
    case .histogramSamples, .customBucketsHistogramSamples, .histogramSamplesV2: false
    case .floatHistogramSamples, .customBucketsFloatHistogramSamples, .floatHistogramSamplesV2: true
    case .series, .samples, .samplesV2, .tombstones, .exemplars, .mmapMarkers, .metadata, .unknown:
      nil
    }
  }

  /// True where its entries are native histograms.
  public var holdsHistograms: Bool { histogramsAreFloat != nil }

  /// True where its entries are samples.
  public var holdsSamples: Bool { holdsFloats || holdsHistograms }

  /// True where each entry has a start time, and the rows are those of 3.11.
  public var isV2: Bool { since == .startTimes }
}
