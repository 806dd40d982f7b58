public import TSDBFormat
public import TSDBStore

/// What is to be read of a directory, down to the record: as a certain server would, or all there is.
public struct ReplayPlan: Sendable {
  /// The segments, in the order of replay.
  public var segments: [LogSegment] = []
  /// The files of `chunks_head`.
  public var headChunks: [SegmentFile] = []
  /// The blocks.
  public var blocks: [BlockFolder] = []
  /// Samples of the log that are older are not read, in milliseconds since 1970.
  public var minValidTime = Int64.min
  /// The types that the server knows; it passes over records of others.
  public var generation = RecordType.Generation.newest
  /// False for a server that does not know zstd.
  public var knowsZstd = true
  /// True where nothing is left out that a server leaves out: samples behind a repeated series record
  /// or a newer chunk, series that lost their ref, chunks behind damage.
  public var keepsAll = false

  /// Nothing.
  public init() {}

  /// The slices of the segments; those that cannot be opened become problems.
  func slices(_ problems: inout [FileError]) -> [SegmentSlice] {
    let (generation, zstd) = (generation, knowsZstd)
    var slices = SegmentSlice.all(of: segments, problems: &problems)
    for index in slices.indices where slices[index].part != .snapshot {
      let passesHistograms = slices[index].part == .wbl && !generation.readsLateHistograms
      slices[index].isPassedOver = { entry, type in
        type.since > generation || !zstd && entry.compression == .zstd
          || passesHistograms && type.holdsHistograms
      }
    }
    return slices
  }
}
