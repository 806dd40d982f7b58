/// What the sections of `prometheus.yml` demand that are about the server, its jobs and its storage
/// (Prometheus: config/config.go).
extension SectionRules {
  private static let minute: Int64 = 60_000

  func config() throws(ConfigurationError) {
    for key in ["rule_files", "scrape_config_files"] {
      for item in try list(key) {
        guard Self.isGlob(try item.string()) else {
          throw item.failure("only the last part of a path can have a *")
        }
      }
    }
    try jobs()
    for key in ["remote_write", "remote_read"] {
      var names: Set<String> = []
      for item in try list(key) {
        if item.isNull { throw item.failure("expected a mapping, found nothing") }
        let name = try item.fields()["name"]?.string() ?? ""
        guard name.isEmpty || names.insert(name).inserted else {
          throw item.failure("found a second one with the name \(name)")
        }
      }
    }
    try translation()
    if release.since(3, 7) { try lateRelabelling() }
  }

  /// `^[^*]*(\*[^/]*)?$`
  static func isGlob(_ path: String) -> Bool {
    guard let star = path.utf8.firstIndex(of: UInt8(ascii: "*")) else { return true }
    return !path.utf8[star...].contains(UInt8(ascii: "/"))
  }

  private func jobs() throws(ConfigurationError) {
    let global = try section("global") ?? SectionRules(release: release, fields: .empty)
    var names: Set<String> = []
    for item in try list("scrape_configs") {
      if item.isNull { throw item.failure("expected a job, found nothing") }
      let job = SectionRules(release: release, fields: try item.fields())
      try job.validate(global: global)
      let name = try job.text("job_name")
      guard names.insert(name).inserted else {
        throw item.failure("found a second job with the name \"\(name)\"")
      }
    }
  }

  func global() throws(ConfigurationError) {
    if let labels = fields.given("external_labels") {
      let names: NameValidation =
        release.since(3, 7)
        ? try validation(globally: nil)
        : release.since(3, 0) ? .utf8 : .legacy
      for (key, value) in try labels.fields().all {
        // A label without a value is none.
        if try value.string().isEmpty { continue }
        guard names.allows(Array(try key.string().utf8)) else {
          throw key.failure("expected a label name, found \(key.node.kind)")
        }
      }
    }
    if try duration("scrape_timeout") > interval {
      throw failure("scrape_timeout", "the timeout is greater than the scrape_interval")
    }
    try protocols(of: self)
  }

  /// `scrape_interval` of `global`.
  private var interval: Int64 {
    get throws(ConfigurationError) {
      let given = try duration("scrape_interval")
      return given == 0 ? Self.minute : given
    }
  }

  /// `metric_name_validation_scheme`, as `global` says where this does not.
  private func validation(globally: NameValidation?) throws(ConfigurationError) -> NameValidation {
    NameValidation(rawValue: try text("metric_name_validation_scheme")) ?? globally ?? .utf8
  }

  private func protocols(of section: SectionRules) throws(ConfigurationError) {
    guard let given = section.fields.given("scrape_protocols") else { return }
    var met: Set<String> = []
    for item in try given.list() {
      let name = try item.string()
      guard isProtocol(name) else { throw item.failure("unknown protocol") }
      guard met.insert(name).inserted else { throw item.failure("the protocol is given twice") }
    }
    if met.isEmpty { throw given.failure("expected at least one protocol") }
  }

  private func isProtocol(_ name: String) -> Bool {
    switch name {
    case "PrometheusProto", "PrometheusText0.0.4", "OpenMetricsText0.0.1", "OpenMetricsText1.0.0":
      true
    case "PrometheusText1.0.0": release.since(3, 0)
    default: false
    }
  }

  // MARK: Jobs

  func scrapeConfig() throws(ConfigurationError) {
    try require("job_name")
    try client()
    try noEmptyDiscoveries()
    try targetsAreNoURLs()
    try noNulls(in: "relabel_configs")
    try noNulls(in: "metric_relabel_configs")
  }

  func targetsAreNoURLs() throws(ConfigurationError) {
    guard try list("relabel_configs").isEmpty else { return }
    for group in try list("static_configs") {
      for target in try group.fields()["targets"]?.list() ?? []
      where try target.string().utf8.contains(UInt8(ascii: "/")) {
        throw target.failure("expected host and port, found \(target.node.kind)")
      }
    }
  }

