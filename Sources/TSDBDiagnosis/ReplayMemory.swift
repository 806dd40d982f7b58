public import TSDBAnalysis
internal import TSDBFormat
public import TSDBStore

/// How much memory a server needs to replay a head, estimated from what such heads took real servers of its
/// release (Docs/memory.md).
public struct ReplayMemory: Equatable, Sendable {
  /// Peak resident memory of the replay, in bytes.
  public let estimatedBytes: Int
  /// A limit that no such server was seen to exceed, in bytes, with the first block that is written after the
  /// replay: one below it may kill the server.
  public let sufficientBytes: Int
  /// The part of the estimate that is due to the series of the explosion.
  public internal(set) var explosionBytes = 0

  /// The estimate for what a replay loads.
  public init(_ load: ReplayLoad) {
    let costs = load.release.costs
    let estimate = costs.base + costs.bytes(of: load.head) + costs.bytes(ofRecords: load)
    estimatedBytes = Int(clamping: estimate)
    sufficientBytes = Int(clamping: estimate * costs.margin + costs.block.bytes(of: load.head))
  }

  /// What of the estimate for `load` each cause of `growth` is due to, in bytes.
  public static func ofCauses(
    of growth: Growth?, in read: DirectoryHistory, _ load: ReplayLoad
  ) -> [Int] {
    (growth?.causes ?? []).map { share(of: read.headLoad(of: $0), in: load) }
  }

  /// What of the estimate for `load` a part of its series is due to; it has as many samples a series as the
  /// rest.
  static func share(of part: HeadLoad, in load: ReplayLoad) -> Int {
    let costs = load.release.costs
    let share = Double(part.series) / Double(max(1, load.head.series))
    return Int(clamping: costs.bytes(of: part) + min(1, share) * costs.bytes(ofRecords: load))
  }
}

/// What a replay loads, and which server does it: all that decides on its memory.
public struct ReplayLoad: Equatable, Sendable {
  /// The release whose behaviour is known.
  public var release: ServerBehaviour
  /// The series.
  public var head: HeadLoad
  /// Samples that replay keeps.
  public var samples = 0
  /// Samples that are decoded, kept or not.
  public var decodedSamples = 0
  /// Records that these are in.
  public var sampleRecords = 0
  /// The most samples that a record has: of one scrape, of one request of remote write.
  public var largestRecord = 0
  /// Bytes of records with native histograms.
  public var histogramBytes = 0
  /// Samples in the WBL.
  public var outOfOrderSamples = 0
  /// Bytes of `chunks_head`, whose files a server maps and reads.
  public var headChunkBytes = 0

  /// Samples in a record, on average.
  var recordSize: Double { Double(decodedSamples) / Double(max(1, sampleRecords)) }

  /// A log of series without samples.
  public init(release: ServerBehaviour, head: HeadLoad) {
    self.release = release
    self.head = head
  }

  /// The log that was read, and `headChunks`, replayed by a server of `release`.
  public init(_ read: DirectoryHistory, headChunks: [SegmentFile], release: ServerBehaviour) {
    self.init(release: release, head: read.headLoad())
    headChunkBytes = headChunks.totalSize
    let census = read.head.census
    samples = census.samples
    largestRecord = census.largestRecord
    for type in RecordType.known where type.holdsFloats {
      decodedSamples &+= census.records[type]?.entries ?? 0
      sampleRecords &+= census.records[type]?.records ?? 0
    }
    outOfOrderSamples = census.outOfOrderSamples
    histogramBytes = RecordType.known.filter(\.holdsHistograms)
      .reduce(0) { $0 &+ (census.records[$1]?.bytes ?? 0) }
  }
}
