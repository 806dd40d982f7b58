/// What a rule must and must not say, by its action (Prometheus: model/relabel/relabel.go,
/// `Config.Validate`).
struct RelabelRuleCheck {
  private let fields: YAMLFields
  private let release: ConfigurationRelease
  /// Which names the job or the file allows; asked since 3.7.
  private let validation: NameValidation

  init(_ fields: YAMLFields, _ release: ConfigurationRelease, validation: NameValidation) {
    self.fields = fields
    self.release = release
    self.validation = validation
  }

  func check() throws(ConfigurationError) {
    let action = try fields["action"]?.word(RelabelRule.Action.self, lowercased: true) ?? .replace
    if action == .hashmod, try fields.given("modulus")?.count() ?? 0 == 0 {
      throw failure("modulus", "hashmod needs a modulus that is not 0")
    }
    try checkTarget(action)
    switch action {
    case .lowercase, .uppercase:
      if try text("replacement") ?? "$1" != "$1" {
        throw failure("replacement", "\(action.rawValue) takes no replacement")
      }
    case .keepequal, .dropequal:
      try allowOnly(["action", "source_labels", "target_label"], action)
    case .labeldrop, .labelkeep:
      try allowOnly(["action", "regex"], action)
    case .labelmap:
      let replacement = try text("replacement") ?? "$1"
      if !isMapped(replacement) {
        throw failure("replacement", "\"\(replacement)\" cannot be a label name")
      }
    case .replace, .keep, .drop, .hashmod: break
    }
  }

  private func text(_ key: String) throws(ConfigurationError) -> String? {
    try fields[key]?.string()
  }

  private func failure(_ key: String, _ problem: String) -> ConfigurationError {
    (fields[key] ?? fields.value).failure(problem)
  }

  private func checkTarget(_ action: RelabelRule.Action) throws(ConfigurationError) {
    switch action {
    case .replace, .hashmod, .lowercase, .uppercase, .keepequal, .dropequal: break
    case .keep, .drop, .labelmap, .labeldrop, .labelkeep: return
    }
    let target = try text("target_label") ?? ""
    if target.isEmpty {
      throw failure("target_label", "\(action.rawValue) needs a target_label")
    }
    if !isTarget(target, action) {
      throw failure("target_label", "\"\(target)\" cannot be a label name")
    }
  }

  private func isTarget(_ text: String, _ action: RelabelRule.Action) -> Bool {
    let isVariable = text.contains("$")
    if action == .hashmod { return isName(text) }
    if !release.since(2, 50) { return Self.isTemplate(text) }
    guard action == .replace, isVariable else { return isName(text) }
    return isMapped(text)
  }

  /// True for a text with variables that may become a name.
  private func isMapped(_ text: String) -> Bool {
    if !release.since(3, 2) { return Self.isTemplate(text) }
    return names == .utf8 ? isName(text) : Self.isTemplate(text)
  }

  private var names: NameValidation { RelabelRule.names(release, validation) }

  private func isName(_ text: String) -> Bool { names.allows(Array(text.utf8)) }

  /// `^(?:(?:[a-zA-Z_]|\$(?:\{\w+\}|\w+))+\w*)+$`
  private static func isTemplate(_ text: String) -> Bool {
    var rest = Array(text.utf8)[...]
    guard let first = rest.first, !NameValidation.isDigit(first) else { return false }
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "$") else {
        if isWord(byte) { continue }
        return false
      }
      let isBraced = rest.first == UInt8(ascii: "{")
      if isBraced { rest = rest.dropFirst() }
      let name = rest.prefix(while: isWord)
      rest = rest.dropFirst(name.count)
      if name.isEmpty { return false }
      if isBraced, rest.popFirst() != UInt8(ascii: "}") { return false }
    }
    return true
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    NameValidation.isDigit(byte) || NameValidation.isLetter(byte)
  }

  private func allowOnly(
    _ keys: [String], _ action: RelabelRule.Action
  ) throws(ConfigurationError) {
    for key in fields.keys where !keys.contains(key) {
      if try isDefault(key) { continue }
      throw failure(key, "\(action.rawValue) takes only \(keys.joined(separator: ", "))")
    }
  }

  /// True where a key says what holds without it, which Prometheus cannot tell from its absence.
  private func isDefault(_ key: String) throws(ConfigurationError) -> Bool {
    switch key {
    case "separator": try text(key) == ";"
    case "replacement": try text(key) == "$1"
    case "target_label": try text(key) == ""
    case "modulus": try fields.given(key)?.count() ?? 0 == 0
    case "source_labels": fields[key]?.isNull == true
    default: false
    }
  }
}

extension SectionRules {
  /// A rule by itself; since 3.7 rules are held against the names of their jobs instead.
  func relabel() throws(ConfigurationError) {
    try RelabelRuleCheck(fields, release, validation: release.since(3, 7) ? .utf8 : .legacy).check()
  }

  /// The rules of the file, when it is known which names their jobs allow.
  func lateRelabelling() throws(ConfigurationError) {
    let global = try section("global")?.scheme() ?? .utf8
    try checkRules(["metric_relabel_configs"], scheme() ?? global)
    for job in try list("scrape_configs") {
      let job = SectionRules(release: release, fields: try job.fields())
      try job.checkRules(["relabel_configs", "metric_relabel_configs"], job.scheme() ?? global)
    }
    for write in try list("remote_write") {
      let write = SectionRules(release: release, fields: try write.fields())
      try write.checkRules(["write_relabel_configs"], global)
    }
    guard let alerting = try section("alerting") else { return }
    try alerting.checkRules(["alert_relabel_configs"], global)
    for manager in try alerting.list("alertmanagers") {
      let manager = SectionRules(release: release, fields: try manager.fields())
      try manager.checkRules(["relabel_configs", "alert_relabel_configs"], global)
    }
  }

  private func scheme() throws(ConfigurationError) -> NameValidation? {
    NameValidation(rawValue: try text("metric_name_validation_scheme"))
  }

  private func checkRules(
    _ keys: [String], _ validation: NameValidation
  ) throws(ConfigurationError) {
    for key in keys {
      for rule in try list(key) {
        try RelabelRuleCheck(try rule.fields(), release, validation: validation).check()
      }
    }
  }
}
