public import TSDBFormat
public import TSDBStore

/// Everything that a directory says about a few series, with the place of each: the records that
/// define them, the segments with their samples, their chunks in `chunks_head` and in blocks.
public struct SeriesTrace: Sendable {
  /// Which series.
  public enum Wanted: Sendable {
    /// Those that a selector selects.
    case selector(Selector)
    /// The one that the log knows by this ref.
    case ref(UInt64)
  }

  /// A record.
  public struct Place: Equatable, Sendable {
    /// The segment.
    public let path: String
    /// Offset of the record's first fragment.
    public let offset: Int
  }

  /// The samples of a series in one segment.
  public struct SegmentSamples: Equatable, Sendable {
    /// The segment.
    public let path: String
    /// How many records have samples of it.
    public internal(set) var records = 0
    /// How many samples there are.
    public internal(set) var samples = 0
    /// Offset of the first such record.
    public let firstOffset: Int
    /// Offset of the last such record.
    public internal(set) var lastOffset: Int
    /// Times of the samples.
    public internal(set) var times = TimeRange()
  }

  /// A chunk of `chunks_head`.
  public struct HeadChunkPlace: Equatable, Sendable {
    /// The file.
    public let path: String
    /// The chunk.
    public let chunk: HeadChunk
  }

  /// A series in a block.
  public struct BlockSeries: Equatable, Sendable {
    /// The block's folder.
    public let path: String
    /// How postings refer to the series.
    public let reference: UInt64
    /// Its chunks, in the order of the index.
    public let chunks: [ChunkMeta]
  }

  /// One series.
  public struct Series: Equatable, Sendable {
    /// Its labels; none where no record defines a ref that was asked for.
    public let labels: [Label]
    /// The refs that the log gives to it, in the order met.
    public internal(set) var refs: [UInt64] = []
    /// The records that define it, in the order of replay.
    public internal(set) var definitions: [Place] = []
    /// By segment, those that have samples of it.
    public internal(set) var samples: [SegmentSamples] = []
    /// Its chunks in `chunks_head`.
    public internal(set) var headChunks: [HeadChunkPlace] = []
    /// Its entries in blocks.
    public internal(set) var blocks: [BlockSeries] = []

    init(labels: [Label]) { self.labels = labels }
  }

  /// The series, in the order met: checkpoint, WAL, blocks.
  public internal(set) var series: [Series] = []
  /// True if there are more series than were asked for.
  public internal(set) var isCut = false
  /// Damage met on the way, and what could not be looked at.
  public internal(set) var problems: [FileError] = []

  /// Reads the whole log, the headers of all head chunks and all indices of `directory`, once, and
  /// keeps what concerns the wanted series, `limit` of them at most.
  public init(
    _ wanted: Wanted, in directory: DataDirectory, limit: Int,
    progress: (Int) -> Void = { _ in }
  ) {
    var search = TraceSearch(wanted, limit: limit)
    for slice in SegmentSlice.all(of: ReplayOrder(directory).segments, problems: &problems) {
      search.read(slice)
      progress(slice.size)
    }
    search.finishLog()
    search.read(headChunks: directory.headChunks)
    for folder in directory.blocks { search.read(Block(folder)) }
    series = search.series
    isCut = search.isCut
    problems += search.problems
  }
}
