/// A job of a `prometheus.yml`: how the samples of its targets are changed and limited (Prometheus:
/// config/config.go, `ScrapeConfig`).
public struct ScrapeConfiguration: Sendable {
  /// `job_name`; empty for a snippet.
  public let jobName: String
  /// Milliseconds between scrapes.
  public let scrapeInterval: Int64
  /// `metric_relabel_configs`, in their order.
  public let metricRelabelRules: [RelabelRule]
  /// What a scrape may not exceed.
  public let limits: ScrapeLimits

  /// The keys of limits, for those who write them.
  init(_ fields: YAMLFields, defaults: ScrapeDefaults) throws(ConfigurationError) {
    guard let name = fields.given("job_name") else {
      throw fields.value.failure("job_name is missing: a scrape config needs a name")
    }
    try self.init(fields, name: try name.string(), defaults: defaults)
  }

  /// The settings at the top of a file that is a snippet.
  init(snippet fields: YAMLFields, defaults: ScrapeDefaults) throws(ConfigurationError) {
    try self.init(fields, name: "", defaults: defaults)
  }

  private init(
    _ fields: YAMLFields, name: String, defaults: ScrapeDefaults
  ) throws(ConfigurationError) {
    let own = try ScrapeDefaults(fields, defaults: defaults)
    jobName = name
    scrapeInterval = own.scrapeInterval
    limits = own.limits
    var rules: [RelabelRule] = []
    for item in try fields["metric_relabel_configs"]?.list() ?? [] {
      rules.append(try RelabelRule(item, validation: own.validation))
    }
    metricRelabelRules = rules
  }
}

/// Limits of a scrape; one that exceeds any is refused as a whole. 0 is no limit.
public struct ScrapeLimits: Equatable, Sendable {
  /// Samples of one scrape, after relabelling.
  public var samples: UInt64 = 0
  /// Labels of a sample, with its metric name.
  public var labels: UInt64 = 0
  /// Bytes of a label's name.
  public var labelNameLength: UInt64 = 0
  /// Bytes of a label's value.
  public var labelValueLength: UInt64 = 0

  /// No limits.
  public init() {}
}

/// What a job has from `global` where it does not say so itself.
struct ScrapeDefaults {
  var scrapeInterval: Int64 = 60_000
  var limits = ScrapeLimits()
  var validation = NameValidation.utf8

  /// The defaults of `global`, if there is such a section.
  init(_ fields: YAMLFields?) throws(ConfigurationError) {
    if let fields { try read(fields) }
  }

  /// Those of a job.
  init(_ fields: YAMLFields, defaults: ScrapeDefaults) throws(ConfigurationError) {
    self = defaults
    try read(fields)
  }

  private mutating func read(_ fields: YAMLFields) throws(ConfigurationError) {
    func limit(_ key: String, _ known: UInt64) throws(ConfigurationError) -> UInt64 {
      let given = try fields.given(key)?.count() ?? 0
      return given == 0 ? known : given
    }
    limits.samples = try limit("sample_limit", limits.samples)
    limits.labels = try limit("label_limit", limits.labels)
    limits.labelNameLength = try limit("label_name_length_limit", limits.labelNameLength)
    limits.labelValueLength = try limit("label_value_length_limit", limits.labelValueLength)
    if let given = fields.given("scrape_interval") { scrapeInterval = try given.duration() }
    if let given = fields.given("metric_name_validation_scheme") {
      validation = try given.word()
    }
  }
}
