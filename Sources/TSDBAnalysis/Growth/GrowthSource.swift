internal import TSDBFormat

/// Tells how series come to a server, by what a scrape leaves (`up`), by the colon in the names of rules,
/// and by the labels that a sender puts on all it sends.
struct GrowthSource {
  private typealias PairID = LabelPairTable.PairID

  private let growth: GrowthHistory
  /// Targets that have `up`: job and instance.
  private let targets: Set<UInt64>
  /// By pair: whether a metric's name has a colon; only of those that are names.
  private let isRule: [LabelPairTable.PairID: Bool]
  private let jobName: LabelPairTable.NameID?
  private let instanceName: LabelPairTable.NameID?

  init(_ growth: GrowthHistory) {
    self.growth = growth
    let history = growth.history
    jobName = history.pairs.nameID(of: Array("job".utf8))
    instanceName = history.pairs.nameID(of: Array("instance".utf8))
    var isRule: [PairID: Bool] = [:]
    var targets = Set<UInt64>()
    var up: PairID?
    if let name = growth.metricName {
      up = history.pairs.pairID(name: name, value: Array("up".utf8).rawBytes)
    }
    var metrics = growth.metricName.map { LabelFinder($0) }
    var jobs = jobName.map { LabelFinder($0) }
    var instances = instanceName.map { LabelFinder($0) }
    var last: PairID?
    history.series.forEachWithSamples { series, _ in
      guard let metric = metrics?.pair(of: series, in: history) else { return }
      if metric == up {
        targets.insert(
          Self.key(
            jobs?.pair(of: series, in: history), instances?.pair(of: series, in: history)))
      }
      guard metric != last else { return }
      last = metric
      if isRule[metric] == nil {
        isRule[metric] = [UInt8](history.pairs.value(ofPair: metric)).contains(UInt8(ascii: ":"))
      }
    }
    self.isRule = isRule
    self.targets = targets
  }

  private static func key(_ job: PairID?, _ instance: PairID?) -> UInt64 {
    UInt64(job ?? .max) << 32 | UInt64(instance ?? .max)
  }

  /// True where there are labels that all series share which have no rule's name and are not the server's
  /// own: a sender puts them on all it sends.
  private var isSent: Bool {
    let history = growth.history
    let servers = servers
    var metrics = growth.metricName.map { LabelFinder($0) }
    var jobs = LabelFinder("job", in: history)
    var instances = LabelFinder("instance", in: history)
    var common: [PairID]?
    history.series.forEachWithSamples { series, _ in
      if let common, common.isEmpty { return }
      let job = jobs?.pair(of: series, in: history)
      let metric = metrics?.pair(of: series, in: history)
      if let metric, isRule[metric] == true { return }
      if let job, history.pairs.value(ofPair: job).isEqual(to: Array("prometheus".utf8).rawBytes) {
        return
      }
      if servers.contains(Self.key(job, instances?.pair(of: series, in: history))) { return }
      let own = history.series.pairs(of: series)
      guard let known = common else {
        var all: [PairID] = []
        for index in own.indices where own[index] != metric { all.append(own[index]) }
        common = all
        return
      }
      let kept = known.filter { pair in
        for index in own.indices where own[index] == pair { return true }
        return false
      }
      if kept.count < known.count { common = kept }
    }
    return common?.isEmpty == false
  }

  /// Targets that are a Prometheus, under whatever job: one of them is the server itself.
  private var servers: Set<UInt64> {
    let history = growth.history
    guard let name = growth.metricName,
      let head = history.pairs.pairID(
        name: name, value: Array("prometheus_tsdb_head_series".utf8).rawBytes)
    else { return [] }
    var metrics = LabelFinder(name)
    var jobs = jobName.map { LabelFinder($0) }
    var instances = instanceName.map { LabelFinder($0) }
    var found = Set<UInt64>()
    history.series.forEachWithSamples { series, _ in
      guard metrics.pair(of: series, in: history) == head else { return }
      found.insert(
        Self.key(jobs?.pair(of: series, in: history), instances?.pair(of: series, in: history)))
    }
    return found
  }

  /// The source of most of `members`.
  func source(of members: [SeriesTable.SeriesID]) -> GrowthCause.Source {
    let history = growth.history
    var metrics = growth.metricName.map { LabelFinder($0) }
    var jobs = jobName.map { LabelFinder($0) }
    var instances = instanceName.map { LabelFinder($0) }
    var exportedJob = LabelFinder("exported_job", in: history)
    var exportedInstance = LabelFinder("exported_instance", in: history)
    var (rules, scraped, federated) = (0, 0, 0)
    for series in members {
      if let metric = metrics?.pair(of: series, in: history), isRule[metric] == true { rules += 1 }
      let key = Self.key(
        jobs?.pair(of: series, in: history), instances?.pair(of: series, in: history))
      if targets.contains(key) { scraped += 1 }
      if exportedInstance?.pair(of: series, in: history) != nil,
        exportedJob?.pair(of: series, in: history) != nil
      {
        federated += 1
      }
    }
    let isScraped = scraped * 2 > members.count
    // What a sender federates, it sends: the `up` of that scrape is not here, or not its own.
    if federated * 2 > members.count, isScraped || !isSent {
      return isGateway(members) ? .scrape : .federation
    }
    if rules * 2 > members.count { return .recordingRule }
    if isScraped { return .scrape }
    return isSent ? .remoteWrite : .unknown
  }

  /// True for the job of a push gateway, which says of each group when it was pushed.
  private func isGateway(_ members: [SeriesTable.SeriesID]) -> Bool {
    let history = growth.history
    guard let name = growth.metricName, let jobName, let first = members.first,
      let pushed = history.pairs.pairID(
        name: name, value: Array("push_time_seconds".utf8).rawBytes)
    else { return false }
    let job = history.pair(of: first, named: jobName)
    var found = false
    history.series.forEachWithSamples { series, _ in
      guard !found, history.pair(of: series, named: name) == pushed else { return }
      found = history.pair(of: series, named: jobName) == job
    }
    return found
  }
}
