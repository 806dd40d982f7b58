internal import TSDBAnalysis
internal import TSDBFormat
internal import TSDBStore

/// Goes through a directory as a server does when it starts, and finds where it would stop, what it would
/// delete, and what it would read (Prometheus: tsdb/db.go, `open`; tsdb/head.go, `Init`).
struct StartupWalk {
  let directory: DataDirectory
  let options: StartupOptions
  let words: ServerWords
  let log: LogStart

  /// What happens.
  private(set) var start = StartupPrediction.Start()
  /// What is served.
  private(set) var plan = ReplayPlan()
  /// What happens the next time, where that is something else.
  private(set) var second: StartupPrediction.Start?
  /// What is served then.
  private(set) var secondPlan: ReplayPlan?
  /// True where something was met that may cost samples.
  private(set) var isSuspicious = false
  /// Segments that are there and not read.
  private(set) var ignoredSegments: [SegmentFile] = []
  /// Blocks that are there and not served.
  private(set) var droppedBlocks: [BlockFolder] = []

  init(_ directory: DataDirectory, _ options: StartupOptions, suspects: Set<String>) {
    self.directory = directory
    self.options = options
    words = ServerWords(directory: directory.path, storagePath: options.storagePath)
    log = LogStart(suspects: suspects, options: options, words: words)
    plan.knowsV2 = options.version >= .v3_14
    plan.knowsCustomBuckets = options.version >= .v3_5
    plan.knowsZstd = options.version >= .v2_53
    if options.isAgent || directory.kind == .agent {
      walkAgent()
    } else {
      walk()
    }
    if let refused = start.message { start.message = "opening storage failed: " + refused }
  }

  private mutating func refuse(_ message: String) {
    start.outcome = .refuses
    start.message = message
  }

  private mutating func walk() {
    removeLeftovers()
    if options.takesLock, directory.lock == .held {
      return refuse("lock DB directory: resource temporarily unavailable")
    }
    if directory.wal?.segments.haveGap == true || directory.wbl?.segments.haveGap == true {
      return refuse("get segment range: segments are not sequential")
    }
    guard openHeadChunks() else { return }
    let blocks = BlockStart(directory, options, words)
    start.warnings += blocks.warnings
    if let refusal = blocks.refusal { return refuse(refusal) }
    start.deletes += blocks.deleted.map { words.name($0.path) }
    droppedBlocks += blocks.deleted + blocks.ignored
    isSuspicious = isSuspicious || !droppedBlocks.isEmpty
    plan.blocks = blocks.served
    plan.minValidTime = blocks.minValidTime
    replay()
  }

  /// Opens the log of an agent, which has nothing else (tsdb/agent/db.go).
  private mutating func walkAgent() {
    if directory.lock == .held, options.flag("storage.agent.no-lockfile") == nil {
      return refuse("lock DB directory: resource temporarily unavailable")
    }
    if directory.wal?.segments.haveGap == true {
      return refuse("creating WAL: get segment range: segments are not sequential")
    }
    replay()
  }

  /// What is left of unfinished work goes first, whole blocks among it (`removeBestEffortTmpDirs`).
  private mutating func removeLeftovers() {
    var gone = directory.leftovers.filter { !$0.name.hasPrefix("tmp_dbro_sandbox") }
    gone += (directory.wal?.leftovers ?? []).filter { $0.isDirectory && $0.name.hasSuffix(".tmp") }
    start.deletes += gone.map { words.name($0.path) }
    for entry in gone {
      guard let folder = try? BlockFolder(path: entry.path), folder.index != nil else { continue }
      droppedBlocks.append(folder)
    }
    isSuspicious = isSuspicious || !droppedBlocks.isEmpty
  }

  /// False where the server refuses.
  private mutating func openHeadChunks() -> Bool {
    var files = directory.headChunks
    if let last = files.last, last.number > 0, words.isRemovedAtOpening(last.path) {
      start.deletes.append(words.name(last.path))
      files.removeLast()
    }
    let empty = files.first { $0.size == 0 }
    if let empty {
      refuse("mmap files, file: \(words.name(empty.path)): mmap, size 0: invalid argument")
      return false
    }
    for (file, next) in zip(files, files.dropFirst()) where file.number &+ 1 != next.number {
      refuse(
        "found unsequential head chunk files \(words.name(file.path)) (index: \(file.number)) and "
          + "\(words.name(next.path)) (index: \(next.number))")
      return false
    }
    for file in files {
      guard let cause = words.failure(ofHeadChunks: file.path) else { continue }
      refuse(cause)
      return false
    }
    plan.headChunks = files
    return true
  }

