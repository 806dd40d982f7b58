package import TSDBAnalysis
internal import TSDBFormat
package import TSDBStore

/// `churn --format json`: one object, every bucket and every group.
package struct ChurnJSON: Encodable {
  let schemaVersion = JSONOutput.schemaVersion
  let directory: String
  let matchers: [String]
  /// First and last time that was looked at.
  let minTime: JSONTime?
  let maxTime: JSONTime?
  let stepMilliseconds: Int64?
  let series: Int
  /// Born before, and not gone when the time begins: `earlier + born - died` is `aliveAtEnd + awayAtEnd`, in
  /// all and in each group.
  let earlier: Int
  let born: Int
  let bornNotLaterThan: Int
  let died: Int
  let aliveAtEnd: Int
  let awayAtEnd: Int
  /// Series that are counted nowhere: deleted whole, and others that no server serves.
  let deletedSeries: Int
  let unservedSeries: Int
  let lifetimes: Lives
  let buckets: [Bucket]
  let groupings: [Grouping]
  let rollouts: [RolloutReport]
  let deploys: [DeployReport]
  /// What grew, and why; null where there is no history.
  let growth: GrowthReport?
  /// The births of each account of it, over time.
  let accounts: Accounts?
  let servers: [Server]
  let findings: [FindingJSON]

  private enum CodingKeys: CodingKey {
    case schemaVersion, directory, matchers, minTime, maxTime, stepMilliseconds, series, born
    case earlier, aliveAtEnd, awayAtEnd, deletedSeries, unservedSeries
    case bornNotLaterThan, died, lifetimes, buckets, groupings, rollouts, deploys, growth, accounts
    case servers, findings
  }

  struct Lives: Encodable {
    let series: Int
    let medianMilliseconds: Int64?
    let percentile90Milliseconds: Int64?
    let shorterThanTenMinutes: Int
  }

  /// One step of time.
  struct Bucket: Encodable {
    let start: JSONTime
    let born: Int
    let bornNotLaterThan: Int
    let died: Int
    let alive: Int
    let away: Int
  }

  struct Grouping: Encodable {
    /// What `--by` names.
    let by: JSONText
    /// `series` or `values`.
    let unit: String
    let churning: [Group]
    let growing: [Group]
  }

  struct Group: Encodable {
    let key: [Part]
    let earlier: Int
    let born: Int
    let bornNotLaterThan: Int
    let died: Int
    let aliveAtStart: Int
    let aliveAtEnd: Int
    let awayAtEnd: Int
    let births: [Int]
  }

  struct Part: Encodable {
    let name: JSONText
    let value: JSONText?

    init(_ label: Label) {
      name = JSONText(label.name)
      value = label.value.isEmpty ? nil : JSONText(label.value)
    }
  }

  struct RolloutReport: Encodable {
    let labels: [JSONText]
    let job: JSONText
    let start: JSONTime
    let end: JSONTime
    let replaced: Int
    let series: Int
    let exampleOld: JSONText
    let exampleNew: JSONText
  }

  struct DeployReport: Encodable {
    let time: JSONTime
    let metric: JSONText
    let label: Part
    let target: [Part]
  }

  /// Births of each account, in buckets of their own: they are of all times.
  struct Accounts: Encodable {
    let start: JSONTime
    let stepMilliseconds: Int64
    /// In the order of `growth.causes`.
    let causes: [[Int]]
    let ordinary: [Int]
    let unexplained: [Int]

    init(_ births: GrowthBirths) {
      start = JSONTime(births.start)
      stepMilliseconds = births.step
      causes = births.causes
      ordinary = births.ordinary
      unexplained = births.unexplained
    }
  }

  package struct Server: Encodable {
    let labels: [Part]
    let headSeries: [Point]
    let residentBytes: [Point]
  }

  struct Point: Encodable {
    let time: JSONTime
    let value: Double
  }
}

