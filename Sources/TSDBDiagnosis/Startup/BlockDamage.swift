internal import TSDBFormat
internal import TSDBStore

/// Chunks that the indices of blocks name and that are not sound, and series that are not in order: a server finds
/// out when a query asks for them.
enum BlockDamage {
  /// More of them say nothing more.
  private static let most = 1000

  /// What is wrong with the chunks of all blocks of `directory`; `progress` gets the bytes of the files.
  static func ofChunks(in directory: DataDirectory, progress: (Int) -> Void) -> [FileError] {
    var damage: [FileError] = []
    for folder in directory.blocks {
      damage += ofChunks(in: folder).prefix(max(0, most - damage.count))
      progress(folder.chunks.totalSize)
    }
    return damage
  }

  private static func ofChunks(in folder: BlockFolder) -> [FileError] {
    if let meta = try? folder.meta.get(), let resolution = meta.resolutionText {
      return [
        .damaged(
          path: folder.path,
          DecodeError(
            section: .block, offset: 0,
            problem: .malformed(
              why: "downsampled by Thanos to \(resolution): no server reads its chunks")))
      ]
    }
    guard let path = folder.index?.path, let index = try? IndexFile(path: path) else { return [] }
    var damage: [FileError] = []
    // References count the files in the order of their names, whatever their numbers are.
    let files = folder.chunks.map { try? MappedFile(path: $0.path) }
    var absent: Set<Int> = []
    var sequence = index.series(chunks: true)
    var order = SeriesOrder(index)
    while sequence.next() {
      order.check(sequence.batch)
      for meta in sequence.batch.chunks {
        guard damage.count < most else { return damage }
        let place = meta.reference.segment
        guard files.indices.contains(place) else {
          if absent.insert(place).inserted { damage.append(missing(place, in: folder)) }
          continue
        }
        // Whoever opened the block says that one cannot be read.
        guard let file = files[place] else { continue }
        // What is behind the end has no place that could be shown, and is one finding for all of it.
        guard meta.reference.offset < file.size else {
          if absent.insert(place).inserted { damage.append(cutOff(file)) }
          continue
        }
        do throws(DecodeError) {
          _ = try Chunk(of: file.bytes, at: meta.reference.offset)
        } catch {
          damage.append(.damaged(path: file.path, error))
        }
      }
    }
    return order.damage + damage
  }

  private static func cutOff(_ file: MappedFile) -> FileError {
    .damaged(
      path: file.path,
      DecodeError(
        section: .chunkSegmentFiles, offset: 0,
        problem: .missing(what: "what the index refers to behind byte \(file.size)")))
  }

  private static func missing(_ place: Int, in folder: BlockFolder) -> FileError {
    .damaged(
      path: folder.path + "/chunks",
      DecodeError(
        section: .chunkSegmentFiles, offset: 0,
        problem: .missing(what: "chunk segment \(place &+ 1), which the index refers to")))
  }
}

/// Whether series, labels and chunks of an index stand in the order that queries rely on.
private struct SeriesOrder {
  /// What is wrong, each kind once.
  private(set) var damage: [FileError] = []
  private let index: IndexFile
  private var last: [SeriesBatch.LabelSymbols] = []
  private var hasBadSeries = false
  private var hasBadChunks = false

  init(_ index: IndexFile) { self.index = index }

  mutating func check(_ batch: SeriesBatch) {
    var (label, chunk) = (0, 0)
    for series in batch.series {
      if !hasBadSeries {
        let own = batch.labels[label..<series.labelsEnd]
        if let (rule, what) = disorder(of: own) {
          hasBadSeries = true
          add(series, rule, what)
        }
        last.replaceSubrange(last.indices, with: own)
      }
      if !hasBadChunks {
        let own = batch.chunks[chunk..<series.chunksEnd]
        // Those that only touch are served.
        hasBadChunks = zip(own, own.dropFirst()).contains { $1.minTime < $0.maxTime || $0 == $1 }
        if hasBadChunks {
          add(
            series, .indexSeriesChunkOrder,
            "chunks of a series that are not in order, or stand twice")
        }
      }
      (label, chunk) = (series.labelsEnd, series.chunksEnd)
    }
  }

  /// What is wrong with a series behind the last one, by the name that the check has for it.
  private func disorder(
    of labels: ArraySlice<SeriesBatch.LabelSymbols>
  ) -> (rule: Section, what: String)? {
    let wrong = zip(labels, labels.dropFirst()).first { $0.name >= $1.name }
    if let wrong {
      return wrong.0.name == wrong.1.name
        ? (.indexSeriesLabelDuplicate, "a series with a label name twice")
        : (.indexSeriesLabelOrder, "labels of a series that are not sorted")
    }
    if last.isEmpty || Self.isOrdered(last[...], before: labels) { return nil }
    return last[...] == labels
      ? (.indexSeriesDuplicate, "a series with the labels of the one before it")
      : (.indexSeriesOrder, "a series that sorts before the one that stands before it")
  }

  private mutating func add(_ series: SeriesBatch.Series, _ rule: Section, _ what: String) {
    let (offset, _) = series.reference.multipliedReportingOverflow(
      by: index.header.usesByteOffsets ? 1 : 16)
    damage.append(
      .damaged(
        path: index.file.path,
        DecodeError(
          section: rule, offset: Int(clamping: offset), problem: .malformed(why: what))))
  }

  private static func isOrdered(
    _ left: ArraySlice<SeriesBatch.LabelSymbols>, before right: ArraySlice<SeriesBatch.LabelSymbols>
  ) -> Bool {
    for (mine, theirs) in zip(left, right) where mine != theirs {
      return (mine.name, mine.value) < (theirs.name, theirs.value)
    }
    return left.count < right.count
  }
}
