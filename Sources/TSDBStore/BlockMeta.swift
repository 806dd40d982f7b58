public import TSDBFormat

internal import FoundationEssentials

/// What a block's `meta.json` says about it (Prometheus: tsdb/block.go).
///
/// Read as Go reads it: keys that are not known do not matter, numbers that are missing are 0.
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
    let members = try JSONMembers.list(bytes)
    let file: MetaFile
    do {
      file = try JSONDecoder().decode(MetaFile.self, from: Data(bytes))
    } catch {
      throw DecodeError(section: .meta, offset: 0, problem: .malformed(why: words(for: error)))
    }
    guard let version = file.version, version == 1 || version == 2 else {
      let found = file.version ?? 0
      throw DecodeError(
        section: .meta, offset: 0,
        problem: .unsupportedVersion(found: UInt64(bitPattern: Int64(found))))
    }
    self.init(
      ulid: try ULID(meta: file.ulid), minTime: file.minTime ?? 0, maxTime: file.maxTime ?? 0,
      version: version, stats: Stats(file.stats),
      compaction: try Compaction(file.compaction),
      extras: members.filter { !knownKeys.contains($0.key) }.map {
        Extra(key: $0.key, json: String(decoding: bytes[$0.value], as: UTF8.self))
      })
  }
}

private let knownKeys: Set = ["ulid", "minTime", "maxTime", "stats", "compaction", "version"]

/// The file as its keys are; everything may be missing.
private struct MetaFile: Decodable {
  var ulid: String?
  var minTime: Int64?
  var maxTime: Int64?
  var version: Int?
  var stats: MetaStats?
  var compaction: MetaCompaction?
}

private struct MetaStats: Decodable {
  var numSamples: UInt64?
  var numFloatSamples: UInt64?
  var numHistogramSamples: UInt64?
  var numSeries: UInt64?
  var numChunks: UInt64?
  var numTombstones: UInt64?
}

private struct MetaCompaction: Decodable {
  var level: Int?
  var sources: [String]?
  var parents: [MetaParent]?
  var deletable: Bool?
  var failed: Bool?
  var hints: [String]?
}

private struct MetaParent: Decodable {
  var ulid: String?
  var minTime: Int64?
  var maxTime: Int64?
}

extension BlockMeta.Stats {
  fileprivate init(_ file: MetaStats?) {
    self.init(
      numSamples: file?.numSamples ?? 0, numFloatSamples: file?.numFloatSamples ?? 0,
      numHistogramSamples: file?.numHistogramSamples ?? 0, numSeries: file?.numSeries ?? 0,
      numChunks: file?.numChunks ?? 0, numTombstones: file?.numTombstones ?? 0)
  }
}

extension BlockMeta.Compaction {
  fileprivate init(_ file: MetaCompaction?) throws(DecodeError) {
    self.init(
      level: file?.level ?? 0,
      sources: try (file?.sources ?? []).map { text throws(DecodeError) in try ULID(meta: text) },
      parents: try (file?.parents ?? []).map { parent throws(DecodeError) in
        BlockMeta.Parent(
          ulid: try ULID(meta: parent.ulid), minTime: parent.minTime ?? 0,
          maxTime: parent.maxTime ?? 0)
      },
      deletable: file?.deletable ?? false, failed: file?.failed ?? false,
      hints: file?.hints ?? [])
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

/// Which key is wrong, and how, from Foundation's account of it.
private func words(for error: any Error) -> String {
  guard let error = error as? DecodingError else { return "not JSON" }
  switch error {
  case .typeMismatch(_, let context), .valueNotFound(_, let context),
    .keyNotFound(_, let context), .dataCorrupted(let context):
    let key = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }
    let place = key.isEmpty ? "the file" : "\"\(key.joined(separator: "."))\""
    return "\(place) does not hold what it should: \(context.debugDescription)"
  @unknown default: return "not JSON"
  }
}
