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
  /// Which names a scrape may bring; one that brings others is refused as a whole.
  public let validation: NameValidation
  /// True where the labels that a target exposes go before those that the server gives.
  public let honorsLabels: Bool
  /// The label `job` that its targets have, as far as the file says.
  public let jobLabel: JobLabel

  /// The keys of limits, for those who write them.
  init(
    _ fields: YAMLFields, defaults: ScrapeDefaults, release: ConfigurationRelease
  ) throws(ConfigurationError) {
    guard let name = fields.given("job_name") else {
      throw fields.value.failure("job_name is missing: a scrape config needs a name")
    }
    try self.init(fields, name: try name.string(), defaults: defaults, release: release)
  }

  /// The settings at the top of a file that is a snippet.
  init(
    snippet fields: YAMLFields, defaults: ScrapeDefaults, release: ConfigurationRelease
  ) throws(ConfigurationError) {
    try self.init(fields, name: "", defaults: defaults, release: release)
  }

  private init(
    _ fields: YAMLFields, name: String, defaults: ScrapeDefaults,
    release: ConfigurationRelease
  ) throws(ConfigurationError) {
    let own = try ScrapeDefaults(fields, defaults: defaults)
    jobName = name
    scrapeInterval = own.scrapeInterval
    limits = own.limits
    validation = release.since(3, 0) ? own.validation : .legacy
    honorsLabels = try fields.given("honor_labels")?.flag() ?? false
    func rules(_ key: String) throws(ConfigurationError) -> [RelabelRule] {
      try (fields[key]?.list() ?? []).map { (item) throws(ConfigurationError) in
        try RelabelRule(item, validation: own.validation, release: release)
      }
    }
    metricRelabelRules = try rules("metric_relabel_configs")
    jobLabel = JobLabel(of: name, after: name.isEmpty ? [] : try rules("relabel_configs"))
  }
}

/// The label `job` of the targets of a job.
public enum JobLabel: Equatable, Sendable {
  /// It has this value on all of them.
  case value([UInt8])
  /// `relabel_configs` make it of what is discovered.
  case unknown

  /// What rules for targets leave of the name of a job.
  init(of name: String, after rules: [RelabelRule]) {
    self = .value(Array(name.utf8))
    let job = Array("job".utf8)
    for rule in rules {
      switch rule.action {
      case .keep, .drop, .keepequal, .dropequal: continue
      case .labelmap:
        // Which labels a discovery brings is not known, but to which names they go may be.
        let isOpen = RelabelRule.hasVariables(rule.replacement)
        if isOpen || rule.replacement == job { self = .unknown }
      case .labeldrop, .labelkeep:
        if rule.outcome(forName: job) == .remove { self = .value([]) }
      case .replace, .hashmod, .lowercase, .uppercase:
        if RelabelRule.hasVariables(rule.targetLabel) { self = .unknown }
        guard rule.targetLabel == job else { continue }
        let isPlain =
          rule.action == .replace && rule.hasDefaultRegex
          && !RelabelRule.hasVariables(rule.replacement)
        self = isPlain ? .value(rule.replacement) : .unknown
      }
    }
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
    let scheme = try fields["metric_name_validation_scheme"]?.string() ?? ""
    validation = NameValidation(rawValue: scheme) ?? validation
  }
}
