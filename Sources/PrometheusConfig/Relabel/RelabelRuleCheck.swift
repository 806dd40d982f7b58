/// What a rule must and must not say, by its action (Prometheus: model/relabel/relabel.go,
/// `Config.Validate`).
struct RelabelRuleCheck {
  private let rule: RelabelRule
  private let fields: YAMLFields

  init(_ rule: RelabelRule, _ fields: YAMLFields) {
    self.rule = rule
    self.fields = fields
  }

  func check() throws(ConfigurationError) {
    try checkTarget()
    if rule.action == .hashmod, rule.modulus == 0 {
      throw failure("modulus", "hashmod needs a modulus that is not 0")
    }
    switch rule.action {
    case .lowercase, .uppercase:
      if rule.replacement != Array("$1".utf8) {
        throw failure("replacement", "\(rule.action.rawValue) takes no replacement")
      }
    case .keepequal, .dropequal:
      try allowOnly(["action", "source_labels", "target_label"])
    case .labeldrop, .labelkeep:
      try allowOnly(["action", "regex"])
    case .labelmap:
      if !isTemplate(rule.replacement) {
        throw failure("replacement", "\(shown(rule.replacement)) cannot be a label name")
      }
    case .replace, .keep, .drop, .hashmod: break
    }
  }

  private func checkTarget() throws(ConfigurationError) {
    switch rule.action {
    case .replace, .hashmod, .lowercase, .uppercase, .keepequal, .dropequal: break
    case .keep, .drop, .labelmap, .labeldrop, .labelkeep: return
    }
    guard !rule.targetLabel.isEmpty else {
      throw failure("target_label", "\(rule.action.rawValue) needs a target_label")
    }
    let isAllowed =
      rule.action == .replace && RelabelRule.hasVariables(rule.targetLabel)
      ? isTemplate(rule.targetLabel) : rule.validation.allows(rule.targetLabel)
    if !isAllowed {
      throw failure("target_label", "\(shown(rule.targetLabel)) cannot be a label name")
    }
  }

  /// True for a text that may become a name once its variables are filled in.
  private func isTemplate(_ text: [UInt8]) -> Bool {
    switch rule.validation {
    case .utf8: return rule.validation.allows(text)
    case .legacy:
      // As `^(?:(?:[a-zA-Z_]|\$(?:\{\w+\}|\w+))+\w*)+$` has it.
      var index = 0
      guard let first = text.first, !NameValidation.isDigit(first) else { return false }
      while index < text.count {
        if text[index] == UInt8(ascii: "$") {
          guard let name = TemplateName(text, at: index + 1) else { return false }
          index = name.end
        } else if NameValidation.isLetter(text[index]) || NameValidation.isDigit(text[index]) {
          index += 1
        } else {
          return false
        }
      }
      return true
    }
  }

  private func allowOnly(_ keys: [String]) throws(ConfigurationError) {
    for key in fields.keys where !keys.contains(key) && !isDefault(key) {
      throw failure(key, "\(rule.action.rawValue) takes only \(keys.joined(separator: ", "))")
    }
  }

  /// True where a key says what holds without it, which Prometheus cannot tell from its absence.
  private func isDefault(_ key: String) -> Bool {
    switch key {
    case "separator": rule.separator == Array(";".utf8)
    case "replacement": rule.replacement == Array("$1".utf8)
    case "target_label": rule.targetLabel.isEmpty
    case "modulus": rule.modulus == 0
    case "source_labels": rule.sourceLabels.isEmpty && fields["source_labels"]?.node.isNull == true
    default: false
    }
  }

  private func failure(_ key: String, _ problem: String) -> ConfigurationError {
    (fields[key] ?? fields.value).failure(problem)
  }

  private func shown(_ text: [UInt8]) -> String { "\"\(String(decoding: text, as: UTF8.self))\"" }
}
