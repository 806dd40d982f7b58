internal import TSDBFormat

/// Counts the entries of records of the log, and checks them, without keeping any.
struct EntryCounter {
  private var rows = SampleRows()
  private var histograms = HistogramRows()
  private var series = SeriesRecord()

  /// How many entries `payload` has, which has a first byte; up to a failure, if it is damaged.
  mutating func count(_ payload: RawSpan, at offset: Int, failure: inout DecodeError?) -> Int {
    let type = RecordType(code: payload.byte(at: 0))
    var count = 0
    do {
      switch type {
      case .series:
        series.removeAll()
        defer { count = series.series.count }
        try series.append(payload, at: offset)
      case .samples, .samplesV2:
        defer { count = rows.count }
        try rows.decode(payload, type, at: offset)
      case .tombstones: try TombstonesRecord.decode(payload, at: offset) { _ in count += 1 }
      case .exemplars: try ExemplarsRecord.decode(payload, at: offset) { _ in count += 1 }
      case .mmapMarkers: try MmapMarkersRecord.decode(payload, at: offset) { _ in count += 1 }
      case .metadata: try MetadataRecord.decode(payload, at: offset) { _ in count += 1 }
      case .histogramSamples, .floatHistogramSamples, .customBucketsHistogramSamples,
        .customBucketsFloatHistogramSamples, .histogramSamplesV2, .floatHistogramSamplesV2:
        defer { count = histograms.count }
        try histograms.decode(payload, type, at: offset) { _ in }
      case .unknown: break
      }
    } catch {
      failure = error
    }
    return count
  }
}
