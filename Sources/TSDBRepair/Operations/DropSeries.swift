public import TSDBAnalysis
internal import TSDBFormat
public import TSDBStore
internal import Wording

/// `surgery drop-series`: every series that a selector selects leaves the head. Its definitions,
/// samples, exemplars, metadata, deletions and chunks leave the last checkpoint, the WAL, the WBL,
/// `chunks_head` and the snapshots; everything else stays, in its order, with its refs and in its
/// files.
///
/// A pass over the series records finds the refs that leave: a few bits each, so that a log of any size
/// needs little memory. Then each file is read once, and written anew if something leaves it. Records
/// that nothing leaves are laid out with the bytes that they had.
///
/// Where a ref stands for one series after another, its entries belong to that of the last record before
/// them, and to that of the first record where there is none before. A chunk of such a ref stays.
public struct DropSeries {
  /// Refs of series that leave; a series may have several.
  public let refs: Int
  /// Refs that stood for a series that leaves, and for one that stays.
  public let mixedRefs: Int
  /// Selectors that select no series of the head.
  public let idle: [Selector]
  /// Entries of all kinds that leave the logs.
  public private(set) var entries = 0
  /// Chunks that leave `chunks_head`.
  public let chunks: Int
  /// What leaves: all that is in the log, and chunks that are older.
  public private(set) var loss = Loss()
  /// What cannot be read in the files that are written anew, and is not in them any more.
  public private(set) var damage: [FileError] = []
  /// The same by metric and target, and what stays.
  public private(set) var toll = Toll()
  /// Why files of `chunks_head` stay as they are.
  public private(set) var kept: [FileError] = []
  /// What is to be done.
  public private(set) var changes: [DirectoryChange] = []

  private let directory: DataDirectory
  private var isDoubtful = false

  /// Looks at the whole head of `directory`. Throws `FileError` where a file cannot be read.
  ///
  /// Where something was deleted, or may be in blocks besides, what leaves is counted series by series, as
  /// `view` says.
  public init(
    _ directory: DataDirectory, _ selectors: [Selector],
    view: SampleView.Options = SampleView.Options(maxMemory: 128 << 20)
  ) async throws(FileError) {
    try self.init(directory, DroppedRefs(selectors), selectors)
    if isDoubtful { try await count(directory, selectors, view) }
  }

  /// The same for all series whose labels have one of `flaws`; of what leaves more than a server serves less, the
  /// look at the directory before and after tells.
  init(_ directory: DataDirectory, flaws: Set<LabelFlaw>) throws(FileError) {
    try self.init(directory, DroppedRefs(flaws: flaws), [])
  }

  private init(
    _ directory: DataDirectory, _ wanted: DroppedRefs, _ selectors: [Selector]
  ) throws(FileError) {
    try directory.requireLogOfToday()
    self.directory = directory
    let minValidTime = directory.minValidTime
    var tally = DropTally(minValidTime: minValidTime)
    let items = LogItem.all(of: directory)
    let refs = try Self.learn(items, directory, wanted, &tally)
    self.refs = refs.count
    idle = refs.idle.sorted().map { selectors[$0] }
    mixedRefs = refs.mixedCount
    let chunks = try HeadChunkDrop(
      directory.headChunks, refs, minValidTime: minValidTime
    ) { tally.note($0, samples: $1) }
    self.chunks = chunks.chunks
    let pass = SeriesDropPass(refs, chunks, tally: tally.behind(chunks.last))
    let inOrder = try Self.look(at: items.filter { $0.part != .wbl }, directory, pass)
    pass.beginLate()
    let late = try Self.look(at: items.filter { $0.part == .wbl }, directory, pass)
    let segments = (inOrder + late).filter(\.result.isChanged)
    count(segments.map(\.result), chunks)
    loss.series = tally.series
    if let tally = pass.tally {
      (loss.samples, loss.timeRange, toll) = (tally.samples, tally.times, tally.toll)
      isDoubtful = tally.isDoubtful
    }
    changes = chunks.changes(in: directory) + logChanges(segments, items, refs, chunks)
    changes += try snapshotChanges(inOrder, refs)
  }

