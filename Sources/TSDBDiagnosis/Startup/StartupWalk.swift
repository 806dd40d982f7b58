internal import TSDBAnalysis
internal import TSDBCheck
internal import TSDBFormat
internal import TSDBStore

/// Goes through a directory as a server does when it starts, and finds where it would stop, what it would
/// delete, and what it would read (Prometheus: tsdb/db.go, `open`; tsdb/head.go, `Init`).
struct StartupWalk {
  let directory: DataDirectory
  let options: StartupOptions
  let words: ServerWords
  let log: LogStart
  /// What becomes of a log of 2.0 to 2.3; nil where there is none, or the release does not know it.
  let oldLog: OldLogStart?

  /// What happens.
  var start = StartupPrediction.Start()
  /// What is served.
  var plan = ReplayPlan()
  /// What happens the next time, where that is something else.
  var second: StartupPrediction.Start?
  /// What is served by the next start that comes up, where that is something else.
  var secondPlan: ReplayPlan?
  /// True where something was met that may cost samples.
  var isSuspicious = false
  /// Segments that are there and not read.
  var ignoredSegments: [SegmentFile] = []
  /// Blocks that are there and not served.
  var droppedBlocks: [BlockFolder] = []
  /// Of these, those that stay where they are, because their `meta.json` cannot be read.
  private(set) var ignoredBlocks: [BlockFolder] = []
  /// Why blocks are deleted that nothing replaces, in words.
  private(set) var blockReasons: [Message] = []
  /// True where the refusal comes of whose files are, and not of what they hold.
  var isDenied = false

  init(_ directory: DataDirectory, _ options: StartupOptions, suspects: LogSuspects) {
    self.directory = directory
    self.options = options
    words = ServerWords(
      directory: directory.path, storagePath: options.storagePath,
      user: options.runsAs(directory))
    log = LogStart(suspects: suspects, options: options, words: words)
    oldLog = OldLogStart(directory, options, words)
    plan.generation = options.version.generation
    plan.knowsZstd = options.version.readsZstd
    if options.isAgent || directory.kind == .agent {
      walkAgent()
    } else {
      walk()
    }
    if let refused = start.message, !refused.hasPrefix("panic: "), refused != besideAnother {
      start.message = "opening storage failed: " + refused
    }
  }

  mutating func refuse(_ message: String) {
    start.outcome = .refuses
    start.message = message
  }

  private mutating func walk() {
    if let cause = unusableQueryLog ?? unusableLog { return deny(cause) }
    removeLeftovers()
    if let cause = lockedOut { return refuse(cause) }
    if let cause = unusableLock ?? unusableFolders { return deny(cause) }
    let hasGap = oldLog == nil && directory.wal?.segments.haveGap == true
    if hasGap || directory.wbl?.segments.haveGap == true {
      return refuse("get segment range: segments are not sequential")
    }
    guard openHeadChunks() else { return }
    let blocks = BlockStart(directory, options, words)
    start.warnings += blocks.warnings
    blockReasons = blocks.reasons
    if let refusal = blocks.refusal {
      return refusal.hasSuffix("permission denied") ? deny(refusal) : refuse(refusal)
    }
    start.deletes += blocks.deleted.map { words.name($0.path) }
    droppedBlocks += blocks.deleted + blocks.ignored
    ignoredBlocks = blocks.ignored
    isSuspicious = isSuspicious || !droppedBlocks.isEmpty
    plan.blocks = blocks.served
    plan.minValidTime = blocks.minValidTime
    replay()
  }

  /// Opens the log of an agent, which has nothing else (tsdb/agent/db.go).
  private mutating func walkAgent() {
    if let cause = lockedOut { return refuse(cause) }
    if directory.wal?.segments.haveGap == true {
      return refuse("creating WAL: get segment range: segments are not sequential")
    }
    replay()
  }

  /// What keeps a server from starting beside one that runs. Beside one without a lock it would start, and
  /// both would write over one another: no guard lets that happen.
  private var lockedOut: String? {
    if options.isRestart { return nil }
    if let besideAnother { return besideAnother }
    guard options.takesLock, directory.lock == .held else { return nil }
    return "lock DB directory: resource temporarily unavailable"
  }

  private var besideAnother: String? {
    guard case .inUse(let user) = directory.lock else { return nil }
    return "\(user.text) writes into \(directory.path) without a lock"
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
    if let folder = unusableHeadChunks {
      deny(folder)
      return false
    }
    let empty = files.first(where: \.isEmpty)
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
    // The last one is opened first.
    for file in files.suffix(1) + files.dropLast() {
      let isLast = file.number == files.last?.number
      guard let cause = words.failure(ofHeadChunks: file.path, isLast: isLast) else { continue }
      if cause.hasSuffix("permission denied") { deny(cause) } else { refuse(cause) }
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
      plan.segments += snapshot.segments.segments(of: .snapshot)
    }
    if let oldLog { return replayMigrated(oldLog) }
    let used = damagedHeadChunks ? nil : snapshot
    if let file = directory.wal?.falseCheckpoints.first {
      return repairFails("find last checkpoint: checkpoint \(file.name) is not a directory")
    }
    let order = ReplayOrder(directory, from: used)
    let endAt = directory.wal?.segments.last.map { $0.number &+ 1 } ?? 0
    if let checkpoint = order.checkpoint {
      guard replay(checkpoint) else { return }
    }
    replaySegments(from: order.firstSegment, to: endAt, snapshot: used)
  }

  /// False where the server ends there.
  private mutating func replay(_ checkpoint: Checkpoint) -> Bool {
    if let cause = unusable(checkpoint) {
      denyReplay(cause)
      return false
    }
    if checkpoint.segments.haveGap {
      let name = words.name(checkpoint.path)
      repairFails("open checkpoint: list segment in dir:\(name): segments are not sequential")
      return false
    }
    if checkpoint.segments.allSatisfy({ $0.size == 0 }) { isSuspicious = true }
    guard let stop = log.stop(in: checkpoint.segments) else {
      plan.segments += checkpoint.segments.segments(of: .checkpoint)
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
      let name = SegmentFile.name(first)
      return repairFails(
        "open WAL segment: \(first): open \(options.storagePath)/wal/\(name): "
          + "no such file or directory")
    }
    let wanted = segments.filter { $0.number >= first }
    if let lost = wanted.first(where: { $0.name != $0.nameOpened }) {
      return repairFails(
        "open WAL segment: \(lost.number): open \(options.storagePath)/wal/\(lost.nameOpened): "
          + "no such file or directory")
    }
    if let cause = unusable(wanted, in: "wal", "WAL") { return denyReplay(cause) }
    let stop = log.stop(in: wanted)
    plan.segments += Self.segments(wanted, upTo: stop, .wal)
    if let snapshot, let cut = plan.segments.firstIndex(where: { $0.part == .wal }),
      wanted.first?.number == snapshot.segment
    {
      plan.segments[cut].start = snapshot.offset
    }
    if let stop { repair(stop, wanted) } else { replayLateLog() }
  }

  static func segments(
    _ all: [SegmentFile], upTo stop: LogStop?, _ part: LogPart
  ) -> [LogSegment] {
    var result: [LogSegment] = []
    for segment in all {
      var item = LogSegment(path: segment.path, part: part)
      if let stop, stop.segment.number == segment.number { item.limit = stop.record }
      if let stop, stop.segment.number < segment.number { break }
      result.append(item)
    }
    return result
  }
}
