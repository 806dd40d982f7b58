internal import Crypto
internal import TSDBFormat
public import TSDBStore

/// One entry of `metric_relabel_configs` (Prometheus: model/relabel/relabel.go).
public struct RelabelRule: Sendable {
  /// What a rule does; the words are those of the file.
  public enum Action: String, CaseIterable, Sendable {
    /// Sets the target label to the replacement where the regular expression matches.
    case replace
    /// Keeps only series whose source matches.
    case keep
    /// Drops series whose source matches.
    case drop
    /// Keeps only series whose source is the value of the target label.
    case keepequal
    /// Drops series whose source is the value of the target label.
    case dropequal
    /// Sets the target label to the hash of the source, modulo `modulus`.
    case hashmod
    /// Copies labels whose names match to names that are made of them.
    case labelmap
    /// Removes labels whose names match.
    case labeldrop
    /// Removes labels whose names do not match.
    case labelkeep
    /// Sets the target label to the source in small letters.
    case lowercase
    /// Sets the target label to the source in capital letters.
    case uppercase
  }

  /// What it does.
  public let action: Action
  /// The labels whose values, joined, are the source.
  public let sourceLabels: [[UInt8]]
  /// What stands between their values.
  public let separator: [UInt8]
  /// What the source, or a label's name, is held against.
  public let regex: RegularExpression
  /// The label that is set.
  public let targetLabel: [UInt8]
  /// What it is set to.
  public let replacement: [UInt8]
  /// For `hashmod`.
  public let modulus: UInt64
  /// Which names the target may have.
  public let validation: NameValidation
  /// True where no regular expression was given, so that it is `(.*)`.
  let hasDefaultRegex: Bool

  /// True for releases that, where the target is no name, remove what `target_label` says.
  private let removesTemplate: Bool

  /// Reads a rule of a file that a server of this release takes; `validation` is what the job or the file
  /// says of names.
  init(
    _ value: YAMLFields.Value, validation: NameValidation, release: ConfigurationRelease
  ) throws(ConfigurationError) {
    let fields = try value.fields()
    action = try fields["action"]?.word(lowercased: true) ?? .replace
    var labels: [[UInt8]] = []
    for item in try fields["source_labels"]?.list() ?? [] {
      labels.append(Array(try item.string().utf8))
    }
    sourceLabels = labels
    separator = Array(try fields["separator"]?.string().utf8 ?? ";".utf8)
    targetLabel = Array(try fields["target_label"]?.string().utf8 ?? "".utf8)
    replacement = Array(try fields["replacement"]?.string().utf8 ?? "$1".utf8)
    modulus = try fields.given("modulus")?.count() ?? 0
    self.validation = Self.names(release, validation)
    removesTemplate = !release.since(2, 50)
    let pattern = try fields["regex"]?.string()
    hasDefaultRegex = pattern == nil
    do {
      regex = try RelabelRegex.compile(pattern ?? "(.*)", release)
    } catch {
      throw (fields["regex"] ?? value).failure("not a regular expression: \(error.why)")
    }
  }

  /// Which names rules may set: what the job says counts since 3.7.
  static func names(_ release: ConfigurationRelease, _ own: NameValidation) -> NameValidation {
    release.since(3, 7) ? own : release.since(3, 0) ? .utf8 : .legacy
  }

  /// Applies the rule. False if it drops the series.
  public func apply(to labels: inout RelabelledLabels) -> Bool {
    switch action {
    case .labelmap, .labeldrop, .labelkeep:
      changeNames(of: &labels)
      return true
    case .keepequal, .dropequal:
      let isEqual = labels[targetLabel] == source(of: labels)
      return isEqual == (action == .keepequal)
    default:
      switch outcome(for: source(of: labels)) {
      case .drop: return false
      case .nothing: return true
      case .set(let name, let value):
        labels[name] = value
        return true
      }
    }
  }

  /// What a rule that looks at its source does to a series.
  public enum Outcome: Equatable, Sendable {
    /// The series stays as it is.
    case nothing
    /// The series goes.
    case drop
    /// A label is set; removed, where the value is empty.
    case set(name: [UInt8], value: [UInt8])
  }

  /// The values of the source labels, joined.
  public func source(of labels: RelabelledLabels) -> [UInt8] {
    source { labels[$0] }
  }

  /// The same, of values that are had in another way.
  public func source(_ value: (_ label: [UInt8]) -> [UInt8]) -> [UInt8] {
    var joined: [UInt8] = []
    for (index, label) in sourceLabels.enumerated() {
      if index > 0 { joined += separator }
      joined += value(label)
    }
    return joined
  }

  /// What the rule does to a series with this source; not for rules that look at names, or that compare
  /// labels.
  public func outcome(for source: [UInt8]) -> Outcome {
    switch action {
    case .keep: return regex.matches(source) ? .nothing : .drop
    case .drop: return regex.matches(source) ? .drop : .nothing
    case .replace: return replaced(source)
    case .lowercase: return .set(name: targetLabel, value: LetterCase.lower(source))
    case .uppercase: return .set(name: targetLabel, value: LetterCase.upper(source))
    case .hashmod:
      guard modulus > 0 else { return .nothing }
      let hash = Insecure.MD5.hash(data: source)
      // The last 8 bytes, as the largest first: so Prometheus has it since its first days.
      let number = hash.suffix(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
      let rest = number.remainderReportingOverflow(dividingBy: modulus).partialValue
      return .set(name: targetLabel, value: Array(String(rest).utf8))
    case .labelmap, .labeldrop, .labelkeep, .keepequal, .dropequal: return .nothing
    }
  }

  private func replaced(_ source: [UInt8]) -> Outcome {
    let isPlain = !Self.hasVariables(targetLabel) && !Self.hasVariables(replacement)
    if source.isEmpty, hasDefaultRegex, isPlain {
      return .set(name: targetLabel, value: replacement)
    }
    guard let match = regex.groups(in: source) else { return .nothing }
    let target = match.expanded(targetLabel)
    guard validation.allows(target) else {
      return removesTemplate ? .set(name: targetLabel, value: []) : .nothing
    }
    let value = match.expanded(replacement)
    return .set(name: value.isEmpty && removesTemplate ? targetLabel : target, value: value)
  }

  /// True for a text with something to be filled in.
  static func hasVariables(_ text: [UInt8]) -> Bool { text.contains(UInt8(ascii: "$")) }

  /// What a rule that looks at names makes of a label: for `labelmap` the name of the copy.
  public enum NameOutcome: Equatable, Sendable {
    /// It stays.
    case keep
    /// It goes.
    case remove
    /// It is copied to this name.
    case copy([UInt8])
  }

  /// What the rule does to a label of this name; `keep` for rules that do not look at names.
  public func outcome(forName name: [UInt8]) -> NameOutcome {
    switch action {
    case .labeldrop: regex.matches(name) ? .remove : .keep
    case .labelkeep: regex.matches(name) ? .keep : .remove
    case .labelmap: regex.groups(in: name).map { .copy($0.expanded(replacement)) } ?? .keep
    default: .keep
    }
  }

  private func changeNames(of labels: inout RelabelledLabels) {
    for label in labels.all {
      switch outcome(forName: label.name) {
      case .keep: break
      case .remove: labels[label.name] = []
      case .copy(let name): labels[name] = label.value
      }
    }
  }
}
