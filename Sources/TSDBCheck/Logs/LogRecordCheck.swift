internal import TSDBFormat
internal import TSDBStore

/// The check of the records of a log, taken in slice by slice in the order of replay.
struct LogRecordCheck {
  /// What was found.
  private(set) var result = CheckResult()
  /// The series and their refs.
  private(set) var refs: HeadRefs
  /// True once something of checkpoint or WAL could not be read.
  private(set) var isDamaged = false
  /// True once a segment could not be looked at: what it defines is not known then.
  private(set) var isUnread = false

  private let definesSeries: Bool
  private let isAgent: Bool
  private var segment = Segment()
  private var cuts = LogCuts()
  private var rows = SampleRows()
  /// Samples in the WBL, and the first segment with one.
  private var lateSamples = 0
  private var latePath: String?
  private var notes = RecordNotes()
  private var flaws = RecordFlaws()
  /// All samples, by stretches of two hours.
  private(set) var bins = TimeBins()

  /// The segment under way.
  private struct Segment {
    /// End of what was found last.
    var end = 0
    /// A record that was begun last and never finished: its finding, where it begins, and the end of
    /// its last piece.
    var torn: (finding: Int, start: Int, end: Int)?
  }

  /// A check that has seen nothing. `definesSeries` is false for a log whose series are elsewhere.
  init(refs: HeadRefs, definesSeries: Bool, isAgent: Bool) {
    self.refs = refs
    self.definesSeries = definesSeries
    self.isAgent = isAgent
  }

  /// Takes the next slice in.
  mutating func take(_ decoded: DecodedSlice) {
    let slice = decoded.slice
    if slice.isFirst {
      segment = Segment()
      result.files += 1
    }
    result.bytes += slice.size
    let file = slice.file
    var damage = decoded.damage
    let definitions = decoded.definitions
    var next = 0
    var counts = [Int](repeating: 0, count: decoded.batch.entries.count)
    for (index, entry) in decoded.batch.entries.enumerated() {
      while next < definitions.count, definitions[next].record == index {
        if next % 32 == 0 { refs.expect(definitions[next...].prefix(32).lazy.map(\.labels)) }
        define(definitions[next], entry, slice.part, path: file.path)
        next += 1
      }
      if let error = count(decoded.batch, entry, slice.part, path: file.path) {
        damage.append(.init(error: error, lost: entry.offset..<entry.end))
      }
      counts[index] = rows.count
      if slice.part == .wbl, rows.count > 0 {
        lateSamples &+= rows.count
        latePath = latePath ?? file.path
      }
      segment.end = max(segment.end, entry.end)
      if let torn = segment.torn, entry.offset > torn.start { segment.torn = nil }
    }
    damage.sort { $0.error.offset < $1.error.offset }
    for item in damage { report(item, slice.part, file) }
    takeMarkers(decoded, path: file.path)
    takeOthers(decoded, path: file.path)
    cuts.count(decoded, samples: counts, damage: damage, path: file.path)
    notes.add(decoded, path: file.path)
    if slice.part != .snapshot { flaws.add(decoded, path: file.path) }
    if slice.endsSegment, decoded.rest == nil { endSegment(file, slice.part) }
  }

  /// Takes in that the next segment cannot be looked at.
  mutating func take(unread failure: FileError) {
    segment = Segment()
    result.files += 1
    result.findings.append(Finding(failure, severity: .fatal))
    isDamaged = true
    isUnread = true
  }

  private mutating func takeMarkers(_ decoded: DecodedSlice, path: String) {
    guard decoded.slice.part == .wbl else { return }
    for (record, marker) in decoded.markers {
      let offset = decoded.batch.entries[record].offset
      refs.take(marker, at: HeadRefs.Place(path: path, offset: offset, ref: marker.ref))
    }
  }

  private mutating func takeOthers(_ decoded: DecodedSlice, path: String) {
    for (record, ref) in decoded.others {
      let offset = decoded.batch.entries[record].offset
      refs.countOther(ref, at: HeadRefs.Place(path: path, offset: offset, ref: ref))
    }
  }

  private mutating func define(
    _ definition: DecodedSlice.Definition, _ entry: RecordBatch.Entry, _ part: LogPart,
    path: String
  ) {
    // A WBL defines no series, and replay takes no notice of such a record there.
    guard part == .checkpoint || part == .wal else { return }
    refs.define(
      definition.ref, labels: definition.labels, isOld: part == .checkpoint,
      at: HeadRefs.Place(path: path, offset: entry.offset, ref: definition.ref))
  }

