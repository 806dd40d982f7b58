internal import TSDBAnalysis
internal import TSDBCheck
internal import TSDBFormat
internal import TSDBStore

/// Whether a start, and what follows on it, has room on the file system: watched on 2.42, 2.53 and 3.5
/// that were started on full ones, tmpfs and ext4.
struct StartupSpace {
  private let walk: StartupWalk
  private let evidence: StartupEvidence
  private let options: StartupOptions
  private let space: FreeSpace

  /// A file of `chunks_head` gets this much as it is made (tsdb/chunks/head_chunks_other.go).
  static let headChunkFile = 128 << 10

  init(
    _ walk: StartupWalk, _ evidence: StartupEvidence, _ options: StartupOptions, _ space: FreeSpace
  ) {
    self.walk = walk
    self.evidence = evidence
    self.options = options
    self.space = space
  }

  /// Bytes that the server can have: some file systems keep a part for root.
  private var free: Int { walk.words.user == nil ? space.bytesForRoot : space.bytes }

  /// Says what becomes of `start` for want of space; leaves one alone that fails before.
  func look(_ start: inout StartupPrediction.Start) {
    guard start.outcome != .refuses else { return }
    if let message = missingFile ?? missingBytes(start) {
      start.outcome = .refuses
      start.message = message
      let files: Message = space.files.map { "\($0)" } ?? "any number of"
      start.reasons.append(
        "\(count: free, of: "bytes") and \(files) files are free where the directory lies\(willFree)"
      )
      start.reasons += couldBeFreed
    } else if start.outcome == .starts, isSoonFull {
      start.outcome = .startsThenFails
      start.message = "panic: preallocate: no space left on device"
      start.reasons.append(
        "\(count: free, of: "bytes") are free where the directory lies: nothing can be written to the log, and the "
          + "server ends when it makes the next file of chunks_head, which takes \(Self.headChunkFile)\(willFree)"
      )
      start.reasons += couldBeFreed
    }
  }

  /// What the start itself makes room with.
  private var willFree: Message {
    let bytes = walk.deletedBytes
    return bytes > 0 ? "; the start deletes \(count: bytes, of: "bytes") first" : ""
  }

  /// What takes room and that no server needs, else the oldest block.
  private var couldBeFreed: [Message] {
    let directory = walk.directory
    let spare = directory.quarantines + [directory.snapshotsFolder].compactMap(\.self)
    let large = spare.map { (name: $0.name, bytes: $0.treeSize) }.filter { $0.bytes > 0 }
    if !large.isEmpty {
      return large.map {
        "\(path: $0.name) takes \(count: $0.bytes, of: "bytes") and is not read by a server: moved elsewhere, it makes room"
      }
    }
    let oldest = walk.plan.blocks.min { left, right in
      guard case .success(let first) = left.meta, case .success(let second) = right.meta else {
        return false
      }
      return first.minTime < second.minTime
    }
    return oldest.map {
      [
        "the oldest block, \(path: $0.name), takes \(count: $0.size, of: "bytes"): moved elsewhere, it makes room"
      ]
    } ?? []
  }

  private static let full = "no space left on device"

  /// What cannot be made where no file can be made any more (statvfs counts those of the file system).
  private var missingFile: String? {
    guard let files = space.files else { return nil }
    let parts = Set(walk.directory.parts.map(\.name))
    let path = options.storagePath
    let segment = SegmentFile.name(walk.directory.wal?.segments.last.map { $0.number &+ 1 } ?? 0)
    var wanted: [(name: String, message: String)] = []
    if !options.isAgent, walk.directory.kind == .server {
      wanted.append(("queries.active", "panic: Unable to create mmap-ed active query log"))
    }
    if options.takesLock {
      wanted.append(("lock", "opening storage failed: lock DB directory: open \(path)/lock: "))
    }
    wanted.append(("wal", "opening storage failed: create dir: mkdir \(path)/wal: "))
    wanted.append(("", "opening storage failed: open \(path)/wal/\(segment): "))
    if walk.directory.kind == .server {
      wanted.append(("chunks_head", "opening storage failed: mkdir \(path)/chunks_head: "))
    }
    let made = wanted.filter { !parts.contains($0.name) }
    guard made.count > files else { return nil }
    let message = made[files].message
    return message.hasSuffix(": ") ? message + Self.full : message
  }

