internal import TSDBFormat
internal import TSDBStore

/// What a `prometheus.yml` says about data: what is kept, and how samples are changed and limited on
/// their way in (Prometheus: config/config.go). All else in the file is passed over.
public struct PrometheusConfiguration: Sendable {
  /// How long and how much is kept (`storage.tsdb.retention`, since 3.10); nil where the file does
  /// not say, and the server's flags count.
  public let retention: Retention?
  /// Milliseconds that samples may come late (`storage.tsdb.out_of_order_time_window`).
  public let outOfOrderTimeWindow: Int64
  /// The jobs, in their order.
  public let scrapeConfigs: [ScrapeConfiguration]
  /// `metric_relabel_configs` at the top of the file, where no server knows them: a snippet to be tried
  /// on all series. Nil where there are none.
  public let snippet: ScrapeConfiguration?
  /// Files with more jobs, which are not read (`scrape_config_files`).
  public let scrapeConfigFiles: [String]

  /// `storage.tsdb.retention`; it replaces both flags.
  public struct Retention: Equatable, Sendable {
    /// Milliseconds; nil for ever.
    public let time: Int64?
    /// Bytes; nil without a limit.
    public let size: Int?

    /// A retention by time, by size, or both.
    public init(time: Int64?, size: Int?) {
      self.time = time
      self.size = size
    }
  }

  /// Reads the file at `path`, which may be a pipe, or `-` for standard input. Throws `FileError` or `ConfigurationError`.
  public init(path: String) throws {
    guard let bytes = try InputFile.bytes(path, limit: YAMLReader.mostBytes) else {
      throw ConfigurationError(
        file: path, line: 1, column: 1,
        problem: "the file is larger than \(YAMLReader.mostBytes >> 20) MiB")
    }
    try self.init(bytes, file: path)
  }

  /// Reads `text`, whose name in errors is `file`.
  public init(_ text: [UInt8], file: String) throws(ConfigurationError) {
    let document = try YAMLFields.document(text, file: file)
    let global = try ScrapeDefaults(document["global"]?.fields())
    var jobs: [ScrapeConfiguration] = []
    var names: Set<String> = []
    for item in try document["scrape_configs"]?.list() ?? [] {
      let job = try ScrapeConfiguration(try item.fields(), defaults: global)
      guard names.insert(job.jobName).inserted else {
        throw item.failure("found a second job with the name \"\(job.jobName)\"")
      }
      jobs.append(job)
    }
    scrapeConfigs = jobs
    snippet =
      document["metric_relabel_configs"] == nil
      ? nil : try ScrapeConfiguration(snippet: document, defaults: global)
    var files: [String] = []
    for item in try document["scrape_config_files"]?.list() ?? [] {
      files.append(try item.string())
    }
    scrapeConfigFiles = files
    let tsdb = try document["storage"]?.fields()["tsdb"]?.fields()
    outOfOrderTimeWindow = try tsdb?.given("out_of_order_time_window")?.duration() ?? 0
    retention = try tsdb?.given("retention").map(Self.retention)
  }

  private static func retention(
    _ value: YAMLFields.Value
  ) throws(ConfigurationError) -> Retention {
    let fields = try value.fields(allowed: ["time", "size", "percentage"])
    let time = try fields.given("time")?.duration() ?? 0
    // A share of the disk goes before a size, and the disk is not known here.
    let isShare = fields.given("percentage") != nil
    var size = 0
    if let given = fields.given("size") {
      guard let bytes = PrometheusSize.bytes(try given.string()) else {
        throw given.failure("expected a size such as 512MB or 2GB, found \(given.node.kind)")
      }
      size = bytes
    }
    return Retention(time: time > 0 ? time : nil, size: size > 0 && !isShare ? size : nil)
  }

  /// The job of this name.
  public func job(named name: String) -> ScrapeConfiguration? {
    scrapeConfigs.first { $0.jobName == name }
  }
}
