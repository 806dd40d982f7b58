/// Batches without what is of some refs.
extension RecordBatch {
  /// Leaves the entries of the refs for which `isKept` holds in the records; a record in which none is left goes. One
  /// that cannot be decoded, or is of an unknown type, stays as it is.
  public mutating func keepEntries(of isKept: (UInt64) -> Bool) {
    var filter = RecordFilter()
    var kept: [Entry] = []
    for entry in entries {
      guard let outcome = Self.trim(payload(of: entry), at: entry.offset, &filter, isKept),
        outcome.dropped > 0
      else {
        kept.append(entry)
        continue
      }
      guard outcome.kept > 0 else { continue }
      let start = bytes.count
      bytes.append(filter.bytes)
      kept.append(
        Entry(
          offset: entry.offset, end: entry.end, compression: entry.compression,
          payload: start..<bytes.count))
    }
    entries = kept
  }

  /// What is left of a record, in `filter`; nil where it cannot be decoded.
  private static func trim(
    _ payload: RawSpan, at offset: Int, _ filter: inout RecordFilter, _ isKept: (UInt64) -> Bool
  ) -> RecordFilter.Outcome? {
    guard payload.byteCount > 0 else { return nil }
    let type = RecordType(code: payload.byte(at: 0))
    do throws(DecodeError) {
      switch type {
      case .series:
        return try filter.filterSeries(payload, at: offset) { ref, _ in isKept(ref) }
      case .mmapMarkers:
        return try filter.filterMarkers(payload, at: offset) { isKept($0.ref) ? $0.chunk : nil }.0
      case .samples, .tombstones, .exemplars, .metadata, .histogramSamples, .floatHistogramSamples,
        .customBucketsHistogramSamples, .customBucketsFloatHistogramSamples, .samplesV2,
        .histogramSamplesV2, .floatHistogramSamplesV2, .unknown:
        return try filter.filter(payload, type, at: offset, isKept: isKept)
      }
    } catch {
      return nil
    }
  }
}