  /// The step of a repair.
  public var step: RepairStep {
    var why =
      "\(Units.count(loss.series)) series \(loss.series == 1 ? "leaves" : "leave") the head, with \(Units.count(entries)) entries of the log and \(Units.count(chunks)) chunks"
    if mixedRefs > 0 {
      why +=
        "; \(Units.count(mixedRefs)) refs stood for one that stays too: what cannot be told apart stays"
    }
    if let first = damage.first {
      // The path stands first; a plan is tried elsewhere.
      let place = directory.relative("\(first)")
      why +=
        damage.count == 1
        ? "; a damaged place leaves too: \(place)"
        : "; \(Units.count(damage.count)) damaged places leave too, the first: \(place)"
    }
    if let first = kept.first {
      let file = directory.relative("\(first)")
      why +=
        kept.count == 1
        ? "; a damaged file of chunks_head stays as it is: \(file)"
        : "; \(Units.count(kept.count)) damaged files of chunks_head stay as they are, the first: \(file)"
    }
    return RepairStep(operation: .dropSeries, why: why, loss: loss, toll: toll, changes: changes)
  }
}

extension DropSeries {
  /// A segment, and what leaves it.
  private struct Segment {
    let item: LogItem
    let result: SeriesDropPass.Result
  }

  /// Counts what is served less, series by series.
  private mutating func count(
    _ directory: DataDirectory, _ selectors: [Selector], _ view: SampleView.Options
  ) async throws(FileError) {
    var view = view
    view.selectors = selectors
    var all = ReplayComparison.Count()
    var samples: [[UInt8]: Int] = [:]
    try await SampleLoss.ofHead(directory, view) { labels, count in
      all.add(count)
      samples[labels.value("__name__"), default: 0] += count.samples
    }
    (loss.samples, loss.timeRange) = (all.samples, all.timeRange)
    toll = toll.counting(samples)
  }

  /// Learns from all series records which refs leave.
  private static func learn(
    _ items: [LogItem], _ directory: DataDirectory, _ wanted: DroppedRefs,
    _ tally: inout DropTally
  ) throws(FileError) -> DroppedRefs {
    var refs = wanted
    for item in items where item.part != .wbl {
      try SeriesDropPass.forEachSeries(item.segment.path, isSnapshot: false) { ref, labels in
        let (leaves, isNew) = refs.learn(ref, labels)
        if isNew { tally.learn(ref, labels, leaves: leaves) }
      }
    }
    for segment in directory.snapshots.flatMap(\.segments) {
      try SeriesDropPass.forEachSeries(segment.path, isSnapshot: true) { ref, labels in
        let (leaves, isNew) = refs.learn(ref, labels)
        if isNew { tally.meet(labels, leaves: leaves) }
      }
    }
    return refs
  }

  /// Goes through segments without writing them.
  private static func look(
    at items: [LogItem], _ directory: DataDirectory, _ pass: SeriesDropPass
  ) throws(FileError) -> [Segment] {
    var segments: [Segment] = []
    for item in items {
      let snapshot = directory.snapshots.last { $0.segment == item.segment.number }
      let result = try pass.rewrite(
        item.segment.path, mark: item.part == .wal ? snapshot?.offset : nil
      ) { _ throws(FileError) in }
      segments.append(Segment(item: item, result: result))
    }
    return segments
  }

  private mutating func count(_ results: [SeriesDropPass.Result], _ chunks: HeadChunkDrop) {
    for result in results {
      entries += result.dropped
      loss.exemplars += result.exemplars
      loss.metadata += result.metadata
      damage += result.damage
    }
    kept = chunks.damage
    loss.bytes += chunks.bytes
  }