  /// Replays the head: snapshot, head chunks, checkpoint, WAL, WBL.
  private mutating func replay() {
    let snapshot = usableSnapshot()
    cutHeadChunks()
    if let snapshot, !damagedHeadChunks {
      plan.segments += snapshot.segments.map { .init(path: $0.path, kind: .snapshot) }
    }
    let used = damagedHeadChunks ? nil : snapshot
    if let file = directory.wal?.falseCheckpoints.first {
      return repairFails("find last checkpoint: checkpoint \(file.name) is not a directory")
    }
    let checkpoint = directory.wal?.checkpoints.last
    let endAt = directory.wal?.segments.last.map { $0.number &+ 1 } ?? 0
    var first = checkpoint.map { $0.number &+ 1 } ?? 0
    if let checkpoint, checkpoint.number >= used?.segment ?? .min {
      guard replay(checkpoint) else { return }
    }
    first = max(first, used?.segment ?? first)
    replaySegments(from: first, to: endAt, snapshot: used)
  }

  /// False where the server ends there.
  private mutating func replay(_ checkpoint: Checkpoint) -> Bool {
    if checkpoint.segments.haveGap {
      let name = words.name(checkpoint.path)
      repairFails("open checkpoint: list segment in dir:\(name): segments are not sequential")
      return false
    }
    if checkpoint.segments.allSatisfy({ $0.size == 0 }) { isSuspicious = true }
    guard let stop = log.stop(in: checkpoint.segments) else {
      plan.segments += checkpoint.segments.map { .init(path: $0.path, kind: .checkpoint) }
      return true
    }
    plan.segments += Self.segments(checkpoint.segments, upTo: stop, .checkpoint)
    repairWithCheckpoint(stop)
    return false
  }

  private mutating func replaySegments(from first: Int, to endAt: Int, snapshot: ChunkSnapshot?) {
    let segments = directory.wal?.segments ?? []
    ignoredSegments = segments.filter { $0.number < first && snapshot == nil }
    if first > endAt {
      isSuspicious = isSuspicious || ignoredSegments.contains { $0.size > 0 }
    } else if let present = segments.first?.number ?? (first <= endAt ? endAt : nil),
      present > first
    {
      let name = LogStart.name(first)
      return repairFails(
        "open WAL segment: \(first): open \(options.storagePath)/wal/\(name): "
          + "no such file or directory")
    }
    let wanted = segments.filter { $0.number >= first }
    let stop = log.stop(in: wanted)
    plan.segments += Self.segments(wanted, upTo: stop, .wal)
    if let snapshot, let cut = plan.segments.firstIndex(where: { $0.kind == .wal }),
      wanted.first?.number == snapshot.segment
    {
      plan.segments[cut].start = snapshot.offset
    }
    if let stop { repair(stop, wanted) } else { replayLateLog() }
  }

  private static func segments(
    _ all: [SegmentFile], upTo stop: LogStop?, _ kind: ReplayPlan.Segment.Kind
  ) -> [ReplayPlan.Segment] {
    var result: [ReplayPlan.Segment] = []
    for segment in all {
      var item = ReplayPlan.Segment(path: segment.path, kind: kind)
      if let stop, stop.segment.number == segment.number { item.limit = stop.record }
      if let stop, stop.segment.number < segment.number { break }
      result.append(item)
    }
    return result
  }
}

extension StartupWalk {
  /// Nothing that the repair can act on: the server ends, each time anew.
  private mutating func repairFails(_ cause: String) {
    start.warnings.append("Encountered WAL read error, attempting repair err=\"\(cause)\"")
    refuse("repair corrupted WAL: cannot handle error: \(cause)")
  }

  /// The repair of the WAL: what is behind the stop is deleted, the WBL is not read this time.
  private mutating func repair(_ stop: LogStop, _ segments: [SegmentFile]) {
    isSuspicious = true
    start.warnings += [
      "Encountered WAL read error, attempting repair err=\"\(stop.words)\"",
      "Starting corruption repair segment=\(stop.segment.number) offset=\(stop.offset)",
      "Deleting all segments newer than corrupted segment segment=\(stop.segment.number)",
      "Rewrite corrupted segment segment=\(stop.segment.number)",
    ]
    if options.version > .v2_42 { start.warnings.append("Successfully repaired WAL") }
    delete(segments.filter { $0.number > stop.segment.number })
    cut(stop)
    let late = directory.wbl?.segments.filter { $0.size > 0 } ?? []
    guard !late.isEmpty else { return }
    var next = plan
    next.segments += Self.segments(late, upTo: log.stop(in: late), .wbl)
    secondPlan = next
    second = StartupPrediction.Start()
  }

  /// What goes wrong where the checkpoint is damaged: the error names a segment of the checkpoint, and
  /// the repair takes it for one of the WAL.
  private mutating func repairWithCheckpoint(_ stop: LogStop) {
    isSuspicious = true
    let number = stop.segment.number
    let segments = directory.wal?.segments ?? []
    start.warnings += [
      "Encountered WAL read error, attempting repair err=\"backfill checkpoint: \(stop.words)\"",
      "Starting corruption repair segment=\(number) offset=\(stop.offset)",
      "Deleting all segments newer than corrupted segment segment=\(number)",
    ]
    delete(segments.filter { $0.number > number })
    if segments.contains(where: { $0.number == number }) { return }
    let name = words.name(directory.wal?.path ?? "") + "/" + LogStart.name(number)
    refuse("repair corrupted WAL: rename \(name) \(name).repair: no such file or directory")
    if number == 0 {
      secondPlan = plan
      second = StartupPrediction.Start()
    }
  }

