internal import PrometheusConfig
internal import TSDBFormat

/// Which rules a server would have applied to a series: those of the job that scraped it.
///
/// A job is known by the label `job`. What no scrape brought is not relabelled: the series that a server
/// makes itself of each scrape (scrape/scrape.go, `report`), those of recording rules, which have a colon
/// in their names, and those of alerts.
struct JobRules {
  typealias PairID = LabelPairTable.PairID

  /// A job of the file, ready to be applied.
  struct Job {
    let configuration: ScrapeConfiguration
    var rules: [RuleState]
  }

  private(set) var jobs: [Job] = []
  private let jobName: LabelPairTable.NameID?
  private let metricName: LabelPairTable.NameID?
  /// By pair of the label `job`: the index of its rules; nil where there are none.
  private var jobsByPair: [PairID: Int?] = [:]
  /// By pair of the metric name: whether scrapes bring it.
  private var isScraped: [PairID: Bool] = [:]
  /// What was answered last: series of one metric and one job come one behind the other.
  private var lastScraped: (metric: PairID, answer: Bool)?
  private var lastJob: (pair: PairID, answer: Int?)?
  /// The job whose rules go to all series that no other job of the file is named after.
  private var fallback: Int?
  private let names: Set<[UInt8]>

  /// The rules of `configuration`, or of one job of it.
  init(_ changes: SeriesChanges, _ history: SeriesHistory, _ pairs: inout LabelPairTable) {
    jobName = pairs.nameID(of: Array("job".utf8))
    metricName = pairs.nameID(of: Array("__name__".utf8))
    let all = changes.configuration?.scrapeConfigs ?? []
    names = Set(
      all.map { job in
        if case .value(let label) = job.jobLabel { label } else { Array(job.jobName.utf8) }
      })
    let chosen = changes.job.map { job in all.filter { $0.jobName == job } } ?? all
    for configuration in chosen {
      jobs.append(Self.job(configuration, &pairs))
    }
    if changes.job != nil, let job = jobs.first, let jobName {
      // relabel_configs may have given the series of a job other names.
      var value = Array(job.configuration.jobName.utf8)
      if case .value(let label) = job.configuration.jobLabel { value = label }
      let isUsed = pairs.pairID(name: jobName, value: value.rawBytes) != nil
      if !isUsed { fallback = 0 }
    }
    if let snippet = changes.configuration?.snippet, changes.job == nil {
      fallback = jobs.count
      jobs.append(Self.job(snippet, &pairs))
    }
  }

  private static func job(
    _ configuration: ScrapeConfiguration, _ pairs: inout LabelPairTable
  ) -> Job {
    Job(
      configuration: configuration,
      rules: configuration.metricRelabelRules.map { RuleState($0, &pairs) })
  }

  /// The index of the job that scraped a series; nil if none of the file did.
  mutating func job(of row: PairRow, _ pairs: LabelPairTable) -> Int? {
    guard !jobs.isEmpty, isScraped(row, pairs) else { return nil }
    guard let pair = jobName.flatMap({ row.pair(named: $0) }) else { return fallback }
    if let lastJob, lastJob.pair == pair { return lastJob.answer }
    let job = jobsByPair[pair] ?? newJob(of: pair, pairs)
    lastJob = (pair, job)
    return job
  }

  private mutating func newJob(of pair: PairID, _ pairs: LabelPairTable) -> Int? {
    let name = [UInt8](pairs.value(ofPair: pair))
    let found = jobs.firstIndex {
      switch $0.configuration.jobLabel {
      case .value(let label): label == name
      case .unknown: Array($0.configuration.jobName.utf8) == name
      }
    }
    let job = found ?? (names.contains(name) ? nil : fallback)
    jobsByPair[pair] = .some(job)
    return job
  }

  /// True for a scraped series whose label `job` no job of the file gives.
  mutating func isStranger(_ row: PairRow, _ pairs: LabelPairTable) -> Bool {
    guard isScraped(row, pairs), let pair = jobName.flatMap({ row.pair(named: $0) }) else {
      return false
    }
    return !names.contains([UInt8](pairs.value(ofPair: pair)))
  }

  /// Applies the rules of a job. False if one drops the series.
  mutating func apply(_ job: Int, to row: inout PairRow, _ pairs: inout LabelPairTable) -> Bool {
    for rule in jobs[job].rules.indices
    where !jobs[job].rules[rule].apply(to: &row, &pairs) { return false }
    return true
  }

  /// By name, of `count`: whether the job of a series, or one of the rules, depends on the value of its
  /// label. Nil where rules set labels.
  func namesLookedAt(_ count: Int) -> [Bool]? {
    var result = [Bool](repeating: false, count: count)
    for name in [jobName, metricName].compactMap(\.self) { result[Int(name)] = true }
    for rule in jobs.flatMap(\.rules) {
      guard let names = rule.namesLookedAt else { return nil }
      for name in names { result[Int(name)] = true }
    }
    return result
  }

  private mutating func isScraped(_ row: PairRow, _ pairs: LabelPairTable) -> Bool {
    guard let pair = metricName.flatMap({ row.pair(named: $0) }) else { return true }
    if let lastScraped, lastScraped.metric == pair { return lastScraped.answer }
    let answer = isScraped[pair] ?? newIsScraped(pair, pairs)
    lastScraped = (pair, answer)
    return answer
  }

  private mutating func newIsScraped(_ pair: PairID, _ pairs: LabelPairTable) -> Bool {
    let name = [UInt8](pairs.value(ofPair: pair))
    let answer = !name.contains(UInt8(ascii: ":")) && !Self.ownMetrics.contains(name)
    isScraped[pair] = answer
    return answer
  }

  /// Metrics that a server makes itself.
  private static let ownMetrics: Set<[UInt8]> = Set(
    [
      "up", "scrape_duration_seconds", "scrape_samples_scraped",
      "scrape_samples_post_metric_relabeling", "scrape_series_added", "scrape_timeout_seconds",
      "scrape_sample_limit", "scrape_body_size_bytes", "ALERTS", "ALERTS_FOR_STATE",
    ].map { Array($0.utf8) })
}
