internal import TSDBFormat
internal import TSDBStore
internal import Wording

/// `drop-undefined`: what hangs on definitions that an operation took out of the log goes with them: chunks
/// of `chunks_head`, entries of the WBL, snapshots. It is no operation of its own, but the end of each
/// that changes what the log defines.
enum DropUndefined {
  /// The step for a log that defined the refs `formerly`; nil where nothing is left of any that it does
  /// not define any more, nor of any that new series would get. Where a server will cut the log itself, at
  /// `stop`, what is defined behind that is defined no more either.
  static func step(
    _ directory: DataDirectory, formerly: RefSet, before stop: LogPlace? = nil,
    _ memory: RepairMemory? = nil
  ) throws(FileError) -> RepairStep? {
    guard holdsRefs(directory) else { return nil }
    var defined =
      stop == nil
      ? try RefSet(definedBy: directory, memory)
      : try RefSet(definedBy: directory, before: stop)
    let logged = defined
    var gone: [ChunkSnapshot] = []
    for snapshot in directory.snapshots {
      if try defines(snapshot, formerly, butNot: logged) { gone.append(snapshot) }
    }
    // A server that reads snapshots knows its series from there.
    if let last = directory.snapshots.last, gone.last?.path != last.path {
      for segment in last.segments { try defined.take(segment.path, isSnapshot: true) }
    }
    let undefined = UndefinedRefs(defined: defined, formerly: formerly)
    let found = try Leftovers(directory, undefined)
    let changes = found.changes + gone.map { DirectoryChange(directory.relative($0.path), .remove) }
    guard !changes.isEmpty else { return nil }
    return RepairStep(
      operation: .dropUndefined, why: why(found, gone.count, stop), loss: found.loss(gone),
      changes: changes)
  }

  /// True where there is something beside the log that is read by ref.
  static func holdsRefs(_ directory: DataDirectory) -> Bool {
    !directory.headChunks.isEmpty || !(directory.wbl?.segments.isEmpty ?? true)
      || !directory.snapshots.isEmpty
  }

  /// True for a snapshot with a series that the log had and has not any more.
  private static func defines(
    _ snapshot: ChunkSnapshot, _ formerly: RefSet, butNot logged: RefSet
  ) throws(FileError) -> Bool {
    var isMet = false
    for segment in snapshot.segments where !isMet {
      try SeriesDropPass.forEachSeries(segment.path, isSnapshot: true) { ref, _ in
        if formerly.contains(ref), !logged.contains(ref) { isMet = true }
      }
    }
    return isMet
  }

  private static func why(
    _ found: Leftovers, _ snapshots: Int, _ stop: LogPlace?
  ) -> String {
    var parts: [String] = []
    if found.chunks.chunks > 0 {
      parts.append("\(Units.count(found.chunks.chunks)) chunks of chunks_head")
    }
    if found.entries > 0 { parts.append("\(Units.count(found.entries)) entries of the WBL") }
    if snapshots > 0 { parts.append("\(snapshots) snapshots") }
    let damage = stop.map {
      "; wal/\(SegmentFile.name($0.segment)) is damaged at byte \($0.offset), where a server cuts the log"
    }
    return parts.joined(separator: ", ")
      + ": the log does not define their series, and new ones would get their refs and samples"
      + (damage ?? "")
  }
}

/// What lies in `chunks_head` and in the WBL under refs that nothing defines.
private struct Leftovers {
  let chunks: HeadChunkDrop
  /// Entries of the WBL.
  private(set) var entries = 0
  private(set) var changes: [DirectoryChange] = []
  private var samples = 0
  private var times = TimeRange()
  private var bytes = 0

  init(_ directory: DataDirectory, _ undefined: UndefinedRefs) throws(FileError) {
    let refs = DroppedRefs(undefined: undefined)
    let chunks = try HeadChunkDrop(
      directory.headChunks, refs, minValidTime: directory.minValidTime)
    self.chunks = chunks
    (samples, times) = (chunks.samples, chunks.times)
    let items = LogItem.all(of: directory).filter { $0.part == .wbl }
    let pass = SeriesDropPass(refs, chunks)
    let walk = SegmentWalk(items, refs, chunks)
    changes = chunks.changes(in: directory)
    bytes = chunks.bytes
    for item in items {
      let result = try pass.rewrite(item.segment.path) { _ throws(FileError) in }
      guard result.isChanged else { continue }
      entries += result.dropped
      samples += result.samples
      times.include(result.times)
      bytes += max(0, item.segment.size - result.newSize)
      changes.append(
        DirectoryChange(
          item.path,
          .replace(size: result.newSize) { sink throws(FileError) in
            try walk.write(item, to: sink)
          }))
    }
  }

  func loss(_ snapshots: [ChunkSnapshot]) -> Loss {
    Loss(
      samples: samples, bytes: bytes + snapshots.reduce(0) { $0 + $1.size }, timeRange: times)
  }
}
