internal import TSDBCheck
internal import TSDBFormat
public import TSDBStore

/// `cut-wal`: the WAL up to a place, or up to the first record with samples behind a time; all behind it
/// goes, and so do chunks, late samples and snapshots of the series that are defined behind it
/// (`DropUndefined`). Deletions of what stays are written behind what is left, so that nothing comes back
/// that was deleted. What a server's own repair does, but with a way back.
public enum CutWAL {
  /// Where to cut.
  public enum Place: Equatable, Sendable {
    /// The first record that begins at this offset of a segment, or behind it.
    case at(segment: Int, offset: Int)
    /// The first record with a sample later than this, in milliseconds since 1970.
    case after(time: Int64)
  }

  /// Rules about what no server cuts the log at.
  static let harmless: Set<Rule> = [
    .walRefsUnknown, .walRefsReused, .walSeriesRepeated, .walSegmentOrphan,
    .recordHistogramBuckets, .recordHistogramTooManyBuckets, .headFuture, .headGap,
  ]

  /// The step; nil where nothing lies behind the place.
  public static func step(
    _ context: RepairContext, at place: Place
  ) throws(FileError) -> RepairStep? {
    try context.directory.requireLogOfToday()
    let items = LogItem.all(of: context.directory).filter { $0.part == .wal }
    guard let first = items.first, let found = try position(of: place, items) else { return nil }
    // The first segment stays though nothing is left in it: without one, a server begins with number 0,
    // and passes over what it wrote there at its next start where a checkpoint has a higher number.
    let (segment, offset) = found.0 < first.segment.number ? (first.segment.number, 0) : found
    var loss = Loss()
    var changes: [DirectoryChange] = []
    var refs: Set<UInt64> = []
    let deletions = try KeptDeletions(context.directory, LogPlace(segment: segment, offset: offset))
    for item in items where item.segment.number >= segment {
      let from = item.segment.number == segment ? offset : 0
      let isWhole = from >= item.segment.size && item.segment.number == segment
      guard !isWhole || !deletions.records.isEmpty else { continue }
      loss.bytes += max(0, item.segment.size - from)
      try count(item, from: from, &loss, &refs)
      if from == 0, item.segment.number > segment {
        changes.append(DirectoryChange(item.path, .remove))
      } else {
        changes.append(cut(item, at: from, deletions))
      }
    }
    loss.series = refs.count
    guard deletions.areNotAll || changes.count > 1 else { return nil }
    var step = RepairStep(
      operation: .cutWAL,
      why: "wal/\(SegmentFile.name(segment)) ends at byte \(offset), and is the last segment"
        + (deletions.records.isEmpty ? "" : "; deletions of what stays are written behind that"),
      loss: loss,
      changes: changes + snapshots(behind: segment, offset, context.directory))
    if deletions.records.isEmpty, let cut = items.first(where: { $0.segment.number == segment }) {
      step.keptRecords[cut.path] = .init(limit: offset)
    }
    return step
  }

  /// Snapshots that reach behind the cut define series that leave.
  private static func snapshots(
    behind segment: Int, _ offset: Int, _ directory: DataDirectory
  ) -> [DirectoryChange] {
    directory.snapshots.filter { ($0.segment, $0.offset) > (segment, offset) }
      .map { DirectoryChange(directory.relative($0.path), .remove) }
  }

  /// The first damage of the WAL, where a server would cut; nil without any.
  static func firstDamage(_ context: RepairContext) -> LogPlace? {
    let wal = LogItem.all(of: context.directory).filter { $0.part == .wal }
    for item in wal {
      let offsets = context.findings.filter {
        context.relative($0.path) == item.path && $0.severity >= .loss
          && !harmless.contains($0.rule)
      }
      .compactMap(\.offset)
      if let first = offsets.min() { return LogPlace(segment: item.segment.number, offset: first) }
    }
    return nil
  }

  private static func position(
    of place: Place, _ items: [LogItem]
  ) throws(FileError) -> (Int, Int)? {
    switch place {
    case .at(let segment, let offset): return (segment, offset)
    case .after(let time):
      for item in items {
        var found: Int?
        try item.forEachRecord { entry, payload in
          guard found == nil else { return }
          var rows = SampleRows()
          var latest = Int64.min
          try? rows.decode(payload, RecordType(code: payload.byte(at: 0)), at: 0) { samples, _ in
            for index in samples.indices { latest = max(latest, samples[index].time) }
          }
          if latest > time { found = entry.offset }
        }
        if let found { return (item.segment.number, found) }
      }
      return nil
    }
  }

  private static func count(
    _ item: LogItem, from: Int, _ loss: inout Loss, _ refs: inout Set<UInt64>
  ) throws(FileError) {
    var samples = 0
    var times = TimeRange()
    var found: Set<UInt64> = []
    var notes = NoteCount()
    try item.forEachRecord(from: from) { entry, payload in
      guard entry.offset >= from else { return }
      notes.take(payload, at: entry.offset)
      var rows = SampleRows()
      try? rows.decode(payload, RecordType(code: payload.byte(at: 0)), at: 0) { rows, _ in
        for index in rows.indices {
          samples += 1
          times.include(rows[index].time)
          found.insert(rows[index].ref)
        }
      }
    }
    loss.samples += samples
    loss.exemplars += notes.exemplars
    loss.metadata += notes.metadata
    loss.timeRange.include(times)
    refs.formUnion(found)
  }

  private static func cut(
    _ item: LogItem, at offset: Int, _ deletions: KeptDeletions
  ) -> DirectoryChange {
    DirectoryChange(
      item.path,
      .replace(size: offset + Fragment.pageSize + deletions.size) { sink throws(FileError) in
        var writer = SegmentWriter()
        let flush: SegmentWriter.Flush<FileError> = { bytes throws(FileError) in
          try sink.write(bytes)
        }
        var pass = SegmentPass(try MappedFile(path: item.segment.path))
        var batch = RecordBatch()
        while pass.next(into: &batch) != nil {
          for entry in batch.entries where entry.offset < offset {
            try writer.append(batch.payload(of: entry), entry.compression, to: flush)
          }
        }
        for record in deletions.records {
          try writer.append(record.bytes.rawBytes, record.compression, to: flush)
        }
        try writer.finish(fillingPage: true, to: flush)
      })
  }
}
