/// The samples of a record of any type.
extension SampleRows {
  /// Decodes the samples of a record, floats or native histograms; none where its type has no samples.
  public mutating func decode(
    _ payload: RawSpan, _ type: RecordType, at offset: Int, each: Each = { _, _ in }
  ) throws(DecodeError) {
    switch type {
    case .samples: try decodeSamples(payload, at: offset, each: each)
    case .samplesV2: try decodeSamplesV2(payload, at: offset, each: each)
    case .histogramSamples, .customBucketsHistogramSamples:
      try decodeHistograms(payload, at: offset, isFloat: false, each: each)
    case .floatHistogramSamples, .customBucketsFloatHistogramSamples:
      try decodeHistograms(payload, at: offset, isFloat: true, each: each)
    case .histogramSamplesV2:
      try decodeHistogramsV2(payload, at: offset, isFloat: false, each: each)
    case .floatHistogramSamplesV2:
      try decodeHistogramsV2(payload, at: offset, isFloat: true, each: each)
    case .series, .tombstones, .exemplars, .mmapMarkers, .metadata, .unknown: clear()
    }
  }
}
