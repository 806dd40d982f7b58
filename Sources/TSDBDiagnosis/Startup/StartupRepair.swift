internal import TSDBAnalysis
internal import TSDBFormat
internal import TSDBStore

/// What a server does where it cannot read on (Prometheus: tsdb/db.go, `open`; tsdb/wlog/wlog.go,
/// `Repair`).
extension StartupWalk {
  /// Nothing that the repair can act on: the server ends, each time anew.
  mutating func repairFails(_ cause: String) {
    start.warnings.append("Encountered WAL read error, attempting repair err=\"\(cause)\"")
    refuse("repair corrupted WAL: cannot handle error: \(cause)")
  }

  /// The repair of the WAL: what is behind the stop is deleted, the WBL is not read this time.
  mutating func repair(_ stop: LogStop, _ segments: [SegmentFile]) {
    isSuspicious = true
    start.warnings += [
      "Encountered WAL read error, attempting repair err=\"\(stop.words)\"",
      "Starting corruption repair segment=\(stop.segment.number) offset=\(stop.offset)",
      "Deleting all segments newer than corrupted segment segment=\(stop.segment.number)",
      "Rewrite corrupted segment segment=\(stop.segment.number)",
    ]
    let isFullFolder = stop.segment.isFullFolder
    if options.version.tellsOfRepair, !isFullFolder {
      start.warnings.append("Successfully repaired WAL")
    }
    delete(segments.filter { $0.number > stop.segment.number })
    cut(stop)
    let late = directory.wbl?.segments.filter { $0.size > 0 } ?? []
    if isFullFolder { refuseFolder(stop, "WAL") }
    guard !late.isEmpty || isFullFolder else { return }
    var next = plan
    next.segments += Self.segments(late, upTo: log.stop(in: late), .wbl)
    secondPlan = next
    second = StartupPrediction.Start()
  }

  /// A folder in the place of a segment is renamed, and then cannot be removed unless it is empty. A new
  /// segment has taken its place by then, so that the next start comes up.
  private mutating func refuseFolder(_ stop: LogStop, _ log: String) {
    refuse(
      "repair corrupted \(log): delete corrupted segment: remove "
        + "\(words.name(stop.segment.path)).repair: directory not empty")
  }

  /// What goes wrong where the checkpoint is damaged: the error names a segment of the checkpoint, and
  /// the repair takes it for one of the WAL.
  mutating func repairWithCheckpoint(_ stop: LogStop) {
    isSuspicious = true
    let number = stop.segment.number
    let segments = directory.wal?.segments ?? []
    start.warnings += [
      "Encountered WAL read error, attempting repair err=\"backfill checkpoint: \(stop.words)\"",
      "Starting corruption repair segment=\(number) offset=\(stop.offset)",
      "Deleting all segments newer than corrupted segment segment=\(number)",
    ]
    delete(segments.filter { $0.number > number })
    if let same = segments.first(where: { $0.number == number }) {
      start.truncates.append(words.name(same.path))
      return
    }
    let name = words.name(directory.wal?.path ?? "") + "/" + SegmentFile.name(number)
    refuse("repair corrupted WAL: rename \(name) \(name).repair: no such file or directory")
    comesUpLater(with: plan, at: number)
  }

  mutating func delete(_ segments: [SegmentFile]) {
    start.deletes += segments.map { words.name($0.path) }
    start.loss.segments += segments.count
    start.loss.bytes += segments.totalSize
  }

  mutating func cut(_ stop: LogStop) {
    // The copy of an earlier repair has the name that this one uses.
    let copies = directory.wal?.repairCopies.filter { $0.path == stop.segment.path + ".repair" }
    start.deletes += (copies ?? []).map { words.name($0.path) }
    start.loss.bytes += (copies ?? []).reduce(0) { $0 + $1.size }
    start.truncates.append(words.name(stop.segment.path))
    start.loss.segments += 1
    start.loss.bytes += max(0, stop.segment.size - stop.record)
  }

  /// The log of late samples, which is read where nothing went wrong before.
  mutating func replayLateLog() {
    guard !options.isAgent, let segments = directory.wbl?.segments, !segments.isEmpty else {
      return
    }
    if let cause = unusable(segments, in: "wbl", "WBL") {
      isDenied = cause.hasSuffix("permission denied")
      let name = options.version.repairsLateLog ? "WBL" : "WAL"
      start.warnings.append("Encountered \(name) read error, attempting repair err=\"\(cause)\"")
      return refuse("repair corrupted \(name): cannot handle error: \(cause)")
    }
    let stop = log.stop(in: segments)
    plan.segments += Self.segments(segments, upTo: stop, .wbl)
    guard let stop else { return }
    isSuspicious = true
    if !options.version.repairsLateLog { return repairWrongLog(stop) }
    start.warnings += [
      "Encountered WBL read error, attempting repair err=\"\(stop.words)\"",
      "Starting corruption repair segment=\(stop.segment.number) offset=\(stop.offset)",
      "Deleting all segments newer than corrupted segment segment=\(stop.segment.number)",
      "Rewrite corrupted segment segment=\(stop.segment.number)",
    ]
    delete(segments.filter { $0.number > stop.segment.number })
    cut(stop)
    guard stop.segment.isFullFolder else {
      return start.warnings.append("Successfully repaired WBL")
    }
    refuseFolder(stop, "WBL")
    secondPlan = plan
    second = StartupPrediction.Start()
  }

  /// A release repairs the WAL where the WBL is damaged, at the same segment and offset. What it serves until
  /// it ends was read before; the next start does not find it any more.
  private mutating func repairWrongLog(_ stop: LogStop) {
    let segments = directory.wal?.segments ?? []
    start.warnings.append("Encountered WAL read error, attempting repair err=\"\(stop.words)\"")
    let gone = segments.filter { $0.number > stop.segment.number }
    delete(gone)
    var next = plan
    let gonePaths = Set(gone.map(\.path))
    next.segments.removeAll { $0.part == .wal && gonePaths.contains($0.path) }
    if let same = segments.first(where: { $0.number == stop.segment.number }) {
      start.truncates.append(words.name(same.path))
      let limit = log.firstRecord(in: same, thatEndsAtOrBehind: stop.offset)
      start.loss.segments += 1
      start.loss.bytes += max(0, same.size - limit)
      for index in next.segments.indices where next.segments[index].path == same.path {
        next.segments[index].limit = limit
      }
    } else {
      let name = "\(options.storagePath)/wal/\(SegmentFile.name(stop.segment.number))"
      refuse("repair corrupted WAL: rename \(name) \(name).repair: no such file or directory")
      return comesUpLater(with: next, at: stop.segment.number)
    }
    secondPlan = next
    second = StartupPrediction.Start()
  }

  /// The repair lacks a segment that it wants to rename. Every start makes one more, from 0 on where none
  /// is left: with the one of this number, a start comes up, and serves `plan`.
  private mutating func comesUpLater(with plan: ReplayPlan, at number: Int) {
    secondPlan = plan
    if number == 0 { second = StartupPrediction.Start() }
  }
}

extension SegmentFile {
  /// True for a folder in the place of a segment, with something in it.
  fileprivate var isFullFolder: Bool {
    guard entry.kind == .directory, let inside = try? FolderListing.entries(of: path) else {
      return false
    }
    return !inside.isEmpty
  }
}
