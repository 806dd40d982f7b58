internal import TSDBFormat
internal import TSDBStore

/// One pass over a log in the order of replay, which leaves out what a filter says. It can be stopped
/// behind any segment: what was defined up to there is known when it goes on.
///
/// Memory grows with the refs, not with the log.
final class LogPass {
  /// Takes a record that stays.
  typealias Keep = (RawSpan, RecordCompression) throws(FileError) -> Void
  /// Takes a record with entries that go, and says which refs stay.
  typealias Lose = (LogItem, RecordBatch.Entry, RawSpan, (UInt64) -> Bool) throws(FileError) -> Void

  private let filter: LogFilter
  private let lose: Lose?
  /// Refs that are defined so far.
  private var known = RefSet()
  /// By ref, a hash of its labels, where that is asked for.
  private var labels: [UInt64: Int] = [:]
  /// Tells whether a series record can be decoded; here for its memory alone.
  private var series = SeriesRecord()
  private var records = RecordFilter()
  /// Refs of entries that no record before them defined.
  private(set) var unknownRefs: Set<UInt64> = []

  init(_ filter: LogFilter, lose: Lose? = nil) {
    self.filter = filter
    self.lose = lose
    for (ref, labels) in filter.recovered {
      known.insert(ref)
      if filter.dropsRepeated { self.labels[ref] = Self.hash(labels.rawBytes) }
    }
  }

  private static func hash(_ labels: RawSpan) -> Int {
    var hasher = Hasher()
    for index in 0..<labels.byteCount { hasher.combine(labels.byte(at: index)) }
    return hasher.finalize()
  }

  /// Reads a segment; `keep` gets what stays of it.
  func take(
    _ item: LogItem, keep: Keep = { _, _ throws(FileError) in }
  ) throws(FileError) -> SegmentChanges {
    var changes = SegmentChanges()
    var pass = SegmentPass(try MappedFile(path: item.segment.path))
    var batch = RecordBatch()
    while pass.next(into: &batch) != nil { try take(batch, item, &changes, keep) }
    return changes
  }

  private func take(
    _ batch: RecordBatch, _ item: LogItem, _ changes: inout SegmentChanges, _ keep: Keep
  ) throws(FileError) {
    if filter.damagedPaths.contains(item.path) {
      changes.damaged += batch.damage.count
      changes.damagedBytes += batch.damage.reduce(0) { $0 + $1.lost.count }
    }
    for entry in batch.entries {
      if let cut = filter.cut, item.part == .wal,
        (item.segment.number, entry.offset) >= (cut.segment, cut.offset)
      {
        changes.cutOff += 1
        continue
      }
      try take(entry, of: batch, item, &changes, keep)
    }
  }

  private func take(
    _ entry: RecordBatch.Entry, of batch: RecordBatch, _ item: LogItem,
    _ changes: inout SegmentChanges, _ keep: Keep
  ) throws(FileError) {
    let payload = batch.payload(of: entry)
    guard payload.byteCount > 0 else {
      // A server takes it for a record of an unknown type.
      return try keep(payload, entry.compression)
    }
    let whole =
      filter.damagedPaths.contains(item.path) ? soundPart(of: payload) : payload.byteCount
    if whole < payload.byteCount {
      changes.cutRecords += 1
      changes.damagedBytes += payload.byteCount - whole
      guard whole > 1 else { return }
      try take(payload.extracting(0..<whole), entry, item, &changes, keep)
    } else {
      try take(payload, entry, item, &changes, keep)
    }
  }

  /// How many bytes of a record can be decoded: all of it, or those before an entry that cannot.
  private func soundPart(of payload: RawSpan) -> Int {
    if RecordType(code: payload.byte(at: 0)) == .series {
      series.removeAll()
      if (try? series.append(payload, at: 0)) != nil { return payload.byteCount }
    }
    var failure: DecodeError?
    _ = DecodedRecord(payload: payload, at: 0, failure: &failure)
    guard let failure else { return payload.byteCount }
    // The entry that cannot be decoded begins a little before the byte at which that shows.
    var end = min(failure.inner ?? payload.byteCount, payload.byteCount - 1)
    let least = max(0, end - Self.longestEntry)
    while end > least {
      var problem: DecodeError?
      let part = payload.extracting(0..<end)
      _ = DecodedRecord(payload: part, at: 0, failure: &problem)
      if problem == nil { return end }
      end -= 1
    }
    return 0
  }

  /// How far back the begin of a broken entry is looked for.
  private static let longestEntry = 1 << 12

  private func take(
    _ payload: RawSpan, _ entry: RecordBatch.Entry, _ item: LogItem,
    _ changes: inout SegmentChanges, _ keep: Keep
  ) throws(FileError) {
    guard let outcome = filtered(payload, entry, item) else {
      return try keep(payload, entry.compression)
    }
    if RecordType(code: payload.byte(at: 0)) == .series {
      changes.repeated += outcome.dropped
    } else {
      changes.unknownEntries += outcome.dropped
    }
    guard outcome.dropped > 0 else { return try keep(payload, entry.compression) }
    if let lose {
      let known = known
      try lose(item, entry, payload) { known.contains($0) }
    }
    guard outcome.kept > 0 else { return }
    var rest = RecordFilter()
    swap(&rest, &records)
    defer { swap(&rest, &records) }
    try keep(rest.bytes, entry.compression)
  }

  /// Takes out of a record what shall not stay; nil for one that has no entries, or none that this
  /// can tell apart.
  private func filtered(
    _ payload: RawSpan, _ entry: RecordBatch.Entry, _ item: LogItem
  ) -> RecordFilter.Outcome? {
    let type = RecordType(code: payload.byte(at: 0))
    do throws(DecodeError) {
      switch type {
      case .unknown: return nil
      case .series:
        guard item.part != .wbl else { return nil }
        return try records.filterSeries(payload, at: entry.offset) {
          ref, labels throws(DecodeError) in define(ref, labels)
        }
      case .mmapMarkers:
        return try records.filterMarkers(payload, at: entry.offset) { marker in
          isKept(marker.ref) ? marker.chunk : nil
        }.0
      case .samples, .samplesV2, .tombstones, .exemplars, .metadata, .histogramSamples,
        .floatHistogramSamples, .customBucketsHistogramSamples,
        .customBucketsFloatHistogramSamples, .histogramSamplesV2, .floatHistogramSamplesV2:
        return try records.filter(payload, type, at: entry.offset) { isKept($0) }
      }
    } catch {
      return nil
    }
  }

  /// Takes note of a series; false for one that shall not stay.
  private func define(_ ref: UInt64, _ labels: RawSpan) -> Bool {
    let isKnown = known.contains(ref)
    if !isKnown { known.insert(ref) }
    if filter.dropsRepeated {
      let labels = Self.hash(labels)
      if self.labels.updateValue(labels, forKey: ref) == labels { return false }
    }
    return !isKnown || filter.recovered[ref] == nil
  }

  /// False for a ref whose entries shall not stay.
  private func isKept(_ ref: UInt64) -> Bool {
    if known.contains(ref) { return true }
    unknownRefs.insert(ref)
    return !filter.dropsUnknown
  }
}
