internal import TSDBAnalysis
internal import TSDBFormat
internal import TSDBStore
internal import Wording

/// `rewrite-block`: a block is laid out anew with its labels, series and chunks in order, each once. What a query
/// would join is joined; what cannot be read is left out.
///
/// Servers write a block in this order, and rely on it: to find what several blocks have of a series, to go through
/// time, and to compact (Prometheus: tsdb/index/index.go, `Writer.AddSeries`; storage/merge.go). Thanos mends the
/// same (pkg/block/index.go, `rewrite`), but keeps the first of two equal series only.
enum RewriteBlock {
  /// The step; nil where nothing would change, or where there is nothing to write the block from. With
  /// `keepsAll`, it is nil too where a series has two values of one time, of which one would go. With
  /// `keepsTouching`, chunks that only touch stay as they are: a server gives both samples of that time.
  static func step(
    _ directory: DataDirectory, _ block: BlockFolder, temporaryFolder: String = "/tmp",
    keepsAll: Bool = false, keepsTouching: Bool = false
  ) throws(FileError) -> RepairStep? {
    let before = try? block.meta.get()
    guard before?.downsampledTo == nil, let trial = try RewrittenSeries(block, keepsTouching)
    else { return nil }
    while try trial.next() != nil {}
    guard trial.count.changesSomething, trial.count.series > 0 else { return nil }
    if keepsAll, trial.count.outvoted > 0 { return nil }
    let folder = directory.relative(block.path)
    let writing = Writing(block, keepsTouching, temporaryFolder: temporaryFolder)
    let size = block.chunks.totalSize
    var changes = [
      DirectoryChange(
        Path.join(folder, "chunks"),
        .folder(size: size + size / 4 + 4096) { sink throws(FileError) in
          try writing.writeChunks(to: sink)
        }),
      DirectoryChange(
        Path.join(folder, "index"),
        .replace(size: 2 * (block.index?.size ?? 0) + 4096) { sink throws(FileError) in
          try writing.writeIndex(to: sink)
        }),
    ]
    let deletions = try BlockSurgery.tombstones(of: block)
    if let deletions, !deletions.isEmpty {
      changes.append(
        DirectoryChange(
          Path.join(folder, "tombstones"),
          .replace(size: 20 * deletions.count + 16) { sink throws(FileError) in
            try sink.write(TombstonesFile.write(writing.moved(deletions)))
          }))
    }
    changes.append(
      DirectoryChange(
        Path.join(folder, "meta.json"),
        .replace(size: (block.metaFile?.size ?? 0) + 4096) { sink throws(FileError) in
          try sink.write(writing.meta(before, deletions ?? []).json.rawBytes)
        }))
    return RepairStep(
      operation: .rewriteBlock, why: why(trial.count, block),
      loss: loss(trial.count, before), changes: changes, isDoubtful: trial.count.outvoted > 0)
  }

  /// What is wrong with the block, in a sentence.
  private static func why(_ count: RewrittenSeries.Count, _ block: BlockFolder) -> String {
    var parts: [String] = []
    func add(_ number: Int, _ one: String, _ many: String) {
      if number > 0 { parts.append("\(Units.count(number)) \(number == 1 ? one : many)") }
    }
    if count.hasUnsortedLabels { parts.append("labels that are not sorted or stand twice") }
    if count.isAnotherOrder { parts.append("series that are not sorted") }
    add(count.joinedSeries, "series that is there twice", "series that are there twice")
    add(count.repeatedChunks, "chunk that is there twice", "chunks that are there twice")
    add(count.joinedChunks, "chunk that meets another", "chunks that meet others")
    add(
      count.movedSeries, "series whose chunks are not sorted", "series whose chunks are not sorted")
    add(
      count.widerChunks, "chunk that reaches beyond the times that the index has of it",
      "chunks that reach beyond the times that the index has of them")
    add(count.badChunks, "chunk that cannot be read", "chunks that cannot be read")
    add(count.badSeries, "series that cannot be read", "stretches of series that cannot be read")
    return "\(block.name) is written anew: it has " + parts.joined(separator: ", ")
  }

