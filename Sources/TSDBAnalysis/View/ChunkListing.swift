public import TSDBFormat
public import TSDBStore

/// A chunk of a block or of `chunks_head`, with what is known about it.
public struct ListedChunk: Sendable {
  /// Where a chunk lies.
  public enum Source: Equatable, Sendable {
    /// In a block of this name.
    case block(String)
    /// In `chunks_head`; true if its samples came out of order.
    case head(isOutOfOrder: Bool)
  }

  /// Where it lies.
  public let source: Source
  /// Its file.
  public let file: MappedFile
  /// Its first byte in the file: that of the length in a block, of the series ref in `chunks_head`.
  public let offset: Int
  /// How its index, or the WAL, refers to its series.
  public let series: UInt64
  /// The labels of its series; nil where nothing defines them.
  public let labels: [Label]?
  /// First and last sample, in milliseconds since 1970, as the index or the chunk claims.
  public let minTime: Int64
  /// See `minTime`.
  public let maxTime: Int64
  /// How its samples are packed.
  public let encoding: ChunkEncoding
  /// What its first bytes say.
  public let header: ChunkHeader
  /// Bytes of its data.
  public let dataSize: Int
  /// File offset of its data.
  public let dataOffset: Int

  /// Its data, which begin with the sample count.
  public var data: RawSpan {
    @_lifetime(borrow self)
    get { file.bytes.extracting(dataOffset..<dataOffset &+ dataSize) }
  }
}

/// All chunks of a directory, one after the other: those of blocks in the order of their series, those
/// of `chunks_head` in the order of the files.
///
/// Nothing is kept but the series of the head, whose labels the WAL alone has.
public struct ChunkListing: Sendable {
  /// Which chunks are listed.
  public struct Options: Sendable {
    /// Only series that one of these selects; all if there are none.
    public var selectors: [Selector] = []
    /// Only chunks that end here or later, in milliseconds since 1970.
    public var minTime = Int64.min
    /// Only chunks that begin here or earlier.
    public var maxTime = Int64.max
    /// Whether those of `chunks_head` are listed.
    public var listsHead = true
    /// Whether those of blocks are listed.
    public var listsBlocks = true
    /// How many tasks read the WAL.
    public var jobs = 1

    /// All chunks.
    public init() {}

    fileprivate func wants(_ minTime: Int64, _ maxTime: Int64) -> Bool {
      maxTime >= self.minTime && minTime <= self.maxTime
    }
  }

  /// What the walk meets.
  public enum Entry: Sendable {
    /// A chunk.
    case chunk(ListedChunk)
    /// What is wrong instead of one.
    case damage(FileError)
  }

  private typealias Visit = (Entry) throws -> Void

  private let directory: DataDirectory
  private let options: Options

  /// The chunks of `directory` that `options` want.
  public init(_ directory: DataDirectory, options: Options) {
    self.directory = directory
    self.options = options
  }

  /// The last sample of what is listed, in milliseconds since 1970, as the headers claim; nil if
  /// there is none. Durations back from the end of the data count from here.
  public var dataEnd: Int64? {
    var end: Int64?
    if options.listsBlocks {
      // The time of a block ends before its `maxTime`.
      end = directory.blocks.compactMap { (try? $0.meta.get())?.maxTime }.max().map {
        (Timestamp($0) - 1).milliseconds
      }
    }
    guard options.listsHead else { return end }
    let range = HeadChunks(directory.headChunks).timeRange
    return range.isEmpty ? end : max(end ?? .min, range.maxTime)
  }

  /// Walks all chunks; what `visit` throws ends the walk.
  public func walk(_ visit: (Entry) throws -> Void) async throws {
    try walkBlocks(visit)
    guard options.listsHead, !directory.headChunks.isEmpty else { return }
    let series = await HeadRefs.read(
      directory, selectors: options.selectors, jobs: options.jobs)
    try walkHead(series, visit)
  }
}

extension ChunkListing {
  private func walkBlocks(_ visit: Visit) throws {
    guard options.listsBlocks else { return }
    for folder in directory.blocks { try walk(Block(folder), visit) }
  }

  private func walkHead(_ series: HeadRefs, _ visit: Visit) throws {
    var series = series
    for problem in series.problems { try visit(.damage(problem)) }
    for file in directory.headChunks {
      // A server removes the last file if it is empty: it was just created when the power went.
      if file.isEmpty && file.number == directory.headChunks.last?.number { continue }
      try walk(file, &series, visit)
    }
  }

