internal import PrometheusConfig
internal import TSDBAnalysis
internal import TSDBFormat

/// Parts of a `prometheus.yml` that take the series of an explosion away from the jobs that exposed them.
struct RelabellingSnippets {
  private let explosion: Explosion
  private let sampleLimit: Int?
  /// The metrics of the family that have the label, by name.
  private let metrics: [String]
  /// True if metrics outside of the family have the label as well.
  private let othersHaveLabel: Bool
  /// What all new names begin with, where names exploded and no other name begins so.
  private let namePrefix: String?

  init(_ explosion: Explosion, _ history: SeriesHistory, sampleLimit: Int?) {
    self.explosion = explosion
    self.sampleLimit = sampleLimit
    let carriers = LabelCarriers(of: explosion, in: history)
    metrics = carriers.family.compactMap { String(validating: $0, as: UTF8.self) }.sorted()
    othersHaveLabel = carriers.others > 0
    namePrefix = carriers.namePrefix.flatMap { String(validating: $0, as: UTF8.self) }
  }

  /// The snippets, the best first.
  var all: [(kind: Proposals.Relabelling.Kind, text: String)] {
    guard let label = String(validating: explosion.label, as: UTF8.self) else { return [] }
    switch label {
    // Of a histogram or a summary without these, or with some of them, nothing is left that can be used.
    case "job", "instance", "le", "quantile": return []
    case "__name__":
      guard let namePrefix else { return [] }
      return [
        (
          .drop,
          file([dropRule(["__name__"], Self.quotedRegex(namePrefix) + ".*")], isLimited: true)
        )
      ]
    default: break
    }
    guard !metrics.isEmpty else { return [] }
    let family = metrics.map(Self.quotedRegex).joined(separator: "|")
    var found: [(kind: Proposals.Relabelling.Kind, text: String)] = []
    if explosion.isNewLabel {
      // The series that were there before have no such label: they stay, and nothing merges.
      let regex = metrics.count > 1 ? "(?:\(family));.+" : "\(family);.+"
      found.append((.drop, file([dropRule(["__name__", label], regex)], isLimited: true)))
    }
    if othersHaveLabel {
      found.append((.removeFromMetric, file([removal(of: label, from: family)])))
    } else {
      let regex = Self.scalar(Self.quotedRegex(label))
      found.append((.labeldrop, file([["regex: \(regex)", "action: labeldrop"]])))
    }
    return found
  }

  /// labeldrop knows no metrics; a label that is set to nothing is removed.
  private func removal(of label: String, from family: String) -> [String] {
    [
      "source_labels: [__name__]", "regex: \(Self.scalar(family))",
      "target_label: \(Self.scalar(label))", "replacement: ''",
    ]
  }

  private func dropRule(_ labels: [String], _ regex: String) -> [String] {
    [
      "source_labels: [\(labels.map(Self.scalar).joined(separator: ", "))]",
      "regex: \(Self.scalar(regex))", "action: drop",
    ]
  }

  /// The jobs with `rules`, each of which is the lines of a mapping. No text where a job's name cannot be
  /// written.
  ///
  /// With the limit only where the series are dropped: of series that merge, each still counts (Prometheus:
  /// scrape/scrape.go knows a series by the line that exposes it).
  private func file(_ rules: [[String]], isLimited: Bool = false) -> String {
    // A server takes no job without a name.
    let jobs = explosion.jobs.compactMap { String(validating: $0, as: UTF8.self) }
      .filter { !$0.isEmpty }.sorted()
    var lines = ["scrape_configs:"]
    for job in jobs {
      lines.append("  - job_name: \(Self.scalar(job))")
      if isLimited, let sampleLimit { lines.append("    sample_limit: \(sampleLimit)") }
      lines.append("    metric_relabel_configs:")
      for rule in rules {
        for (index, line) in rule.enumerated() {
          lines.append((index == 0 ? "      - " : "        ") + line)
        }
      }
    }
    return jobs.isEmpty ? "" : lines.joined(separator: "\n") + "\n"
  }

  /// `text` as a regular expression that matches it alone.
  static func quotedRegex(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      if #"\.+*?()|[]{}^$-"#.unicodeScalars.contains(scalar) { result += "\\" }
      result.unicodeScalars.append(scalar)
    }
    return result
  }

  /// `text` as a YAML value that is read back as this text, whatever it is.
  static func scalar(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "_"):
        true
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: ";"), UInt8(ascii: "+"), UInt8(ascii: "|"), UInt8(ascii: "*"):
        true
      default: false
      }
    }
    let first = text.unicodeScalars.first
    let isWord = first == "_" || first.map { $0.isASCII && $0.properties.isAlphabetic } ?? false
    let isReserved = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"].contains(
      text.lowercased())
    if isPlain && isWord && !isReserved { return text }
    if !text.unicodeScalars.contains(where: { $0.value < 0x20 || (0x7f...0x9f).contains($0.value) })
    {
      let doubled = text.split(separator: "'", omittingEmptySubsequences: false)
        .joined(separator: "''")
      return "'\(doubled)'"
    }
    return doubleQuoted(text)
  }

  private static func doubleQuoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _ where scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value):
        let digits = String(scalar.value, radix: 16)
        result += "\\x" + (digits.count == 1 ? "0" : "") + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

extension SeriesChanges {
  /// The rules of a snippet; nil where it is none.
  init?(configuration text: String) {
    guard !text.isEmpty,
      let configuration = try? PrometheusConfiguration(Array(text.utf8), file: "proposal")
    else { return nil }
    self.init()
    self.configuration = configuration
  }
}