  /// What cannot be written for want of bytes.
  private func missingBytes(_ start: StartupPrediction.Start) -> String? {
    guard !options.isAgent, walk.directory.kind == .server else { return nil }
    // What is there of the query log is cut off before it is written anew.
    var left = free &+ pages(walk.directory.activeQueries?.size ?? 0)
    left &-= options.version.queryLog
    // The log of queries is opened before the storage, which deletes.
    if left < 0 { return options.version.queryLogError }
    left &+= walk.deletedBytes
    if mapsChunks {
      left &-= Self.headChunkFile
      if left < 0 { return "panic: preallocate: \(Self.full)" }
    }
    guard let kept = walk.rewrittenBytes, left < kept.bytes else { return nil }
    return "opening storage failed: repair corrupted WAL: insert record: write "
      + "\(walk.words.name(kept.path)): \(Self.full)"
  }

  /// True where the replay writes chunks that are full: a series has more samples in the log than one
  /// chunk holds and `chunks_head` has, or they reach across an edge at which chunks are cut.
  private var mapsChunks: Bool {
    let head = evidence.head
    guard head.series > 0, !head.timeRange.isEmpty else { return false }
    let mapped =
      walk.plan.headChunks.count < walk.directory.headChunks.count
      ? 0 : evidence.mappedSamples
    let unmapped = head.samples &- mapped
    if unmapped > Self.samplesOfChunk &* head.series { return true }
    guard mapped == 0 else { return false }
    func stretch(_ time: Int64) -> Int64 {
      time.quotientAndRemainder(dividingBy: Self.edgeOfChunks).quotient
    }
    return stretch(head.timeRange.minTime) != stretch(head.timeRange.maxTime)
  }

  /// tsdb/head.go, `DefaultSamplesPerChunk`.
  private static let samplesOfChunk = 120
  /// tsdb/db.go, `DefaultBlockDuration`, in milliseconds.
  private static let edgeOfChunks: Int64 = 7_200_000

  private var isSoonFull: Bool {
    guard !options.isAgent, walk.directory.kind == .server else { return false }
    return free &+ walk.deletedBytes < Self.headChunkFile
  }

  private func pages(_ size: Int) -> Int { (size &+ 4095) / 4096 &* 4096 }
}

extension StartupWalk {
  /// Bytes of the leftovers, which go before anything is opened, and of the blocks that go before the log is read.
  var deletedBytes: Int {
    let deletes = Set(start.deletes)
    let leftovers = (directory.leftovers + (directory.wal?.leftovers ?? [])).filter {
      deletes.contains(words.name($0.path))
    }
    let known = Set(leftovers.map(\.path))
    let blocks = droppedBlocks.filter {
      deletes.contains(words.name($0.path)) && !known.contains($0.path)
    }
    return leftovers.reduce(0) { $0 &+ $1.treeSize } &+ blocks.reduce(0) { $0 &+ $1.size }
  }

  /// The segment that the repair writes anew, and how many bytes of it; the old one stays until that is
  /// done.
  var rewrittenBytes: (path: String, bytes: Int)? {
    guard let cut = plan.segments.first(where: { $0.limit != .max && $0.part == .wal }) else {
      return nil
    }
    return (cut.path, cut.limit)
  }
}

extension FolderEntry {
  /// Deeper than this lies nothing that a server made.
  private static let deepest = 8

  /// Bytes of a file, or of all files in a folder; links are not followed.
  var treeSize: Int { size(to: Self.deepest) }

  private func size(to depth: Int) -> Int {
    guard isDirectory else { return isFile ? size : 0 }
    guard depth > 0, let entries = try? FolderListing.entries(of: path) else { return 0 }
    return entries.reduce(0) { $0 &+ $1.size(to: depth &- 1) }
  }
}
