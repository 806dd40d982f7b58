internal import TSDBAnalysis
internal import TSDBFormat
public import TSDBStore

/// The operations on a single block. Each gives the step that is to be made, or nil where it cannot be
/// done or nothing would change.
public enum BlockSurgery {
  /// True for a step that leaves a block sound and without what could not be read of it.
  static func hidesDamage(_ step: DoneStep) -> Bool {
    step.operation == .dropBadChunks
      || [.rebuildIndex, .rewriteBlock].contains(step.operation) && step.loss.series > 0
  }

  /// `rebuild-index`: label indices, postings, offset tables and table of contents are written anew from
  /// symbols and series. What cannot be read of the series is lost; symbols that cannot be trusted
  /// leave nothing to build from.
  public static func rebuildIndex(
    _ directory: DataDirectory, _ block: BlockFolder
  ) throws(FileError) -> RepairStep? {
    guard let contents = try BlockContents(block, readsChunks: false) else { return nil }
    let before = meta(of: block)
    var references: [UInt64] = []
    while let series = contents.next() { references.append(series.reference) }
    // Series in the wrong place would be left out: `rewrite-block` puts them into theirs.
    guard !references.isEmpty, contents.misplaced == 0 else { return nil }
    let lost = max(0, Int(clamping: before?.stats.numSeries ?? 0) - references.count)
    let size = (block.index?.size ?? 0) + 32 * references.count + 4096
    var new: [UInt32] = []
    var changes = [
      DirectoryChange(
        path("index", directory, block),
        .replace(size: size) { sink throws(FileError) in
          new = try writeIndex(block, to: sink)
        })
    ]
    if let tombstones = try tombstones(of: block), !tombstones.isEmpty, lost > 0 {
      changes.append(
        DirectoryChange(
          path("tombstones", directory, block),
          .replace(size: 20 * tombstones.count + 16) { sink throws(FileError) in
            try sink.write(TombstonesFile.write(tombstones.moved(references, new)))
          }))
    }
    if var meta = before, lost > 0 || !meta.listedFiles.isEmpty {
      meta.dropFileList()
      if lost > 0 {
        meta.stats.numSeries = contents.stats.numSeries
        meta.stats.numChunks = contents.stats.numChunks
      }
      changes.append(metaChange(meta, directory, block))
    }
    return RepairStep(
      operation: .rebuildIndex,
      why: "what leads to the series of \(block.name) is written anew from the series themselves",
      loss: Loss(series: lost), changes: changes)
  }

  /// `drop-bad-chunks`: chunks that cannot be read leave, and so do series of which nothing is left.
  /// All others are laid out anew, with an index that leads to them.
  public static func dropBadChunks(
    _ directory: DataDirectory, _ block: BlockFolder, temporaryFolder: String = "/tmp"
  ) throws(FileError) -> RepairStep? {
    guard let contents = try BlockContents(block, readsChunks: true) else { return nil }
    var references: [UInt64] = []
    while let series = contents.next() { references.append(series.reference) }
    guard contents.badChunks > 0, !references.isEmpty, contents.misplaced == 0 else { return nil }
    let before = meta(of: block)
    let size = block.chunks.totalSize
    let lost = before.map {
      max(0, Int(clamping: $0.stats.numSamples) - Int(clamping: contents.stats.numSamples))
    }
    let writing = BlockRewriting(block, temporaryFolder: temporaryFolder)
    var changes = [
      DirectoryChange(
        path("chunks", directory, block),
        .folder(size: size) { folder throws(FileError) in
          try writing.writeChunks(to: folder)
        }),
      DirectoryChange(
        path("index", directory, block),
        .replace(size: (block.index?.size ?? 0) + 4096) { sink throws(FileError) in
          try writing.writeIndex(to: sink)
        }),
    ]
    if let tombstones = try tombstones(of: block), !tombstones.isEmpty {
      changes.append(
        DirectoryChange(
          path("tombstones", directory, block),
          .replace(size: 20 * tombstones.count + 16) { sink throws(FileError) in
            try sink.write(TombstonesFile.write(tombstones.moved(references, writing.references)))
          }))
    }
    var meta = before ?? fresh(block, contents)
    let deletions = meta.stats.numTombstones
    meta.stats = contents.stats
    meta.stats.numTombstones = deletions
    meta.dropFileList()
    changes.append(metaChange(meta, directory, block))
    return RepairStep(
      operation: .dropBadChunks,
      why: contents.badChunks == 1
        ? "a chunk of \(block.name) cannot be read"
        : "\(contents.badChunks) chunks of \(block.name) cannot be read",
      loss: Loss(
        series: contents.badSeries, samples: lost ?? 0,
        bytes: max(0, size - contents.chunkBytes), timeRange: contents.badTimes),
      changes: changes)
  }

