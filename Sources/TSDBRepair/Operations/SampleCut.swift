internal import TSDBFormat
internal import TSDBStore

/// Which samples leave a head, whatever their series.
public struct SampleCut: Equatable, Sendable {
  /// Samples before it leave, in milliseconds since 1970; nil for none.
  public var before: Int64?
  /// Samples after it leave.
  public var after: Int64?
  /// Native histograms whose buckets do not fit their spans leave.
  var dropsHistograms = false

  /// Samples that are before `before` leave, and those that are after `after`.
  public init(before: Int64? = nil, after: Int64? = nil) {
    self.before = before
    self.after = after
  }

  /// True for a time at which no sample stays.
  func takes(_ time: Int64) -> Bool {
    before.map { time < $0 } ?? false || after.map { time > $0 } ?? false
  }

  /// True for a chunk that leaves. One that reaches over the end leaves as a whole: the log has its other samples,
  /// and a server takes from there what is newer than the last chunk. One that reaches over the begin stays.
  func takes(_ chunk: HeadChunk) -> Bool {
    before.map { chunk.maxTime < $0 } ?? false || after.map { chunk.maxTime > $0 } ?? false
  }

  /// Filters a record; one of series, deletions and metadata stays as it is.
  func filter(
    _ payload: RawSpan, _ type: RecordType, _ entry: RecordBatch.Entry,
    _ filter: inout RecordFilter,
    _ result: inout SeriesDropPass.Result
  ) throws(DecodeError) -> RecordFilter.Outcome {
    var samples = 0
    var times = TimeRange()
    let isFloat = type.histogramsAreFloat
    let outcome = try filter.filterRows(payload, type, at: entry.offset) { row in
      var leaves = takes(row.time)
      if dropsHistograms, let isFloat, !leaves {
        leaves =
          HistogramShape(of: payload.extracting(row.body), isFloat: isFloat)?.flaw != nil
      }
      guard leaves else { return true }
      samples &+= 1
      times.include(row.time)
      return false
    }
    if type == .exemplars {
      result.exemplars += samples
    } else {
      result.samples += samples
      result.times.include(times)
    }
    return outcome
  }
}
