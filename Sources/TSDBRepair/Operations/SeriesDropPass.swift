internal import TSDBFormat
internal import TSDBStore

/// One pass over a log, segment by segment in the order of replay, which takes out all that belongs to
/// series that leave. Memory is that of a few megabytes of a segment.
final class SeriesDropPass {
  /// What became of a segment.
  struct Result {
    /// Bytes of it that stay.
    var newSize = 0
    /// Entries that left, of any kind.
    var dropped = 0
    /// Samples that left, of refs that a record defines.
    var samples = 0
    /// Exemplars that left.
    var exemplars = 0
    /// Entries of metadata that left.
    var metadata = 0
    /// Their times.
    var times = TimeRange()
    /// Markers that name another place now.
    var movedMarkers = 0
    /// Places that cannot be read, and are not in the new segment.
    var damage: [FileError] = []
    /// Where the record is now that began at the offset that was asked for, or the first behind it.
    var mark: Int?

    /// True where the segment has to be written anew.
    var isChanged: Bool { dropped > 0 || movedMarkers > 0 }
  }

  private var refs: DroppedRefs
  private let chunks: HeadChunkDrop?
  /// Which samples leave, whatever their series.
  private let samples: SampleCut?
  private var filter = RecordFilter()
  private var rows = SampleRows()
  /// Counts what leaves, where that is asked for.
  private(set) var tally: DropTally?

  /// A pass with what is known of refs, and with the new places of chunks where those are known; one with
  /// a tally counts what a server serves of that which leaves.
  init(_ refs: DroppedRefs, _ chunks: HeadChunkDrop?, tally: DropTally? = nil) {
    self.refs = refs
    self.chunks = chunks
    self.tally = tally
    samples = nil
  }

  /// A pass that takes samples out, whatever their series, and no series.
  init(_ samples: SampleCut, _ chunks: HeadChunkDrop?) {
    refs = DroppedRefs([])
    self.chunks = chunks
    self.samples = samples
  }

  /// Calls `body` with ref and labels of each series that the records of a segment define.
  static func forEachSeries(
    _ path: String, isSnapshot: Bool, _ body: (UInt64, RawSpan) -> Void
  ) throws(FileError) {
    var filter = RecordFilter()
    var pass = SegmentPass(try MappedFile(path: path))
    var batch = RecordBatch()
    while pass.next(into: &batch) != nil {
      for entry in batch.entries {
        let payload = batch.payload(of: entry)
        guard payload.byteCount > 0, payload.byte(at: 0) == 1 else { continue }
        // A record that cannot be decoded stays as it is, and teaches what stands before the failure.
        if isSnapshot {
          _ = try? filter.filterSnapshot(payload, at: entry.offset) { ref, labels in
            body(ref, labels)
            return true
          } isKept: { _ in
            true
          }
        } else {
          _ = try? filter.filterSeries(payload, at: entry.offset) { ref, labels in
            body(ref, labels)
            return true
          }
        }
      }
    }
  }

  /// Reads the segment at `path`, and hands over its new bytes. `mark` is an offset in it.
  func rewrite(
    _ path: String, isSnapshot: Bool = false, mark: Int? = nil,
    to flush: SegmentWriter.Flush<FileError>
  ) throws(FileError) -> Result {
    var result = Result()
    var writer = SegmentWriter()
    let file = try MappedFile(path: path)
    let size = file.size
    var pass = SegmentPass(file)
    var batch = RecordBatch()
    while pass.next(into: &batch) != nil {
      result.damage += batch.damage.map { .damaged(path: path, $0.error) }
      for entry in batch.entries {
        if let mark, result.mark == nil, entry.offset >= mark { result.mark = writer.byteCount }
        let payload = batch.payload(of: entry)
        let outcome = outcome(of: payload, entry, isSnapshot, &result)
        result.dropped += outcome.dropped
        guard outcome.isChanged else {
          try writer.append(payload, entry.compression, to: flush)
          continue
        }
        guard outcome.kept > 0 else { continue }
        var taken = RecordFilter()
        swap(&taken, &filter)
        defer { swap(&taken, &filter) }
        try writer.append(taken.bytes, entry.compression, to: flush)
      }
    }
    if mark != nil, result.mark == nil { result.mark = writer.byteCount }
    try writer.finish(fillingPage: size % Fragment.pageSize == 0, to: flush)
    result.newSize = writer.byteCount
    if result.newSize == 0, size > 0 {
      // A segment without a byte looks like one of a server that did not live long enough to write it.
      var page = ByteBuffer()
      page.append(zeros: Fragment.pageSize)
      try flush(page.bytes)
      result.newSize = page.count
    }
    return result
  }

