public import TSDBFormat

/// What a block's `meta.json` says about it (Prometheus: tsdb/block.go).
///
/// Read as Go reads it (`GoObject`): keys that are not known do not matter, numbers that are missing are 0.
public struct BlockMeta: Equatable, Sendable {
  /// The block's name for itself; should be the name of its folder.
  public var ulid: ULID
  /// First millisecond the block covers.
  public var minTime: Int64
  /// First millisecond after those the block covers.
  public var maxTime: Int64
  /// 1; or 2, in blocks that Prometheus 2.1 wrote, which a server repairs as it opens them
  /// (tsdb/repair.go).
  public var version: Int
  /// Counts of the block's content.
  public var stats: Stats
  /// How the block came to be.
  public var compaction: Compaction
  /// What Thanos, Mimir or others keep beside it: every key of the file that Prometheus does not
  /// know, with its value as it is written.
  public var extras: [Extra]

  /// Counts of a block's content; 0 where the file does not say.
  public struct Stats: Equatable, Sendable {
    /// Samples of all kinds.
    public var numSamples: UInt64
    /// Samples that are plain numbers.
    public var numFloatSamples: UInt64
    /// Samples that are native histograms.
    public var numHistogramSamples: UInt64
    /// Series.
    public var numSeries: UInt64
    /// Chunks.
    public var numChunks: UInt64
    /// Deleted stretches.
    public var numTombstones: UInt64

    /// Counts of a block's content.
    public init(
      numSamples: UInt64 = 0, numFloatSamples: UInt64 = 0, numHistogramSamples: UInt64 = 0,
      numSeries: UInt64 = 0, numChunks: UInt64 = 0, numTombstones: UInt64 = 0
    ) {
      self.numSamples = numSamples
      self.numFloatSamples = numFloatSamples
      self.numHistogramSamples = numHistogramSamples
      self.numSeries = numSeries
      self.numChunks = numChunks
      self.numTombstones = numTombstones
    }
  }

  /// How a block came to be, and what compaction thinks of it.
  public struct Compaction: Equatable, Sendable {
    /// How many times its data went through compaction; 1 comes from the head.
    public var level: Int
    /// The blocks cut from the head that are in it.
    public var sources: [ULID]
    /// The blocks it was directly made of.
    public var parents: [Parent]
    /// True if it holds no samples and may go.
    public var deletable: Bool
    /// True if a compaction of it failed; it is then never compacted again.
    public var failed: Bool
    /// Remarks such as `from-out-of-order`.
    public var hints: [String]

    /// How a block came to be.
    public init(
      level: Int = 0, sources: [ULID] = [], parents: [Parent] = [], deletable: Bool = false,
      failed: Bool = false, hints: [String] = []
    ) {
      self.level = level
      self.sources = sources
      self.parents = parents
      self.deletable = deletable
      self.failed = failed
      self.hints = hints
    }

    /// True if it was made of samples that came out of order.
    public var isOutOfOrder: Bool { hints.contains("from-out-of-order") }
    /// True if it was cut from the head before its time, for some series only: stale ones, or those
    /// that somebody selected. Like one made of late samples, it does not say where the head begins.
    public var isPartial: Bool {
      isOutOfOrder || hints.contains("from-stale-series")
        || hints.contains("from-selected-series")
    }
  }

  /// A block that another was made of.
  public struct Parent: Equatable, Sendable {
    /// Its name.
    public var ulid: ULID
    /// First millisecond it covered.
    public var minTime: Int64
    /// First millisecond after those it covered.
    public var maxTime: Int64

    /// A block that another was made of.
    public init(ulid: ULID, minTime: Int64, maxTime: Int64) {
      self.ulid = ulid
      self.minTime = minTime
      self.maxTime = maxTime
    }
  }

  /// A key that Prometheus does not know.
  public struct Extra: Equatable, Sendable {
    /// The key, such as `thanos`.
    public var key: String
    /// Its value, as JSON.
    public var json: String

    /// A key and its value.
    public init(key: String, json: String) {
      self.key = key
      self.json = json
    }
  }

