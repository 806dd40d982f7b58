internal import Synchronization
public import TSDBFormat
public import TSDBStore

/// What servers said of themselves, where they scraped themselves: the series in their head, and the
/// memory of their process.
public struct ServerMetrics: Equatable, Sendable {
  /// A sample.
  public struct Point: Equatable, Sendable {
    /// Milliseconds since 1970.
    public let time: Int64
    /// The value.
    public let value: Double

    /// A sample.
    public init(time: Int64, value: Double) {
      self.time = time
      self.value = value
    }

    /// The value as the count that it is: rounded, and the nearest that there is.
    public var whole: Int64 {
      guard !value.isNaN else { return 0 }
      return Int64(exactly: value.rounded()) ?? (value < 0 ? .min : .max)
    }
  }

  /// One server.
  public struct Server: Equatable, Sendable {
    /// The labels of its series, without the name of the metric.
    public let labels: [Label]
    /// `prometheus_tsdb_head_series`, the last sample of each bucket.
    public internal(set) var headSeries: [Point] = []
    /// `process_resident_memory_bytes`.
    public internal(set) var residentBytes: [Point] = []

    /// A server, and what it said.
    public init(labels: [Label], headSeries: [Point] = [], residentBytes: [Point] = []) {
      self.labels = labels
      self.headSeries = headSeries
      self.residentBytes = residentBytes
    }
  }

  private static let headSeries = Array("prometheus_tsdb_head_series".utf8)

  /// The servers, by labels.
  public let servers: [Server]

  /// True where the history knows of a server that scraped itself; else there is nothing to read.
  public static func areIn(_ history: SeriesHistory) -> Bool {
    guard let name = history.pairs.nameID(of: Array("__name__".utf8)) else { return false }
    for pair in 0..<UInt32(history.pairs.count)
    where history.pairs.nameID(ofPair: pair) == name
      && [UInt8](history.pairs.value(ofPair: pair)) == headSeries
    {
      return true
    }
    return false
  }

  /// Reads what servers said of themselves in `directory`, a point for each of `buckets` at most.
  ///
  /// Throws `FileError.system` where a temporary file cannot be written.
  public static func read(
    _ directory: DataDirectory, buckets: ChurnBuckets, options: SampleView.Options
  ) async throws -> ServerMetrics {
    var options = options
    options.selectors = [
      try Selector("prometheus_tsdb_head_series"), try Selector("process_resident_memory_bytes"),
    ]
    let found = Mutex<[[Label]: [Point]]>([:])
    _ = try await SampleView(directory, options: options).writeSamples { labels, samples, _ in
      let points = Self.points(of: samples, buckets)
      found.withLock { $0[labels, default: []] += points }
    } to: { _ in
    }
    return ServerMetrics(found.withLock { $0 }, buckets)
  }

  /// The last float of each bucket.
  private static func points(of samples: SampleBatch, _ buckets: ChurnBuckets) -> [Point] {
    var points: [Point] = []
    for index in 0..<samples.count {
      guard case .float(let bits) = samples.value(at: index) else { continue }
      let point = Point(time: samples.times[index], value: Double(bitPattern: bits))
      guard point.value.isFinite else { continue }
      if let last = points.last, buckets.bucket(of: last.time) == buckets.bucket(of: point.time) {
        points.removeLast()
      }
      points.append(point)
    }
    return points
  }

  private init(_ found: [[Label]: [Point]], _ buckets: ChurnBuckets) {
    var servers: [[Label]: Server] = [:]
    for (labels, points) in found {
      let own = labels.filter { $0.name != Array("__name__".utf8) }
      let sorted = points.sorted { $0.time < $1.time }
      let isHead = labels.contains { $0.value == Self.headSeries }
      if isHead {
        servers[own, default: Server(labels: own)].headSeries = sorted
      } else {
        servers[own, default: Server(labels: own)].residentBytes = sorted
      }
    }
    self.servers = servers.values.filter { !$0.headSeries.isEmpty }
      .sorted { $0.labels.isOrdered(before: $1.labels) }
  }
}
