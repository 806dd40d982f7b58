package import TSDBAnalysis
package import TSDBDiagnosis
internal import TSDBFormat
internal import TSDBStore

/// `whatif --format json`: one object. The fields are public interface: Docs/commands.md describes each.
package struct WhatIfJSON: Encodable {
  let schemaVersion = JSONOutput.schemaVersion
  let directory: String
  let scope: String
  let before: Side
  let after: After
  let collisions: [Collision]
  let metrics: [Metric]
  let limits: [Limit]
  let refused: [Refused]
  let unreached: [Unreached]
  let jobs: [Job]
  let findings: [FindingJSON]

  private enum CodingKeys: CodingKey {
    case schemaVersion, directory, scope, before, after, collisions, metrics, limits, refused
    case unreached, jobs, findings
  }

  package init(
    _ changed: ChangedDirectory, directory: String, parts: DirectoryHistory.Parts, limit: Int
  ) {
    let whatIf = changed.whatIf
    self.directory = directory
    scope = parts == .head ? "head" : parts == .blocks ? "blocks" : "blocks and head"
    before = Side(whatIf.before, changed, changed.memoryBefore)
    after = After(changed)
    collisions = whatIf.largestCollisions.map {
      Collision(labels: LabelsJSON(labels: $0.labels), series: $0.series)
    }
    metrics = whatIf.metrics.prefix(limit).map {
      Metric(
        metric: JSONText($0.name),
        before: Counts(
          series: $0.series.before, births: $0.births.before,
          birthsPerSecond: whatIf.perSecond($0.births.before)),
        after: Counts(
          series: $0.series.after, births: $0.births.after,
          birthsPerSecond: whatIf.perSecond($0.births.after)))
    }
    limits = whatIf.limits.map(Limit.init)
    refused = whatIf.refusals.map(Refused.init)
    unreached = whatIf.unreached.map(Unreached.init)
    jobs = whatIf.seriesByJob.sorted { $0.key < $1.key }.map { Job(job: $0.key, series: $0.value) }
    findings = FindingJSON.all(changed.problems, in: directory)
  }

  /// Figures of one side.
  struct Side: Encodable {
    let series: Int
    let labelNames: Int
    let labelValues: Int
    let headSeries: Int
    let births: Int
    let birthsPerSecond: Double
    let estimatedReplayBytes: Int

    init(_ side: WhatIf.Side, _ changed: ChangedDirectory, _ memory: ReplayMemory) {
      series = side.series
      labelNames = side.labelNames
      labelValues = side.values
      headSeries = side.headSeries
      births = side.births
      birthsPerSecond = changed.whatIf.perSecond(side.births)
      estimatedReplayBytes = memory.estimatedBytes
    }
  }

  /// The figures after the change, and what it did.
  struct After: Encodable {
    let side: Side
    let collisions: Int
    let mergedSeries: Int
    let droppedSeries: Int
    let unnamedSeries: Int
    let refusedSeries: Int

    init(_ changed: ChangedDirectory) {
      side = Side(changed.whatIf.after, changed, changed.memoryAfter)
      collisions = changed.whatIf.collisions
      mergedSeries = changed.whatIf.mergedSeries
      droppedSeries = changed.whatIf.droppedSeries
      unnamedSeries = changed.whatIf.unnamedSeries
      refusedSeries = changed.whatIf.refusedSeries
    }

    private enum CodingKeys: CodingKey {
      case collisions, mergedSeries, droppedSeries, unnamedSeries, refusedSeries
    }

    func encode(to encoder: any Encoder) throws {
      try side.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(collisions, forKey: .collisions)
      try container.encode(mergedSeries, forKey: .mergedSeries)
      try container.encode(droppedSeries, forKey: .droppedSeries)
      try container.encode(unnamedSeries, forKey: .unnamedSeries)
      try container.encode(refusedSeries, forKey: .refusedSeries)
    }
  }

  /// A label set that several series would share.
  struct Collision: Encodable {
    let labels: LabelsJSON
    let series: Int
  }

  /// A metric whose figures change.
  struct Metric: Encodable {
    let metric: JSONText
    let before: Counts
    let after: Counts
  }

  /// Series and births.
  struct Counts: Encodable {
    let series: Int
    let births: Int
    let birthsPerSecond: Double
  }

  /// Series that the rules of a job applied to.
  struct Job: Encodable {
    let job: String
    let series: Int
  }

  /// Scrapes that are refused for what rules make of a series.
  struct Refused: Encodable {
    let job: String
    let reason: String
    let series: Int
    let targets: Int
    let since: JSONTime
    let example: LabelsJSON

    init(_ found: WhatIf.Refusal) {
      job = found.job
      reason = found.reason.rawValue
      series = found.series
      targets = found.targets
      since = JSONTime(found.since)
      example = LabelsJSON(labels: found.example)
    }
  }

  /// A job whose rules do not reach its series by its name.
  struct Unreached: Encodable {
    let job: String
    let reason: String
    let series: Int

    init(_ found: WhatIf.Unreached) {
      job = found.job
      series = found.series
      reason =
        switch found.reason {
        case .renamed: "relabelled"
        case .unknownLabel: "relabelled-by-discovery"
        case .honorsLabels: "honor-labels"
        case .noSeries: "no-series"
        }
    }
  }

  /// A limit that would have stopped scrapes.
  struct Limit: Encodable {
    let job: String
    let limit: String
    let value: UInt64
    let most: Int
    let count: Int
    let since: JSONTime
    let example: LabelsJSON

    init(_ found: WhatIf.LimitExceeded) {
      job = found.job
      limit = found.key
      value = found.limit
      most = found.most
      count = found.count
      since = JSONTime(found.since)
      example = LabelsJSON(labels: found.example)
    }
  }
}
