/// Some hundred series out of an index, as arrays that are filled again and again.
///
/// Batches cross module borders, single series do not: that is what keeps the loop over a million
/// series fast.
public struct SeriesBatch: Sendable {
  /// One label of a series; both are numbers in the symbol table and in its bounds.
  public struct LabelSymbols: Equatable, Sendable {
    /// The label's name.
    public let name: UInt32
    /// The label's value.
    public let value: UInt32

    /// A label.
    public init(name: UInt32, value: UInt32) {
      self.name = name
      self.value = value
    }
  }

  /// One series, less its labels and chunks.
  public struct Series: Equatable, Sendable {
    /// How postings and tombstones refer to it: offset / 16, or the offset in version 1.
    public let reference: UInt64
    /// Where its labels end in `labels`; they start where those of the series before it end.
    public let labelsEnd: Int
    /// How many chunks it has.
    public let chunkCount: Int
    /// Where its chunks end in `chunks`, if the reader was asked for chunks.
    public let chunksEnd: Int
    /// First millisecond of its first chunk; 0 without chunks.
    public let minTime: Int64
    /// Last millisecond of its last chunk; 0 without chunks.
    public let maxTime: Int64

    /// A series with these parts.
    public init(
      reference: UInt64, labelsEnd: Int, chunkCount: Int, chunksEnd: Int, minTime: Int64,
      maxTime: Int64
    ) {
      self.reference = reference
      self.labelsEnd = labelsEnd
      self.chunkCount = chunkCount
      self.chunksEnd = chunksEnd
      self.minTime = minTime
      self.maxTime = maxTime
    }
  }

  /// The series.
  public internal(set) var series: [Series] = []
  /// The labels of all of them.
  public internal(set) var labels: [LabelSymbols] = []
  /// The chunks of all of them; empty if the reader was not asked for chunks.
  public internal(set) var chunks: [ChunkMeta] = []

  /// An empty batch.
  public init() {}

  mutating func removeAll() {
    series.removeAll(keepingCapacity: true)
    labels.removeAll(keepingCapacity: true)
    chunks.removeAll(keepingCapacity: true)
  }
}

/// A chunk as the index knows it.
public struct ChunkMeta: Equatable, Sendable {
  /// Where it is.
  public let reference: ChunkReference
  /// Time of its first sample, in milliseconds since 1970.
  public let minTime: Int64
  /// Time of its last sample.
  public let maxTime: Int64

  /// A chunk as the index knows it.
  public init(reference: ChunkReference, minTime: Int64, maxTime: Int64) {
    self.reference = reference
    self.minTime = minTime
    self.maxTime = maxTime
  }
}