  /// What a `meta.json` says.
  public init(
    ulid: ULID, minTime: Int64, maxTime: Int64, version: Int = 1, stats: Stats = Stats(),
    compaction: Compaction = Compaction(), extras: [Extra] = []
  ) {
    self.ulid = ulid
    self.minTime = minTime
    self.maxTime = maxTime
    self.version = version
    self.stats = stats
    self.compaction = compaction
    self.extras = extras
  }

  /// What Thanos keeps about the block (its `thanos` key), as JSON.
  public var thanos: String? { extras.first { $0.key == "thanos" }?.json }

  /// Milliseconds from sample to sample of a block that Thanos downsampled (its key `downsample.resolution`); nil
  /// for raw ones. Its chunks hold aggregates, which no server of Prometheus reads.
  public var downsampledTo: Int64? {
    guard let thanos, let object = try? GoObject(Array(thanos.utf8)),
      let resolution: Int64 = try? object.object("downsample").integer("resolution")
    else { return nil }
    return resolution > 0 ? resolution : nil
  }
}

extension BlockMeta {
  /// A `meta.json` is a few kilobytes; Thanos adds the list of files. Anything beyond is none.
  static let sizeLimit = 16 << 20

  /// Reads the `meta.json` at `path`.
  public static func read(path: String) throws(FileError) -> BlockMeta {
    let file = try MappedFile(path: path)
    guard file.size <= sizeLimit else {
      let problem = DecodeError.Problem.outOfRange(
        found: Int64(file.size), allowed: 0...Int64(sizeLimit))
      throw .damaged(path: path, DecodeError(section: .meta, offset: 0, problem: problem))
    }
    let bytes = [UInt8](file.bytes)
    return try file.decode { () throws(DecodeError) in try BlockMeta(json: bytes) }
  }

  /// Decodes the bytes of a `meta.json`.
  public init(json bytes: [UInt8]) throws(DecodeError) {
    guard !bytes.isEmpty else {
      throw DecodeError(
        section: .meta, offset: 0, problem: .truncated(needed: 1, available: 0))
    }
    let file = try GoObject(bytes)
    let version: Int = try file.integer("version")
    let found = BlockMeta(
      ulid: try ULID(meta: file.string("ulid")), minTime: try file.integer("minTime"),
      maxTime: try file.integer("maxTime"), version: version,
      stats: try Stats(file.object("stats")), compaction: try Compaction(file.object("compaction")),
      extras: file.others(than: knownKeys).map {
        Extra(key: $0.key, json: String(decoding: bytes[$0.value], as: UTF8.self))
      })
    // Go reads all of it before it looks at the version.
    guard version == 1 || version == 2 else {
      throw DecodeError(
        section: .meta, offset: 0,
        problem: .unsupportedVersion(found: UInt64(bitPattern: Int64(version))))
    }
    self = found
  }
}

private let knownKeys = ["ulid", "minTime", "maxTime", "stats", "compaction", "version"]

extension BlockMeta.Stats {
  fileprivate init(_ file: GoObject) throws(DecodeError) {
    self.init(
      numSamples: try file.integer("numSamples"),
      numFloatSamples: try file.integer("numFloatSamples"),
      numHistogramSamples: try file.integer("numHistogramSamples"),
      numSeries: try file.integer("numSeries"), numChunks: try file.integer("numChunks"),
      numTombstones: try file.integer("numTombstones"))
  }
}

extension BlockMeta.Compaction {
  fileprivate init(_ file: GoObject) throws(DecodeError) {
    self.init(
      level: try file.integer("level"),
      sources: try file.strings("sources").map { text throws(DecodeError) in
        try ULID(meta: text)
      },
      parents: try file.objects("parents").map { parent throws(DecodeError) in
        BlockMeta.Parent(
          ulid: try ULID(meta: parent.string("ulid")), minTime: try parent.integer("minTime"),
          maxTime: try parent.integer("maxTime"))
      },
      deletable: try file.flag("deletable"), failed: try file.flag("failed"),
      hints: try file.strings("hints").map { $0 ?? "" })
  }
}

extension ULID {
  /// A missing name is the zero name, as in Go.
  fileprivate init(meta text: String?) throws(DecodeError) {
    guard let text else {
      self.init(high: 0, low: 0)
      return
    }
    guard let ulid = ULID(text) else {
      throw DecodeError(
        section: .meta, offset: 0, problem: .malformed(why: "\"\(text)\" is not a ULID"))
    }
    self = ulid
  }
}