  /// Samples that cannot be read are those that `meta.json` speaks of besides; of two values of one time one
  /// goes.
  private static func loss(_ count: RewrittenSeries.Count, _ before: BlockMeta?) -> Loss {
    var loss = Loss(series: count.seriesGone, samples: count.outvoted)
    if count.badChunks > 0 || count.badSeries > 0, let before {
      loss.samples += max(0, Int(clamping: before.stats.numSamples) - count.samplesRead)
    }
    if count.badChunks > 0 { loss.timeRange = count.badTimes }
    if loss.samples > 0, loss.series == 0 { loss.series = 1 }
    return loss
  }
}

/// Writes the files of the new block, one after the other.
private final class Writing {
  private let block: BlockFolder
  private let keepsTouching: Bool
  private var writer: BlockWriter
  /// For each new series the ones that it was made of.
  private var members: [[UInt64]] = []
  private var references: [UInt32] = []

  init(_ block: BlockFolder, _ keepsTouching: Bool, temporaryFolder: String) {
    self.block = block
    self.keepsTouching = keepsTouching
    writer = BlockWriter(temporaryFolder: temporaryFolder)
  }

  func writeChunks(to folder: FolderSink) throws(FileError) {
    guard let source = try RewrittenSeries(block, keepsTouching) else { return }
    members = []
    try writer.writeChunks(to: folder) { () throws(FileError) in
      guard let series = try source.next() else { return nil }
      members.append(series.members)
      return .init(labels: series.labels, chunks: series.chunks)
    }
  }

  func writeIndex(to sink: FileSink) throws(FileError) {
    references = try writer.writeIndex(to: sink)
  }

  /// The same deletions under the new references. Those of a series that was joined are carried out.
  func moved(_ tombstones: [Tombstone]) -> [Tombstone] {
    var places: [UInt64: UInt64] = [:]
    for (old, new) in zip(members, references) where old.count == 1 {
      places[old[0]] = UInt64(new)
    }
    return tombstones.compactMap { tombstone in
      places[tombstone.series].map {
        Tombstone(series: $0, minTime: tombstone.minTime, maxTime: tombstone.maxTime)
      }
    }
  }

  /// What the block says of itself: its times stay, which are not what was wrong.
  func meta(_ before: BlockMeta?, _ tombstones: [Tombstone]) -> BlockMeta {
    let ulid = block.ulid ?? before?.ulid ?? ULID(high: 0, low: 0)
    var meta =
      before
      ?? BlockMeta(
        ulid: ulid, minTime: writer.times.minTime, maxTime: writer.times.end,
        compaction: BlockMeta.Compaction(level: 1, sources: [ulid]))
    meta.stats = writer.stats
    meta.stats.numTombstones = UInt64(moved(tombstones).count)
    meta.dropFileList()
    return meta
  }
}

/// The series of a block in order, each once, with chunks that follow one another in time.
private final class RewrittenSeries {
  /// One series.
  struct Series {
    let labels: [Label]
    let chunks: [PackedChunk]
    /// The references of those that it was made of.
    let members: [UInt64]
  }

  /// What was met.
  struct Count {
    var series = 0
    var samplesRead = 0
    /// Samples of which another value of the same time was kept.
    var outvoted = 0
    var hasUnsortedLabels = false
    var isAnotherOrder = false
    var joinedSeries = 0
    var repeatedChunks = 0
    var joinedChunks = 0
    var movedSeries = 0
    /// Chunks with samples beyond the times that the index has of them; queries give these samples.
    var widerChunks = 0
    var badChunks = 0
    var badTimes = TimeRange()
    var badSeries = 0
    /// Series of which nothing can be read.
    var seriesGone = 0