  private func validate(global: SectionRules) throws(ConfigurationError) {
    let own = try duration("scrape_interval")
    if try duration("scrape_timeout") > (own == 0 ? global.interval : own) {
      throw failure("scrape_timeout", "the timeout is greater than the scrape_interval")
    }
    try protocols(of: self)
    let fallback = try text("fallback_scrape_protocol")
    guard fallback.isEmpty || isProtocol(fallback) else {
      throw failure("fallback_scrape_protocol", "unknown protocol")
    }
    try names(global)
  }

  /// `metric_name_validation_scheme` and `metric_name_escaping_scheme`.
  private func names(_ global: SectionRules) throws(ConfigurationError) {
    for section in [global, self] {
      let scheme = try section.text("metric_name_validation_scheme")
      guard scheme.isEmpty || NameValidation(rawValue: scheme) != nil else {
        throw section.failure("metric_name_validation_scheme", "expected legacy or utf8")
      }
    }
    guard release.since(3, 4) else { return }
    let schemes = ["allow-utf-8", "underscores", "dots", "values"]
    var escaping = ["", ""]
    for (index, section) in [global, self].enumerated() {
      escaping[index] = try section.text("metric_name_escaping_scheme")
      guard escaping[index].isEmpty || schemes.contains(escaping[index]) else {
        let known = schemes.joined(separator: ", ")
        throw section.failure("metric_name_escaping_scheme", "expected one of \(known)")
      }
    }
    let globally = try global.validation(globally: nil)
    let validation = try validation(globally: globally)
    if escaping[0].isEmpty { escaping[0] = globally == .legacy ? "underscores" : "allow-utf-8" }
    if escaping[1].isEmpty {
      // Until 3.7 a job that says legacy had the escaping of `global` all the same.
      let isOwn = release.since(3, 7) && isGiven("metric_name_validation_scheme")
      escaping[1] = isOwn ? (validation == .legacy ? "underscores" : "allow-utf-8") : escaping[0]
    }
    if escaping[1] == "allow-utf-8", validation == .legacy {
      throw failure(
        "metric_name_validation_scheme",
        "legacy needs a metric_name_escaping_scheme, such as underscores")
    }
  }

  // MARK: Storage and what is received

  func tsdb() throws(ConfigurationError) {
    guard let chunks = try section("chunk_encoding") else { return }
    guard try ["", "xor", "xor2"].contains(chunks.text("floats")) else {
      throw chunks.failure("floats", "expected xor or xor2")
    }
  }

  func retention() throws(ConfigurationError) {
    if let size = fields.given("size"), try size.size() < 0 {
      throw size.failure("expected a size from 0 on")
    }
    if let share = fields.given("percentage") {
      let number = try share.float()
      if number < 0 || number > 100 { throw share.failure("expected a number from 0 to 100") }
    }
  }

  func otlp() throws(ConfigurationError) {
    let promoted = try list("promote_resource_attributes")
    let ignored = try list("ignore_resource_attributes")
    if try fields.given("promote_all_resource_attributes")?.flag() == true {
      if let first = promoted.first {
        throw first.failure("cannot be set beside promote_all_resource_attributes")
      }
    } else if let first = ignored.first {
      throw first.failure("needs promote_all_resource_attributes")
    }
    var met: Set<String> = []
    for item in promoted + ignored {
      let name = try item.string().trimmed
      if name.isEmpty { throw item.failure("expected the name of an attribute") }
      guard met.insert(name).inserted else { throw item.failure("the attribute is named twice") }
    }
  }

  private func translation() throws(ConfigurationError) {
    guard let otlp = try section("otlp") else { return }
    let strategy = try otlp.text("translation_strategy")
    switch strategy {
    case "", "UnderscoreEscapingWithSuffixes": return
    case "UnderscoreEscapingWithoutSuffixes":
      if release.since(3, 6) { return }
    case "NoTranslation", "NoUTF8EscapingWithSuffixes":
      let global = try section("global")
      if strategy == "NoTranslation", !release.since(3, 5) { break }
      if try global?.validation(globally: nil) != .legacy { return }
      throw otlp.failure("translation_strategy", "needs metric_name_validation_scheme utf8")
    default: break
    }
    throw otlp.failure("translation_strategy", "unknown strategy")
  }

  func tracing() throws(ConfigurationError) {
    try headers(reserved: Self.reservedHeaders)
    try require("endpoint")
    guard try ["", "gzip"].contains(text("compression")) else {
      throw failure("compression", "expected gzip")
    }
  }
}

extension String {
  /// Without the blanks around it, as Go's `strings.TrimSpace` has it.
  var trimmed: String {
    let blanks = drop { $0.isWhitespace }
    return String(blanks.reversed().drop { $0.isWhitespace }.reversed())
  }
}