extension ChurnJSON {
  package init(
    directory: String, selectors: [String], churn: Churn, growth: GrowthReport?,
    servers: [ServerMetrics.Server], damage: [FileError]
  ) {
    let isEmpty = churn.buckets == nil
    self.init(
      directory: directory, matchers: selectors,
      minTime: isEmpty ? nil : JSONTime(churn.range.minTime),
      maxTime: isEmpty ? nil : JSONTime(churn.range.maxTime),
      stepMilliseconds: churn.buckets?.step, series: churn.series,
      earlier: churn.earlier, born: churn.born, bornNotLaterThan: churn.notLaterThan,
      died: churn.died, aliveAtEnd: churn.aliveAtEnd, awayAtEnd: churn.awayAtEnd,
      deletedSeries: churn.deleted, unservedSeries: churn.unserved,
      lifetimes: Lives(
        series: churn.lifetimes.series, medianMilliseconds: churn.lifetimes.median,
        percentile90Milliseconds: churn.lifetimes.percentile90,
        shorterThanTenMinutes: churn.lifetimes.shorterThanTenMinutes),
      buckets: Self.buckets(churn.buckets), groupings: churn.tables.map { Grouping($0) },
      rollouts: churn.rollouts.map { RolloutReport($0) },
      deploys: churn.deploys.map { deploy in
        DeployReport(
          time: JSONTime(deploy.time), metric: JSONText(deploy.metric),
          label: Part(deploy.label), target: deploy.target.map { Part($0) })
      },
      growth: growth,
      accounts: churn.growth.map { Accounts($0.births) },
      servers: servers.map { server in
        Server(
          labels: server.labels.map { Part($0) },
          headSeries: server.headSeries.map { Point(time: JSONTime($0.time), value: $0.value) },
          residentBytes: server.residentBytes.map {
            Point(time: JSONTime($0.time), value: $0.value)
          })
      },
      findings: FindingJSON.all(damage, in: directory))
  }

  private static func buckets(_ buckets: ChurnBuckets?) -> [Bucket] {
    guard let buckets else { return [] }
    return (0..<buckets.count).map { index in
      Bucket(
        start: JSONTime(buckets.time(of: index)), born: buckets.born[index],
        bornNotLaterThan: buckets.notLaterThan[index], died: buckets.died[index],
        alive: buckets.alive[index], away: buckets.away[index])
    }
  }
}

extension ChurnJSON.Grouping {
  init(_ table: Churn.Table) {
    func groups(_ groups: [ChurnGroup]) -> [ChurnJSON.Group] {
      groups.map { group in
        ChurnJSON.Group(
          key: group.key.map { ChurnJSON.Part($0) }, earlier: group.earlier, born: group.born,
          bornNotLaterThan: group.notLaterThan, died: group.died,
          aliveAtStart: group.aliveAtStart, aliveAtEnd: group.aliveAtEnd,
          awayAtEnd: group.awayAtEnd, births: group.births)
      }
    }
    self.init(
      by: JSONText(table.grouping.key), unit: table.grouping.countsValues ? "values" : "series",
      churning: groups(table.churning), growing: groups(table.growing))
  }
}

extension ChurnJSON.RolloutReport {
  init(_ rollout: Rollout) {
    self.init(
      labels: rollout.labels.map { JSONText($0) }, job: JSONText(rollout.job),
      start: JSONTime(rollout.start), end: JSONTime(rollout.end), replaced: rollout.replaced,
      series: rollout.series, exampleOld: JSONText(rollout.example.old),
      exampleNew: JSONText(rollout.example.new))
  }
}

extension ChurnGrouping {
  /// The key of `--by`.
  var key: [UInt8] {
    switch self {
    case .metric: Array("metric".utf8)
    case .label: Array("label".utf8)
    case .pair: Array("pair".utf8)
    case .metricLabel: Array("metric-label".utf8)
    case .target: Array("target".utf8)
    case .values(let label): label
    }
  }
}
