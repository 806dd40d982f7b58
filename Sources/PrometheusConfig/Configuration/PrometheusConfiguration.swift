internal import TSDBFormat
internal import TSDBStore

/// What a `prometheus.yml` says about data: what is kept, and how samples are changed and limited on
/// their way in (Prometheus: config/config.go). All else in the file is held against what a release takes,
/// and passed over.
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

  /// The largest file that is read, in bytes.
  public static let mostBytes = YAMLReader.mostBytes

  /// Reads the file at `path`, which may be a pipe, or `-` for standard input. Throws `FileError`, or
  /// `ConfigurationError` where a server of this release does not start with it.
  public init(path: String, release: ConfigurationRelease = .newest) throws {
    guard let bytes = try InputFile.bytes(path, limit: YAMLReader.mostBytes) else {
      throw ConfigurationError(
        file: path, line: 1, column: 1,
        problem: "the file is larger than \(YAMLReader.mostBytes >> 20) MiB")
    }
    try self.init(bytes, file: path, release: release)
  }

  /// Reads `text`, whose name in errors is `file`.
  public init(
    _ text: [UInt8], file: String, release: ConfigurationRelease = .newest
  ) throws(ConfigurationError) {
    let document = try YAMLFields.document(text, file: file)
    let isSnippet = document["metric_relabel_configs"] != nil
    let check = ConfigurationCheck(release: release, extraKeys: isSnippet ? Self.snippetKeys : [])
    try check.check(document: document)
    let global = try ScrapeDefaults(document["global"]?.fields())
    var jobs: [ScrapeConfiguration] = []
    for item in try document["scrape_configs"]?.list() ?? [] {
      jobs.append(
        try ScrapeConfiguration(try item.fields(), defaults: global, release: release))
    }
    scrapeConfigs = jobs
    if let rules = document["metric_relabel_configs"] {
      try check.check(rules, .list(.section("relabel")))
      snippet = try ScrapeConfiguration(snippet: document, defaults: global, release: release)
    } else {
      snippet = nil
    }
    var files: [String] = []
    for item in try document["scrape_config_files"]?.list() ?? [] {
      files.append(try item.string())
    }
    scrapeConfigFiles = files
    let tsdb = try document["storage"]?.fields()["tsdb"]?.fields()
    outOfOrderTimeWindow = try tsdb?.given("out_of_order_time_window")?.duration() ?? 0
    retention = try tsdb?.given("retention").map(Self.retention)
  }

  /// What a snippet may have beside its rules.
  private static let snippetKeys: Set<String> = [
    "metric_relabel_configs", "scrape_interval", "sample_limit", "label_limit",
    "label_name_length_limit", "label_value_length_limit", "metric_name_validation_scheme",
  ]

  private static func retention(
    _ value: YAMLFields.Value
  ) throws(ConfigurationError) -> Retention {
    let fields = try value.fields()
    let time = try fields.given("time")?.duration() ?? 0
    // A share of the disk goes before a size, and the disk is not known here.
    let isShare = fields.given("percentage") != nil
    let size = try fields.given("size")?.size() ?? 0
    return Retention(time: time > 0 ? time : nil, size: size > 0 && !isShare ? size : nil)
  }

  /// The job of this name.
  public func job(named name: String) -> ScrapeConfiguration? {
    scrapeConfigs.first { $0.jobName == name }
  }
}
