/// What the sections of a configuration demand of their values beyond the types: the methods `UnmarshalYAML`
/// and `Validate` of Prometheus, in files by what they are about.
struct SectionRules {
  let release: ConfigurationRelease
  let fields: YAMLFields

  func check(_ section: String) throws(ConfigurationError) {
    switch section {
    case "config": try config()
    case "global": try global()
    case "scrape_config": try scrapeConfig()
    case "relabel": try relabel()
    case "alerting": try noNulls(in: "alert_relabel_configs")
    case "alertmanager": try alertmanager()
    case "tsdb": try tsdb()
    case "retention": try retention()
    case "tracing": try tracing()
    case "remote_write": try remoteWrite()
    case "remote_read": try remoteRead()
    case "otlp": try otlp()
    case "tls": try tls()
    case "oauth2": if release.since(3, 5) { try oauth2() }
    case "sigv4": try sigv4()
    case "azuread": try azureAD()
    default: try discovery(section)
    }
  }

  // MARK: Values, which are known to have their types

  func failure(_ key: String, _ problem: String) -> ConfigurationError {
    (fields[key] ?? fields.value).failure(problem)
  }

  /// Text; empty where there is none.
  func text(_ key: String) throws(ConfigurationError) -> String {
    try fields[key]?.string() ?? ""
  }

  func isGiven(_ key: String) -> Bool { fields.given(key) != nil }

  /// True where there is text in it.
  func hasText(_ key: String) throws(ConfigurationError) -> Bool {
    try !text(key).isEmpty
  }

  func duration(_ key: String) throws(ConfigurationError) -> Int64 {
    try fields.given(key)?.duration() ?? 0
  }

  func list(_ key: String) throws(ConfigurationError) -> [YAMLFields.Value] {
    try fields[key]?.list() ?? []
  }

  func require(_ key: String) throws(ConfigurationError) {
    if try text(key).isEmpty { throw failure(key, "\(key) is missing") }
  }

  /// True where one of these keys has text.
  func hasAny(_ keys: String...) throws(ConfigurationError) -> Bool {
    for key in keys where try hasText(key) { return true }
    return false
  }

  /// At most one of these keys may have a value.
  func atMostOne(_ keys: [String]) throws(ConfigurationError) {
    var given: [String] = []
    for key in keys where try hasText(key) { given.append(key) }
    if given.count > 1 {
      throw failure(given[1], "at most one of \(keys.joined(separator: ", ")) can be set")
    }
  }

  /// No discovery may be nothing.
  func noEmptyDiscoveries() throws(ConfigurationError) {
    for key in fields.keys where key.hasSuffix("_sd_configs") || key == "static_configs" {
      for item in try list(key) where item.isNull {
        throw item.failure("expected a mapping, found nothing")
      }
    }
  }

  func noNulls(in key: String) throws(ConfigurationError) {
    for item in try list(key) where item.isNull {
      throw item.failure("expected a rule, found nothing")
    }
  }

  /// The fields of a section in this one; nil where there is none.
  func section(_ key: String) throws(ConfigurationError) -> SectionRules? {
    guard let given = fields.given(key) else { return nil }
    return SectionRules(release: release, fields: try given.fields())
  }
}