  /// Counts the samples of a record; gives what is wrong with them. `rows` has how many there are.
  private mutating func count(
    _ batch: RecordBatch, _ entry: RecordBatch.Entry, _ part: LogPart, path: String
  ) -> DecodeError? {
    rows.clear()
    let payload = batch.payload(of: entry)
    guard part != .snapshot, payload.byteCount > 0 else { return nil }
    let type = RecordType(code: payload.byte(at: 0))
    func place(_ ref: UInt64) -> HeadRefs.Place {
      HeadRefs.Place(path: path, offset: entry.offset, ref: ref)
    }
    do throws(DecodeError) {
      if type == .tombstones {
        var deleted: [Tombstone] = []
        try TombstonesRecord.decode(payload, at: entry.offset) { deleted.append($0) }
        for one in deleted {
          refs.countOther(one.series, at: place(one.series))
          let isWhole = one.minTime == .min && one.maxTime == .max
          if isWhole, part != .wbl { refs.delete(one.series) }
        }
        return nil
      }
      var lent = refs
      refs = HeadRefs.none
      defer { refs = lent }
      // Samples of a record mostly have one time.
      var last: (time: Int64, count: Int)?
      var bins = bins
      self.bins = TimeBins()
      defer {
        if let last { bins.add(last.time, count: last.count) }
        self.bins = bins
      }
      try rows.decode(payload, type, at: entry.offset) { samples, _ in
        for index in samples.indices {
          let time = samples[index].time
          if let known = last, known.time == time {
            last = (time, known.count &+ 1)
          } else {
            if let last { bins.add(last.time, count: last.count) }
            last = (time, 1)
          }
        }
        if part == .wbl {
          lent.countLate(samples, at: place)
        } else {
          lent.count(samples, at: place)
        }
      }
      return nil
    } catch {
      return error
    }
  }
}

// MARK: - Findings

extension LogRecordCheck {
  private mutating func report(
    _ item: RecordBatch.Damage, _ part: LogPart, _ file: MappedFile
  ) {
    var finding = Finding(.damaged(path: file.path, item.error), severity: part.severity)
    finding.startup = part.startup
    finding.lost = "\(count: item.lost.count, of: "bytes")"
    result.findings.append(finding)
    let index = result.findings.count - 1
    segment.torn = nil
    if case .torn(let available) = item.error.problem, item.error.offset >= segment.end {
      segment.torn = (index, item.error.offset, item.error.offset &+ available)
    }
    segment.end = max(segment.end, item.lost.upperBound)
    if part == .wal || part == .checkpoint { isDamaged = true }
    cuts.add(part, finding: index, path: file.path, offset: item.error.offset)
  }

  /// A record that is torn where the segment ends, with zeros behind it up to the end of a page, is
  /// nothing to replay, which reads segment by segment; a checkpoint reads them as one stream, and
  /// meets the begin of a record where the rest of another should be (wlog/reader.go, `Reader.Next`).
  private mutating func endSegment(_ file: MappedFile, _ part: LogPart) {
    guard let torn = segment.torn, part == .wal || part == .wbl,
      torn.end < file.size || torn.end % Fragment.pageSize != 0
    else { return }
    var finding = Finding(
      rule: .walSegmentOrphan, severity: .warning, path: file.path, offset: torn.start,
      message:
        "the segment ends in the middle of a record, with zeros behind it; replay passes over "
        + "it, and each later checkpoint fails at the segment behind")
    finding.lost = "the record that was being written"
    result.findings[torn.finding] = finding
    cuts.remove(part, finding: torn.finding)
  }

  /// What can be said once all is read.
  mutating func finish() {
    cuts.note(in: &result.findings)
    result.findings += notes.findings(isAgent: isAgent)
    result.findings += flaws.findings(isAgent: isAgent)
    if definesSeries, !isUnread { result.findings += refs.findings }
    skippedLateSamples()
  }

  /// A server that had to repair its WAL does not replay the WBL (tsdb/head.go, `Init`).
  private mutating func skippedLateSamples() {
    guard lateSamples > 0, let path = latePath,
      let cut = cuts.finding(of: .wal) ?? cuts.finding(of: .checkpoint)
    else { return }
    result.findings[cut].consequences.append(
      Finding(
        rule: .wblSkipped, severity: .warning, path: path,
        message: "after it repaired the WAL, a server does not replay the WBL, and its next "
          + "out-of-order compaction cuts it",
        lost:
          "\(count: lateSamples, of: "samples") that came out of order, unless the server is restarted before "
          + "that"))
  }
}

extension LogPart {
  /// What damage in it costs. A server that cannot read a checkpoint does not start, and deletes the
  /// log on its next attempts; without a snapshot it reads the log instead.
  fileprivate var severity: Severity {
    switch self {
    case .checkpoint: .fatal
    case .wal, .wbl: .loss
    case .snapshot: .warning
    }
  }

  /// What a start does about damage in it.
  fileprivate var startup: Startup {
    switch self {
    case .checkpoint: .refuses
    case .wal, .wbl: .truncates
    case .snapshot: .replays
    }
  }
}
