public import TSDBFormat
public import TSDBStore

/// TEMPORARY: reads the blocks one after the other, without the head. The whole file is replaced when
/// the branches are merged.
public struct SampleView: Sendable {
  /// What is read.
  public struct Options: Sendable {
    /// Only series that one of these selects; all if there are none.
    public var selectors: [Selector]
    /// First millisecond.
    public var minTime: Int64
    /// Last millisecond.
    public var maxTime: Int64
    /// Whether the head is read.
    public var readsHead: Bool
    /// Whether the blocks are read.
    public var readsBlocks: Bool
    /// Bytes of memory that may be used.
    public var maxMemory: Int
    /// Where temporary files go.
    public var temporaryFolder: String
    /// How many tasks work at once.
    public var jobs: Int

    /// What is read.
    public init(
      selectors: [Selector] = [], minTime: Int64 = .min, maxTime: Int64 = .max,
      readsHead: Bool = true, readsBlocks: Bool = true, maxMemory: Int = 1 << 30,
      temporaryFolder: String = "/tmp", jobs: Int = 1
    ) {
      self.selectors = selectors
      self.minTime = minTime
      self.maxTime = maxTime
      self.readsHead = readsHead
      self.readsBlocks = readsBlocks
      self.maxMemory = maxMemory
      self.temporaryFolder = temporaryFolder
      self.jobs = jobs
    }
  }

  private let directory: DataDirectory
  private let options: Options

  /// A view of `directory`.
  public init(_ directory: DataDirectory, options: Options) {
    self.directory = directory
    self.options = options
  }

  /// Writes the samples of all series.
  public func writeSamples(
    format:
      @Sendable (_ labels: [Label], _ samples: SampleBatch, _ out: inout ByteBuffer) -> Void,
    to write: (borrowing ByteBuffer) throws -> Void
  ) async throws -> [FileError] {
    try temporary { labels, chunks, segments, out in
      var problems: [FileError] = []
      var samples = SampleBatch()
      for meta in chunks where meta.reference.segment < segments.count {
        let file = segments[meta.reference.segment].file
        do throws(DecodeError) {
          let chunk = try Chunk(of: file.bytes, at: meta.reference.offset)
          try samples.decode(chunk.data, chunk.encoding, at: chunk.offset)
        } catch {
          problems.append(.damaged(path: file.path, error))
        }
      }
      format(labels, samples, &out)
      return problems
    } to: {
      try write($0)
    }
  }

  /// Writes all series.
  public func writeSeries(
    format: @Sendable (_ labels: [Label], _ range: TimeRange, _ out: inout ByteBuffer) -> Void,
    to write: (borrowing ByteBuffer) throws -> Void
  ) async throws -> [FileError] {
    try temporary { labels, chunks, _, out in
      var range = TimeRange()
      for chunk in chunks {
        range.include(TimeRange(minTime: chunk.minTime, maxTime: chunk.maxTime))
      }
      format(labels, range, &out)
      return []
    } to: {
      try write($0)
    }
  }

  private func temporary(
    _ body: ([Label], ArraySlice<ChunkMeta>, [ChunkSegmentFile], inout ByteBuffer) throws ->
      [FileError],
    to write: (borrowing ByteBuffer) throws -> Void
  ) throws -> [FileError] {
    var problems: [FileError] = []
    guard options.readsBlocks else { return [] }
    for folder in directory.blocks {
      let block = Block(folder)
      problems += block.damage
      guard let index = block.index else { continue }
      let segments = folder.chunks.compactMap { try? ChunkSegmentFile(path: $0.path) }
      var filter = SeriesFilter(options.selectors, index: index)
      var sequence = index.series(chunks: true)
      var out = ByteBuffer()
      while sequence.next() {
        let batch = sequence.batch
        var labelsStart = 0
        var chunksStart = 0
        for series in batch.series {
          defer {
            labelsStart = series.labelsEnd
            chunksStart = series.chunksEnd
          }
          guard filter.selects(batch.labels, labelsStart..<series.labelsEnd) else { continue }
          let labels = batch.labels[labelsStart..<series.labelsEnd].map {
            Label(name: index.symbol(Int($0.name)), value: index.symbol(Int($0.value)))
          }
          problems += try body(
            labels, batch.chunks[chunksStart..<series.chunksEnd], segments, &out)
          if out.count > 1 << 16 {
            try write(out)
            out.truncate(to: 0)
          }
        }
      }
      try write(out)
      problems += sequence.damage
    }
    return problems
  }
}