  fileprivate struct Outcome {
    var kept = 0
    var dropped = 0
    var isChanged = false
  }

  /// Filters a record. One that cannot be decoded stays as it is: nobody knows what is in it.
  private func outcome(
    of payload: RawSpan, _ entry: RecordBatch.Entry, _ isSnapshot: Bool, _ result: inout Result
  ) -> Outcome {
    guard payload.byteCount > 0 else { return Outcome() }
    if isSnapshot { return snapshotOutcome(of: payload, entry) }
    let type = RecordType(code: payload.byte(at: 0))
    if let samples, type != .mmapMarkers {
      guard let found = try? samples.filter(payload, type, entry, &filter, &result) else {
        return Outcome()
      }
      return Outcome(found)
    }
    do throws(DecodeError) {
      switch type {
      case .series:
        var refs = DroppedRefs([])
        swap(&refs, &self.refs)
        defer { swap(&refs, &self.refs) }
        var again: [UInt64] = []
        let counts = tally != nil
        let found = try filter.filterSeries(payload, at: entry.offset) { ref, labels in
          let leaves = refs.define(ref, labels)
          if leaves, counts { again.append(ref) }
          return !leaves
        }
        for ref in again { tally?.define(ref) }
        return Outcome(found)
      case .mmapMarkers:
        let (refs, chunks) = (refs, chunks)
        var moved = 0
        countMarkers(payload, entry)
        let (found, isChanged) = try filter.filterMarkers(payload, at: entry.offset) { marker in
          guard !refs.isDropped(marker.ref) else { return nil }
          let place = chunks?.place(of: marker.chunk) ?? marker.chunk
          if place != marker.chunk { moved += 1 }
          return place
        }
        result.movedMarkers += moved
        return Outcome(kept: found.kept, dropped: found.dropped, isChanged: isChanged)
      case .unknown: return Outcome()
      case .samples, .samplesV2, .tombstones, .exemplars, .metadata, .histogramSamples,
        .floatHistogramSamples, .customBucketsHistogramSamples,
        .customBucketsFloatHistogramSamples, .histogramSamplesV2, .floatHistogramSamplesV2:
        let refs = refs
        let found = try filter.filter(payload, type, at: entry.offset) { !refs.isDropped($0) }
        if type == .exemplars { result.exemplars += found.dropped }
        if type == .metadata { result.metadata += found.dropped }
        if type == .tombstones, found.dropped > 0 { tally?.doubt() }
        if type.holdsSamples, found.dropped > 0 {
          try countSamples(payload, type, entry, &result)
        }
        return Outcome(found)
      }
    } catch {
      return Outcome()
    }
  }

  /// Counts the samples of a record that leave with it; those of refs that nothing defines are none that
  /// anybody is served.
  private func countSamples(
    _ payload: RawSpan, _ type: RecordType, _ entry: RecordBatch.Entry, _ result: inout Result
  ) throws(DecodeError) {
    var tally: DropTally?
    swap(&tally, &self.tally)
    defer { swap(&tally, &self.tally) }
    let refs = refs
    var samples = 0
    var times = TimeRange()
    try rows.decode(payload, type, at: entry.offset) { rows, _ in
      for index in rows.indices {
        let row = rows[index]
        guard refs.isDropped(row.ref), refs.isDefined(row.ref) else { continue }
        samples += 1
        times.include(row.time)
        tally?.note(row)
      }
    }
    if samples > 0, !type.holdsFloats { tally?.doubt() }
    result.samples += samples
    result.times.include(times)
  }

  private func countMarkers(_ payload: RawSpan, _ entry: RecordBatch.Entry) {
    guard tally != nil else { return }
    _ = try? filter.filterMarkers(payload, at: entry.offset) { marker in
      if refs.isDropped(marker.ref) { tally?.note(marker) }
      return marker.chunk
    }
  }

  /// The pass comes to the WBL, whose samples are late.
  func beginLate() { tally?.isLate = true }

  private func snapshotOutcome(of payload: RawSpan, _ entry: RecordBatch.Entry) -> Outcome {
    let refs = refs
    let found = try? filter.filterSnapshot(payload, at: entry.offset) { ref, labels in
      var refs = refs
      return !refs.define(ref, labels)
    } isKept: {
      !refs.isDropped($0)
    }
    return found.map(Outcome.init) ?? Outcome()
  }
}

extension SeriesDropPass.Outcome {
  fileprivate init(_ found: RecordFilter.Outcome) {
    self.init(kept: found.kept, dropped: found.dropped, isChanged: found.dropped > 0)
  }
}