  private mutating func delete(_ segments: [SegmentFile]) {
    start.deletes += segments.map { words.name($0.path) }
    start.loss.segments += segments.count
    start.loss.bytes += segments.totalSize
  }

  private mutating func cut(_ stop: LogStop) {
    // The copy of an earlier repair has the name that this one uses.
    let copies = directory.wal?.repairCopies.filter { $0.path == stop.segment.path + ".repair" }
    start.deletes += (copies ?? []).map { words.name($0.path) }
    start.loss.bytes += (copies ?? []).reduce(0) { $0 + $1.size }
    start.truncates.append(words.name(stop.segment.path))
    start.loss.segments += 1
    start.loss.bytes += max(0, stop.segment.size - stop.record)
  }

  /// The log of late samples, which is read where nothing went wrong before.
  private mutating func replayLateLog() {
    guard !options.isAgent, let segments = directory.wbl?.segments, !segments.isEmpty else {
      return
    }
    let stop = log.stop(in: segments)
    plan.segments += Self.segments(segments, upTo: stop, .wbl)
    guard let stop else { return }
    isSuspicious = true
    if options.version == .v2_42 { return repairWrongLog(stop) }
    start.warnings += [
      "Encountered WBL read error, attempting repair err=\"\(stop.words)\"",
      "Starting corruption repair segment=\(stop.segment.number) offset=\(stop.offset)",
      "Deleting all segments newer than corrupted segment segment=\(stop.segment.number)",
      "Rewrite corrupted segment segment=\(stop.segment.number)", "Successfully repaired WBL",
    ]
    delete(segments.filter { $0.number > stop.segment.number })
    cut(stop)
  }

  /// 2.42 repairs the WAL where the WBL is damaged, at the same segment and offset.
  private mutating func repairWrongLog(_ stop: LogStop) {
    let segments = directory.wal?.segments ?? []
    start.warnings.append("Encountered WAL read error, attempting repair err=\"\(stop.words)\"")
    delete(segments.filter { $0.number > stop.segment.number })
    guard let same = segments.first(where: { $0.number == stop.segment.number }) else {
      let name = "\(options.storagePath)/wal/\(LogStart.name(stop.segment.number))"
      return refuse(
        "repair corrupted WAL: rename \(name) \(name).repair: no such file or directory")
    }
    start.truncates.append(words.name(same.path))
    var next = plan
    next.segments.removeAll { item in
      item.kind == .wal && segments.contains { $0.path == item.path && $0.number > same.number }
    }
    for index in next.segments.indices where next.segments[index].path == same.path {
      next.segments[index].limit = stop.offset
    }
    secondPlan = next
    second = StartupPrediction.Start()
  }
}

extension StartupWalk {
  /// True where `chunks_head` was cut: then a snapshot is not used.
  private var damagedHeadChunks: Bool {
    plan.headChunks.count < directory.headChunks.count
      && start.warnings.contains { $0.hasPrefix("Loading on-disk chunks failed") }
  }

  /// A server deletes the first damaged file and all behind it, and has the WAL for their samples
  /// (`removeCorruptedMmappedChunks`).
  private mutating func cutHeadChunks() {
    guard let place = plan.headChunks.firstIndex(where: { log.suspects.contains($0.path) }) else {
      return
    }
    let damaged = plan.headChunks[place...].first { !SoundFile.isReadToTheEnd($0.path) }
    guard let damaged,
      let first = plan.headChunks.firstIndex(where: { $0.number == damaged.number })
    else { return }
    isSuspicious = true
    start.warnings.append(
      "Loading on-disk chunks failed err=\"iterate on\(options.version < .v3_14 ? " on" : "")-disk "
        + "chunks: corruption in head chunk file \(words.name(damaged.path))\"")
    start.deletes += plan.headChunks[first...].map { words.name($0.path) }
    plan.headChunks.removeSubrange(first...)
  }

  /// The snapshot that is loaded; nil without one, or where it is removed or damaged.
  private mutating func usableSnapshot() -> ChunkSnapshot? {
    guard !options.isAgent, options.enables("memory-snapshot-on-shutdown"),
      let last = directory.snapshots.last
    else { return nil }
    let endAt = directory.wal?.segments.last.map { $0.number &+ 1 } ?? 0
    if options.version > .v2_42, endAt < last.segment {
      start.warnings.append("Last WAL file is behind snapshot, removing snapshots")
      start.deletes += directory.snapshots.map { words.name($0.path) }
      isSuspicious = true
      return nil
    }
    isSuspicious = true
    if last.segments.haveGap || !last.segments.allSatisfy({ SoundFile.isSnapshot($0.path) }) {
      start.warnings.append("Failed to load chunk snapshot")
      return nil
    }
    return last
  }
}