    var changesSomething: Bool {
      hasUnsortedLabels || isAnotherOrder
        || joinedSeries + repeatedChunks + joinedChunks + movedSeries + widerChunks + badChunks
          + badSeries > 0
    }
  }

  private(set) var count = Count()
  private let keepsTouching: Bool
  private let index: IndexFile
  private let sorted: SortedSeries
  private let segments: [Int: MappedFile]
  private let deletions: [UInt64: DeletedTimes]
  private var place = 0

  /// A chunk that can be read.
  private struct Piece {
    let file: MappedFile
    let data: Range<Int>
    let encoding: ChunkEncoding
    let range: TimeRange
    let sampleCount: Int
    /// The series that it stands in.
    let member: UInt64

    /// The chunk as it is.
    var packed: PackedChunk {
      PackedChunk(
        copying: file.bytes.extracting(data), encoding, range: range, sampleCount: sampleCount)
    }

    func isSame(as other: Piece) -> Bool {
      guard range == other.range, encoding == other.encoding, data.count == other.data.count,
        member == other.member || sampleCount == other.sampleCount
      else { return false }
      let (mine, theirs) = (file.bytes.extracting(data), other.file.bytes.extracting(other.data))
      return !mine.precedes(theirs) && !theirs.precedes(mine)
    }
  }

  /// The series of `block`; nil where there is no index whose symbols can be trusted.
  init?(_ block: BlockFolder, _ keepsTouching: Bool) throws(FileError) {
    self.keepsTouching = keepsTouching
    guard let files = try BlockFiles(block) else { return nil }
    (index, segments) = (files.index, files.segments)
    sorted = SortedSeries(index)
    count.hasUnsortedLabels = sorted.hasUnsortedLabels
    count.isAnotherOrder = !sorted.isSorted && !sorted.hasUnsortedLabels
    count.badSeries = sorted.damage.count
    deletions = Dictionary(grouping: try BlockSurgery.tombstones(of: block) ?? [], by: \.series)
      .mapValues { DeletedTimes($0.map { TimeRange(minTime: $0.minTime, maxTime: $0.maxTime) }) }
  }

  /// The next series of which something can be read; nil behind the last.
  func next() throws(FileError) -> Series? {
    while place < sorted.count {
      var members: [SortedSeries.Entry] = []
      repeat {
        if let entry = sorted.entry(at: place) { members.append(entry) }
        place += 1
      } while place < sorted.count && sorted.isRepeated(at: place)
      guard let labels = members.first?.labels else { continue }
      let chunks = chunks(of: members)
      if members.count > 1 { count.joinedSeries += members.count - 1 }
      guard !chunks.isEmpty else {
        if members.contains(where: { !$0.chunks.isEmpty }) { count.seriesGone += 1 }
        continue
      }
      count.series += 1
      return Series(
        labels: labels.map {
          Label(name: index.symbol(Int($0.name)), value: index.symbol(Int($0.value)))
        }, chunks: chunks, members: members.map(\.reference))
    }
    return nil
  }

