public import TSDBFormat

/// Something that was deployed near the onset of an explosion, on a target that took part in it: a
/// candidate for the cause, not more.
public struct Deploy: Equatable, Sendable {
  /// First sample of the first series that tells of it, in milliseconds.
  public let time: Int64
  /// The metric that tells of it.
  public let metric: [UInt8]
  /// The label whose value is new, such as `version`; for an `*_info` metric that is new as a whole,
  /// its name.
  public let label: Label
  /// Its `job` and `instance`.
  public let target: [Label]
}

/// Finds new values of `version`, `image` and the like, and births of `*_info` series, on the jobs of an
/// explosion, from a quarter of an hour before its onset to a minute after.
struct DeploySearch {
  /// Labels that name a release.
  static let labels: Set<String> = [
    "version", "app_version", "release", "image", "image_id", "image_tag", "tag", "revision",
    "commit", "sha", "git_sha", "goversion", "build", "pod_template_hash",
    "controller_revision_hash",
  ]

  private static let before: Int64 = 15 * 60 * 1000
  private static let after: Int64 = 60 * 1000
  /// How many are told.
  private static let most = 20

  /// The deploys near `explosion`, by time.
  static func deploys(
    near explosion: Explosion, in churn: ChurnHistory, _ lives: [Life]
  ) -> [Deploy] {
    let history = churn.history
    let pairs = history.pairs
    let (first, underflow) = explosion.onset.subtractingReportingOverflow(before)
    let (last, overflow) = explosion.onset.addingReportingOverflow(after)
    guard !underflow, !overflow else { return [] }
    guard let metricName = pairs.nameID(of: Array("__name__".utf8)) else { return [] }
    let jobName = pairs.nameID(of: Array("job".utf8))
    let instanceName = pairs.nameID(of: Array("instance".utf8))
    let jobs = Set(explosion.targets.flatMap(\.labels).filter { $0.name == Array("job".utf8) })
    var isRelease = [Bool](repeating: false, count: pairs.nameCount)
    for name in isRelease.indices {
      isRelease[name] = labels.contains(
        String(decoding: [UInt8](pairs.name(UInt32(name))), as: UTF8.self))
    }
    var found: [LabelPairTable.PairID: Deploy] = [:]
    churn.forEach { series, life in
      let birth = life.times.minTime
      guard birth >= first, birth <= last, !life.isUncertain,
        let metric = history.pair(of: series, named: metricName)
      else { return }
      let target = [jobName, instanceName].compactMap { name in
        name.flatMap { history.pair(of: series, named: $0) }.map(pairs.label(ofPair:))
      }
      guard jobs.isEmpty || target.contains(where: jobs.contains) else { return }
      let own = history.series.pairs(of: series)
      for index in own.indices {
        let pair = own[index]
        let isNew =
          isRelease[Int(pairs.nameID(ofPair: pair))] || pair == metric && isInfo(pairs, metric)
        guard isNew, lives[Int(pair)].times.minTime == birth, found[pair] == nil else {
          continue
        }
        found[pair] = Deploy(
          time: birth, metric: [UInt8](pairs.value(ofPair: metric)),
          label: pairs.label(ofPair: pair), target: target)
      }
    }
    let sorted = found.values.sorted { left, right in
      left.time == right.time
        ? [left.label].isOrdered(before: [right.label]) : left.time < right.time
    }
    return Array(sorted.prefix(most))
  }

  private static func isInfo(_ pairs: LabelPairTable, _ metric: LabelPairTable.PairID) -> Bool {
    [UInt8](pairs.value(ofPair: metric)).suffix(5).elementsEqual("_info".utf8)
  }
}