  /// `rebuild-meta`: name, times and counts of `meta.json` are made from the folder, the index and the
  /// chunks; what else it says stays, if it can be read. Times that cover more than the chunks are
  /// believed, unless `keepsTimes` is false.
  public static func rebuildMeta(
    _ directory: DataDirectory, _ block: BlockFolder, keepsTimes: Bool = true
  ) throws(FileError) -> RepairStep? {
    guard let ulid = block.ulid, let contents = try BlockContents(block, readsChunks: true) else {
      return nil
    }
    while contents.next() != nil {}
    guard !contents.times.isEmpty else { return nil }
    let before = meta(of: block)
    var meta = before ?? fresh(block, contents)
    meta.ulid = ulid
    meta.stats = contents.stats
    meta.stats.numTombstones = UInt64((try tombstones(of: block) ?? []).count)
    let covers =
      keepsTimes && meta.minTime <= contents.times.minTime && contents.times.maxTime < meta.maxTime
    if !covers {
      meta.minTime = contents.times.minTime
      meta.maxTime = contents.times.end
    }
    guard meta != before else { return nil }
    var why = "the meta.json of \(block.name) is written anew from its index and its chunks"
    if block.tombstones == nil, before.map({ $0.stats.numTombstones > 0 }) ?? true {
      why +=
        before == nil
        ? "; its tombstones are gone too: samples that were deleted of it, if there were any, are served again"
        : "; its tombstones are gone: samples that were deleted of it are served again"
    }
    let hasOtherTimes =
      before.map { $0.minTime != meta.minTime || $0.maxTime != meta.maxTime } ?? false
    return RepairStep(
      operation: .rebuildMeta, why: why,
      loss: Loss(timeRange: keepsTimes ? TimeRange() : contents.times),
      changes: [metaChange(meta, directory, block)], isDoubtful: hasOtherTimes)
  }

  /// `clear-failed-mark`: a block is compacted again. A server marks all blocks of a compaction that
  /// failed, the sound ones too; nil where there is no such mark.
  public static func clearFailed(_ directory: DataDirectory, _ block: BlockFolder) -> RepairStep? {
    guard var meta = meta(of: block), meta.compaction.failed else { return nil }
    meta.compaction.failed = false
    return RepairStep(
      operation: .clearFailedMark,
      why: "a compaction with \(block.name) failed, and the block would never be compacted again",
      loss: Loss(), changes: [metaChange(meta, directory, block)])
  }

  /// `drop-tombstones`: the deletions of a block are forgotten; what was deleted and is still in its
  /// chunks comes back.
  public static func dropTombstones(
    _ directory: DataDirectory, _ block: BlockFolder
  ) throws(FileError) -> RepairStep? {
    if let all = try tombstones(of: block), all.isEmpty, block.tombstones != nil { return nil }
    var changes = [
      DirectoryChange(
        path("tombstones", directory, block),
        .replace(size: 16) { sink throws(FileError) in
          try sink.write(TombstonesFile.write([]))
        })
    ]
    if var meta = meta(of: block), meta.stats.numTombstones > 0 {
      meta.stats.numTombstones = 0
      changes.append(metaChange(meta, directory, block))
    }
    return RepairStep(
      operation: .dropTombstones,
      why: "the deletions of \(block.name) are forgotten: what was deleted comes back",
      loss: Loss(), changes: changes)
  }
}

