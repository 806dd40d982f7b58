internal import TSDBAnalysis
internal import TSDBDiagnosis
internal import TSDBFormat

/// Proposals as JSON. The fields are public interface: Docs/commands.md describes each.
struct ProposalsReport: Encodable {
  let relabelling: [Relabelling]
  let sampleLimit: SampleLimit?
  let alerts: Alerts

  init(_ proposals: Proposals) {
    relabelling = proposals.relabellings.map(Relabelling.init)
    sampleLimit = proposals.sampleLimit.map(SampleLimit.init)
    alerts = Alerts(proposals.alerts)
  }

  /// Rules, and what they would have made of the directory.
  struct Relabelling: Encodable {
    let kind: String
    let config: String
    let before: WhatIfJSON.Side
    let after: WhatIfJSON.After

    init(_ proposal: Proposals.Relabelling) {
      kind = proposal.kind.rawValue
      config = proposal.configuration
      before = WhatIfJSON.Side(
        proposal.result.whatIf.before, proposal.result, proposal.result.memoryBefore)
      after = WhatIfJSON.After(proposal.result)
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
