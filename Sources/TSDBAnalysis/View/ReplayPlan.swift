internal import TSDBFormat
public import TSDBStore

/// What is to be read of a directory, down to the record: as a certain server would, or all there is.
public struct ReplayPlan: Sendable {
  /// A segment of a log.
  public struct Segment: Equatable, Sendable {
    /// What its records are.
    public enum Kind: Sendable {
      /// A checkpoint, the WAL, the WBL, a chunk snapshot.
      case checkpoint, wal, wbl, snapshot
    }

    /// Its path.
    public var path: String
    /// What its records are.
    public var kind: Kind
    /// Offset of the first record that is read.
    public var start = 0
    /// Offset from which on no record is read.
    public var limit = Int.max

    /// A whole segment.
    public init(path: String, kind: Kind) {
      self.path = path
      self.kind = kind
    }
  }

  /// The segments, in the order of replay.
  public var segments: [Segment] = []
  /// The files of `chunks_head`.
  public var headChunks: [SegmentFile] = []
  /// The blocks.
  public var blocks: [BlockFolder] = []
  /// Samples of the log that are older are not read, in milliseconds since 1970.
  public var minValidTime = Int64.min
  /// False for a server that does not know the records of 3.11 and later (types 11 to 13).
  public var knowsV2 = true
  /// False for a server that does not know native histograms with custom buckets (types 9 and 10).
  public var knowsCustomBuckets = true
  /// False for a server that does not know zstd.
  public var knowsZstd = true
  /// True where nothing is left out that a server leaves out: samples behind a repeated series record
  /// or a newer chunk, series that lost their ref, chunks behind damage.
  public var keepsAll = false

  /// Nothing.
  public init() {}

  /// The slices of the segments; those that cannot be opened become problems.
  func slices(_ problems: inout [FileError]) -> [LogSlice] {
    let (v2, custom, zstd) = (knowsV2, knowsCustomBuckets, knowsZstd)
    var slices: [LogSlice] = []
    for segment in segments {
      let origin: HeadCensus.Origin =
        switch segment.kind {
        case .checkpoint: .checkpoint
        case .wal: .wal
        case .wbl: .wbl
        case .snapshot: .snapshot
        }
      do {
        let file = try MappedFile(path: segment.path)
        for slice in LogSlice.all(of: file, origin: origin) {
          let begin = slice.pages.lowerBound * Fragment.pageSize
          let end = slice.pages.upperBound * Fragment.pageSize
          guard segment.start < end, segment.limit > begin else { continue }
          var slice = slice
          slice.start = segment.start
          slice.limit = segment.limit
          if origin != .snapshot {
            slice.knowsZstd = zstd
            slice.isSkipped = { type in
              switch type {
              case .samplesV2, .histogramSamplesV2, .floatHistogramSamplesV2: !v2
              case .customBucketsHistogramSamples, .customBucketsFloatHistogramSamples: !custom
              default: false
              }
            }
          }
          slices.append(slice)
        }
      } catch {
        problems.append(error)
      }
    }
    return slices
  }
}