extension BlockSurgery {
  private static func path(
    _ name: String, _ directory: DataDirectory, _ block: BlockFolder
  ) -> String {
    Path.join(directory.relative(block.path), name)
  }

  private static func meta(of block: BlockFolder) -> BlockMeta? { try? block.meta.get() }

  /// The deletions; nil where they cannot be read, none where there is no such file.
  static func tombstones(of block: BlockFolder) throws(FileError) -> [Tombstone]? {
    guard let file = block.tombstones else { return [] }
    do throws(FileError) {
      return try Block.readTombstones(path: file.path)
    } catch {
      if case .system = error { throw error }
      return nil
    }
  }

  /// What a block says that nobody knows more of than its contents.
  private static func fresh(_ block: BlockFolder, _ contents: BlockContents) -> BlockMeta {
    let ulid = block.ulid ?? ULID(high: 0, low: 0)
    return BlockMeta(
      ulid: ulid, minTime: contents.times.minTime, maxTime: contents.times.end,
      compaction: BlockMeta.Compaction(level: 1, sources: [ulid]))
  }

  private static func metaChange(
    _ meta: BlockMeta, _ directory: DataDirectory, _ block: BlockFolder
  ) -> DirectoryChange {
    let json = meta.json
    return DirectoryChange(
      path("meta.json", directory, block),
      .replace(size: json.count) { sink throws(FileError) in try sink.write(json.rawBytes) })
  }

  /// Writes an index with the same symbols; gives the new references of the series.
  private static func writeIndex(
    _ block: BlockFolder, to sink: FileSink
  ) throws(FileError) -> [UInt32] {
    guard let contents = try BlockContents(block, readsChunks: false) else { return [] }
    let flush: IndexWriter.Flush<FileError> = { bytes throws(FileError) in try sink.write(bytes) }
    let index = contents.index
    var writer = IndexWriter(writesLabelIndices: index.contents?.hasLabelIndices ?? false)
    for number in 0..<index.symbols.count {
      writer.append(symbol: index.symbols.bytes(of: number, in: index.file.bytes))
    }
    var references: [UInt32] = []
    while let series = contents.next() {
      guard let reference = writer.append(series.labels[...], series.places[...]) else { break }
      references.append(reference)
      try writer.drain(to: flush)
    }
    try writer.finish(to: flush)
    return references
  }
}

/// Writes a block anew from the chunks of it that can be read.
private final class BlockRewriting {
  private let block: BlockFolder
  private var writer: BlockWriter
  /// The new references of the series, in their order.
  private(set) var references: [UInt32] = []

  init(_ block: BlockFolder, temporaryFolder: String) {
    self.block = block
    writer = BlockWriter(temporaryFolder: temporaryFolder)
  }

  func writeChunks(to folder: FolderSink) throws(FileError) {
    guard let contents = try BlockContents(block, readsChunks: true) else { return }
    try writer.writeChunks(to: folder) { () throws(FileError) in
      guard let series = contents.next() else { return nil }
      let labels = series.labels.map {
        Label(
          name: contents.index.symbol(Int($0.name)), value: contents.index.symbol(Int($0.value)))
      }
      var chunks: [PackedChunk] = []
      for chunk in series.chunks {
        chunks.append(
          PackedChunk(
            copying: chunk.file.bytes.extracting(chunk.data), chunk.encoding, range: chunk.range,
            sampleCount: chunk.sampleCount))
      }
      return .init(labels: labels, chunks: chunks)
    }
  }

  func writeIndex(to sink: FileSink) throws(FileError) {
    references = try writer.writeIndex(to: sink)
  }
}

extension [Tombstone] {
  /// The same deletions for series whose references were `old` and are `new`, place by place; those of
  /// series that are gone leave.
  fileprivate func moved(_ old: [UInt64], _ new: [UInt32]) -> [Tombstone] {
    var places: [UInt64: UInt64] = [:]
    for (before, after) in zip(old, new) { places[before] = UInt64(after) }
    return compactMap { tombstone in
      places[tombstone.series].map {
        Tombstone(series: $0, minTime: tombstone.minTime, maxTime: tombstone.maxTime)
      }
    }
  }
}