  private func chunks(of members: [SortedSeries.Entry]) -> [PackedChunk] {
    var pieces: [Piece] = []
    // What was deleted of one of two equal series was not deleted of the other.
    let deleted = members.count > 1 ? deletions : [:]
    // How many samples chunks have that were met: an index may refer to one millions of times.
    var shared: [ChunkReference: Int] = [:]
    for member in members {
      let isDeleted = deleted[member.reference] != nil
      var own: [ChunkReference: Int] = [:]
      for place in member.chunks {
        if let samples = isDeleted ? own[place.reference] : shared[place.reference] {
          count.samplesRead += samples
          count.repeatedChunks += 1
          continue
        }
        guard let piece = piece(at: place, of: member.reference) else {
          count.badChunks += 1
          count.badTimes.include(TimeRange(minTime: place.minTime, maxTime: place.maxTime))
          continue
        }
        if isDeleted {
          own[place.reference] = piece.sampleCount
        } else {
          shared[place.reference] = piece.sampleCount
        }
        count.samplesRead += piece.sampleCount
        pieces.append(piece)
      }
    }
    let isInOrder = zip(pieces, pieces.dropFirst()).allSatisfy {
      $0.range.minTime <= $1.range.minTime
    }
    if !isInOrder {
      if members.count == 1 { count.movedSeries += 1 }
      let order = pieces.indices.sorted {
        (pieces[$0].range.minTime, pieces[$0].range.maxTime, $0)
          < (pieces[$1].range.minTime, pieces[$1].range.maxTime, $1)
      }
      pieces = order.map { pieces[$0] }
    }
    var chunks: [PackedChunk] = []
    var next = 0
    while next < pieces.count {
      var cluster = [pieces[next]]
      var end = pieces[next].range.maxTime
      next += 1
      while next < pieces.count, pieces[next].range.minTime <= end {
        let touches = pieces[next].range.minTime == end && pieces[next].range.maxTime > end
        if touches, keepsTouching { break }
        end = max(end, pieces[next].range.maxTime)
        if cluster.suffix(4).contains(where: {
          deleted[$0.member] == nil && $0.isSame(as: pieces[next])
        }),
          deleted[pieces[next].member] == nil
        {
          count.repeatedChunks += 1
        } else {
          cluster.append(pieces[next])
        }
        next += 1
      }
      if cluster.count == 1, deleted[cluster[0].member] == nil {
        chunks.append(cluster[0].packed)
      } else {
        if cluster.count > 1 { count.joinedChunks += cluster.count }
        chunks += joined(cluster, deleted)
      }
    }
    return chunks
  }

  /// The samples of chunks that meet, as a query joins them: of those of one time, the first.
  private func joined(_ cluster: [Piece], _ deleted: [UInt64: DeletedTimes]) -> [PackedChunk] {
    var all = SampleBatch()
    for piece in cluster {
      var batch = SampleBatch()
      // It was decoded before.
      _ = try? batch.decode(
        piece.file.bytes.extracting(piece.data), piece.encoding, at: piece.data.lowerBound)
      let stretches = deleted[piece.member] ?? DeletedTimes()
      for index in 0..<batch.count {
        if !stretches.contains(batch.times[index]) { all.append(batch, at: index) }
      }
    }
    let order = all.times.indices.sorted { (all.times[$0], $0) < (all.times[$1], $1) }
    var samples = SampleBatch()
    for index in order {
      if samples.times.last == all.times[index] {
        if samples.value(at: samples.count - 1) != all.value(at: index) { count.outvoted += 1 }
      } else {
        samples.append(all, at: index)
      }
    }
    let (chunks, leftOut) = PackedChunk.pack(samples, keepsStartTimes: true)
    count.outvoted += leftOut
    return chunks
  }

  /// A chunk, if all its samples can be read and some lie where the index says.
  private func piece(at place: ChunkMeta, of member: UInt64) -> Piece? {
    guard let file = segments[place.reference.segment] else { return nil }
    var samples = SampleBatch()
    var found: (data: Range<Int>, encoding: ChunkEncoding)?
    do throws(DecodeError) {
      let chunk = try Chunk(of: file.bytes, at: place.reference.offset)
      try samples.decode(chunk.data, chunk.encoding, at: chunk.offset)
      found = (chunk.offset..<chunk.offset + chunk.data.byteCount, chunk.encoding)
    } catch {
      return nil
    }
    guard let found, let first = samples.times.first, let last = samples.times.last,
      samples.areOrdered(from: 0), first <= place.maxTime, place.minTime <= last
    else { return nil }
    if first < place.minTime || place.maxTime < last { count.widerChunks += 1 }
    return Piece(
      file: file, data: found.data, encoding: found.encoding,
      range: TimeRange(minTime: first, maxTime: last), sampleCount: samples.count, member: member)
  }
}
