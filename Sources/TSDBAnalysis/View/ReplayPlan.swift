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

  /// Series that are left out, by their refs: they were counted before.
  var counted: PlainSeries.Refs?

  /// Nothing.
  public init() {}

  /// The slices of the segments; those that cannot be opened become problems.
  func slices(_ problems: inout [FileError]) -> [SegmentSlice] {
    let (generation, zstd) = (generation, knowsZstd)
    var slices = SegmentSlice.all(of: segments, problems: &problems)
    for index in slices.indices where slices[index].part != .snapshot {
      if let counted { slices[index].trim = { counted.leaveOut(of: &$0) } }
      let part = slices[index].part
      slices[index].isPassedOver = { entry, type in
        Self.passes(over: entry, type, in: part, generation, knowsZstd: zstd)
      }
    }
    return slices
  }

  /// True for a record that the server does not know.
  func passes(over entry: RecordBatch.Entry, _ type: RecordType, in part: LogPart) -> Bool {
    Self.passes(over: entry, type, in: part, generation, knowsZstd: knowsZstd)
  }

  /// How many records of `everything` the server does not know. Reads the log once more.
  public func unknownRecords(in everything: ReplayPlan) -> Int {
    guard !knowsZstd || generation < .newest else { return 0 }
    var problems: [FileError] = []
    var count = 0
    var batch = RecordBatch()
    for slice in everything.slices(&problems) where slice.part != .snapshot {
      var next: SegmentSlice? = slice
      while let slice = next {
        batch.removeAll()
        slice.read(into: &batch)
        for entry in batch.entries where entry.byteCount > 0 {
          let type = RecordType(code: batch.payload(of: entry).byte(at: 0))
          if passes(over: entry, type, in: slice.part) { count += 1 }
        }
        next = slice.rest(behind: batch)
      }
    }
    return count
  }

  private static func passes(
    over entry: RecordBatch.Entry, _ type: RecordType, in part: LogPart,
    _ generation: RecordType.Generation, knowsZstd: Bool
  ) -> Bool {
    type.since > generation || !knowsZstd && entry.compression == .zstd
      || part == .wbl && !generation.readsLateHistograms && type.holdsHistograms
  }
}