  private mutating func logChanges(
    _ segments: [Segment], _ items: [LogItem], _ refs: DroppedRefs, _ chunks: HeadChunkDrop
  ) -> [DirectoryChange] {
    for segment in segments {
      loss.bytes += max(segment.item.segment.size - segment.result.newSize, 0)
    }
    let walk = SegmentWalk(items, refs, chunks)
    var changes: [DirectoryChange] = []
    let checkpoint = segments.filter { $0.item.part == .checkpoint }
    if let first = checkpoint.first {
      // A checkpoint is replaced as a whole, so that a server never sees a part of it.
      let all = items.filter { $0.part == .checkpoint }
      let size = all.reduce(0) { $0 + $1.segment.size + Fragment.pageSize }
      changes.append(
        DirectoryChange(
          Path.parent(first.item.path),
          .folder(size: size) { folder throws(FileError) in
            for item in all {
              try folder.file(item.segment.name) { sink throws(FileError) in
                try walk.write(item, to: sink)
              }
            }
          }))
    }
    for segment in segments where segment.item.part != .checkpoint {
      changes.append(
        DirectoryChange(
          segment.item.path,
          .replace(size: segment.result.newSize) { sink throws(FileError) in
            try walk.write(segment.item, to: sink)
          }))
    }
    return changes
  }

  /// A snapshot says in its name up to where in the WAL it reaches, and that place has moved.
  private func snapshotChanges(
    _ segments: [Segment], _ refs: DroppedRefs
  ) throws(FileError) -> [DirectoryChange] {
    var changes: [DirectoryChange] = []
    for snapshot in directory.snapshots {
      let cut = segments.first {
        $0.item.part == .wal && $0.item.segment.number == snapshot.segment
      }
      let isMoved = cut?.result.isChanged ?? false
      let offset = isMoved ? cut?.result.mark ?? snapshot.offset : snapshot.offset
      let path = directory.relative(snapshot.path)
      let pass = SeriesDropPass(refs, nil)
      var dropped = 0
      var size = 0
      for segment in snapshot.segments {
        let result = try pass.rewrite(segment.path, isSnapshot: true) { _ throws(FileError) in }
        dropped += result.dropped
        size += result.newSize
      }
      let name = Self.name(ofSnapshotAt: snapshot.segment, offset)
      if dropped == 0 {
        if name != path { changes.append(DirectoryChange(path, .rename(to: name))) }
        continue
      }
      changes.append(
        DirectoryChange(
          name,
          .folder(size: size) { folder throws(FileError) in
            let pass = SeriesDropPass(refs, nil)
            for segment in snapshot.segments {
              try folder.file(segment.name) { sink throws(FileError) in
                _ = try pass.rewrite(segment.path, isSnapshot: true) { bytes throws(FileError) in
                  try sink.write(bytes)
                }
              }
            }
          }))
      if name != path { changes.append(DirectoryChange(path, .remove)) }
    }
    return changes
  }

  /// Six digits for the segment, ten for the offset (Prometheus: tsdb/head_wal.go,
  /// `chunkSnapshotDir`).
  private static func name(ofSnapshotAt segment: Int, _ offset: Int) -> String {
    func padded(_ number: Int, _ width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
    return "chunk_snapshot.\(padded(segment, 6)).\(padded(offset, 10))"
  }
}

/// Goes through the segments once, in order, and writes those that are asked for: a ref with several
/// series must be followed through all of them.
final class SegmentWalk {
  private var rest: ArraySlice<LogItem>
  private let pass: SeriesDropPass
  private let follows: Bool

  init(_ items: [LogItem], _ refs: DroppedRefs, _ chunks: HeadChunkDrop) {
    rest = items[...]
    pass = SeriesDropPass(refs, chunks)
    follows = refs.mixedCount > 0
  }

  /// One that takes samples out.
  init(_ items: [LogItem], _ samples: SampleCut, _ chunks: HeadChunkDrop) {
    rest = items[...]
    pass = SeriesDropPass(samples, chunks)
    follows = false
  }

  func write(_ item: LogItem, to sink: FileSink) throws(FileError) {
    while let next = rest.first, next.path != item.path {
      rest.removeFirst()
      guard follows else { continue }
      _ = try pass.rewrite(next.segment.path) { _ throws(FileError) in }
    }
    if !rest.isEmpty { rest.removeFirst() }
    _ = try pass.rewrite(item.segment.path) { bytes throws(FileError) in try sink.write(bytes) }
  }
}