  private func walk(_ block: Block, _ visit: Visit) throws {
    for problem in block.damage { try visit(.damage(problem)) }
    guard let index = block.index else { return }
    var segments = ChunkSegments(of: block.folder)
    var filter = SeriesFilter(options.selectors, index: index)
    var sequence = index.series(chunks: true)
    var damageSeen = 0
    while sequence.next() {
      var (firstLabel, firstChunk) = (0, 0)
      let batch = sequence.batch
      for series in batch.series {
        let labels = firstLabel..<series.labelsEnd
        let chunks = firstChunk..<series.chunksEnd
        (firstLabel, firstChunk) = (series.labelsEnd, series.chunksEnd)
        guard filter.selects(batch.labels, labels) else { continue }
        let names = batch.labels[labels].map {
          Label(name: index.symbol(Int($0.name)), value: index.symbol(Int($0.value)))
        }
        for meta in batch.chunks[chunks] where options.wants(meta.minTime, meta.maxTime) {
          try read(
            meta, of: series.reference, names, .block(block.folder.name), &segments, visit)
        }
      }
      let damage = sequence.damage
      for problem in damage[damageSeen...] { try visit(.damage(problem)) }
      damageSeen = damage.count
    }
    for problem in sequence.damage[damageSeen...] { try visit(.damage(problem)) }
  }

  private func read(
    _ meta: ChunkMeta, of series: UInt64, _ labels: [Label], _ source: ListedChunk.Source,
    _ segments: inout ChunkSegments, _ visit: Visit
  ) throws {
    var missing: FileError?
    let segment = segments.open(meta.reference.segment) { missing = $0 }
    if let missing { try visit(.damage(missing)) }
    guard let file = segment?.file else { return }
    var found: ListedChunk?
    do throws(DecodeError) {
      let chunk = try Chunk(of: file.bytes, at: meta.reference.offset)
      found = ListedChunk(
        source: source, file: file, offset: meta.reference.offset, series: series,
        labels: labels, minTime: meta.minTime, maxTime: meta.maxTime, encoding: chunk.encoding,
        header: try ChunkHeader(chunk.data, chunk.encoding, at: chunk.offset),
        dataSize: chunk.data.byteCount, dataOffset: chunk.offset)
    } catch {
      try visit(.damage(.damaged(path: file.path, error)))
    }
    if let found { try visit(.chunk(found)) }
    segments.release(meta.reference.segment, before: meta.reference.offset)
  }

  private func walk(
    _ segment: SegmentFile, _ series: inout HeadRefs, _ visit: Visit
  ) throws {
    let file: MappedFile
    do throws(FileError) {
      file = try MappedFile(path: segment.path)
    } catch {
      try visit(.damage(error))
      return
    }
    file.willReadSequentially()
    var reader: HeadChunkFile
    do throws(DecodeError) {
      reader = try HeadChunkFile(file.bytes, holes: file.holes)
    } catch {
      try visit(.damage(.damaged(path: file.path, error)))
      return
    }
    while let event = reader.next() {
      switch event {
      case .damage(let error):
        try visit(.damage(.damaged(path: file.path, error)))
      case .chunk(let chunk): try read(chunk, in: file, &series, visit)
      }
    }
  }

  private func read(
    _ chunk: HeadChunk, in file: MappedFile, _ series: inout HeadRefs, _ visit: Visit
  ) throws {
    guard options.wants(chunk.minTime, chunk.maxTime) else { return }
    let labels = series.labels(of: chunk.series)
    // What belongs to no series is selected by nothing.
    guard labels != nil || options.selectors.isEmpty else { return }
    var header: ChunkHeader?
    do throws(DecodeError) {
      let data = file.bytes.extracting(chunk.dataOffset..<chunk.dataOffset &+ chunk.dataSize)
      header = try ChunkHeader(data, chunk.encoding, at: chunk.dataOffset)
    } catch {
      try visit(.damage(.damaged(path: file.path, error)))
    }
    guard let header else { return }
    let found = ListedChunk(
      source: .head(isOutOfOrder: chunk.isOutOfOrder), file: file, offset: chunk.offset,
      series: chunk.series, labels: labels, minTime: chunk.minTime, maxTime: chunk.maxTime,
      encoding: chunk.encoding, header: header, dataSize: chunk.dataSize,
      dataOffset: chunk.dataOffset)
    try visit(.chunk(found))
  }
}
