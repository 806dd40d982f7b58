internal import TSDBAnalysis
internal import TSDBDiagnosis
internal import TSDBFormat

/// Proposals as JSON. The fields are public interface: Docs/commands.md describes each.
struct ProposalsReport: Encodable {
  let relabelling: [Relabelling]
  let sampleLimit: SampleLimit?
  let alerts: Alerts?

  init(_ proposals: Proposals) {
    relabelling = proposals.remedies.map(Relabelling.init)
    sampleLimit = proposals.sampleLimit.map(SampleLimit.init)
    alerts = proposals.alerts.map(Alerts.init)
  }

  /// What helps against an incident, and what it would have made of the directory.
  struct Relabelling: Encodable {
    private let remedy: Remedy

    init(_ remedy: Remedy) { self.remedy = remedy }

    private enum CodingKeys: CodingKey {
      case cause, `where`, kind, config, before, after, warnings, why
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(remedy.cause, forKey: .cause)
      try container.encode(remedy.place.rawValue, forKey: .where)
      try container.encode(remedy.kind?.rawValue, forKey: .kind)
      try container.encode(remedy.configuration, forKey: .config)
      try container.encode(remedy.warnings, forKey: .warnings)
      try container.encode(remedy.why, forKey: .why)
      if let result = remedy.result {
        try container.encode(
          WhatIfJSON.Side(result.whatIf.before, result, result.memoryBefore), forKey: .before)
      }
      try container.encode(After(remedy: remedy), forKey: .after)
    }
  }

  /// What would be left: what `whatif` says, where it was tried.
  private struct After: Encodable {
    let remedy: Remedy

    private enum CodingKeys: CodingKey { case series, merges }

    func encode(to encoder: any Encoder) throws {
      if let result = remedy.result { try WhatIfJSON.After(result).encode(to: encoder) }
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(remedy.seriesAfter, forKey: .series)
      try container.encode(remedy.merges, forKey: .merges)
    }
  }

  /// The limit that would have caught it.
  struct SampleLimit: Encodable {
    let limit: Int
    let mostBefore: Int
    let most: Int
    let exceededAt: JSONTime
    let target: LabelsJSON

    init(_ found: Proposals.SampleLimit) {
      limit = found.limit
      mostBefore = found.mostBefore
      most = found.most
      exceededAt = JSONTime(found.exceededAt)
      target = LabelsJSON(labels: found.target)
    }
  }

  /// Alerts, as a file of rules.
  struct Alerts: Encodable {
    let rules: String
    let usualSeries: Int
    let headSeries: Alert
    let growth: Alert

    init(_ found: HeadAlerts) {
      rules = found.rules
      usualSeries = found.usual
      headSeries = Alert(found.size)
      growth = Alert(found.growth)
    }
  }

  /// A threshold, and when it would have fired.
  struct Alert: Encodable {
    let threshold: Int
    let firesAt: JSONTime?

    init(_ found: HeadAlerts.Alert) {
      threshold = found.threshold
      firesAt = found.firesAt.map { JSONTime($0) }
    }
  }
}
