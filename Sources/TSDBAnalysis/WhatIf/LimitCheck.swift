internal import PrometheusConfig
public import TSDBFormat

/// Holds what rules leave of series against the limits of their jobs (Prometheus: scrape/scrape.go,
/// `verifyLabelLimits` and `sample_limit`). A scrape that exceeds one is refused as a whole.
struct LimitCheck {
  /// A limit on labels, and what exceeds it.
  private struct Excess {
    var most = 0
    var count = 0
    var since = Int64.max
    var example: [Label] = []
  }

  private struct Job {
    let configuration: ScrapeConfiguration
    /// False where the job has no limit.
    let isLimited: Bool
    var labels = Excess()
    var names = Excess()
    var values = Excess()
    var load = TargetLoad()
  }

  private var jobs: [Job]
  private let job: LabelPairTable.NameID?
  private let instance: LabelPairTable.NameID?

  init(_ jobs: [ScrapeConfiguration], _ pairs: LabelPairTable) {
    self.jobs = jobs.map {
      Job(configuration: $0, isLimited: $0.limits != ScrapeLimits())
    }
    job = pairs.nameID(of: Array("job".utf8))
    instance = pairs.nameID(of: Array("instance".utf8))
  }

  /// True for a job that has a limit.
  func areLimited(_ number: Int) -> Bool { jobs[number].isLimited }

  /// The target that a series is of, by the labels that it has before rules change them.
  func target(of row: PairRow) -> TargetLoad.Target {
    TargetLoad.Target(
      job: job.flatMap { row.pair(named: $0) }, instance: instance.flatMap { row.pair(named: $0) })
  }

  /// Takes in what the rules of a job left of a series of a target. True where a limit on labels is exceeded.
  mutating func add(
    _ row: PairRow, _ times: TimeRange, job number: Int, _ target: TargetLoad.Target,
    _ pairs: LabelPairTable
  ) -> Bool {
    guard jobs[number].isLimited else { return false }
    let before = jobs[number].labels.count + jobs[number].names.count + jobs[number].values.count
    let limits = jobs[number].configuration.limits
    if limits.samples > 0 { jobs[number].load.add(times, of: target) }
    Self.check(row.count, limits.labels, row, times, pairs, &jobs[number].labels)
    if limits.labelNameLength > 0 {
      let longest = row.all.map { pairs.name($0.name).byteCount }.max() ?? 0
      Self.check(longest, limits.labelNameLength, row, times, pairs, &jobs[number].names)
    }
    if limits.labelValueLength > 0 {
      let longest = row.all.map { pairs.valueLength(ofPair: $0.pair) }.max() ?? 0
      Self.check(longest, limits.labelValueLength, row, times, pairs, &jobs[number].values)
    }
    return jobs[number].labels.count + jobs[number].names.count + jobs[number].values.count > before
  }

  /// When targets exceeded their `sample_limit`.
  var stretchesAboveSampleLimit: [(target: TargetLoad.Target, range: TimeRange)] {
    jobs.flatMap { job in
      let limit = job.configuration.limits.samples
      return limit > 0 ? job.load.stretches(above: Int(clamping: limit)) : []
    }
  }

  private static func check(
    _ value: Int, _ limit: UInt64, _ row: PairRow, _ times: TimeRange, _ pairs: LabelPairTable,
    _ excess: inout Excess
  ) {
    guard limit > 0, UInt64(value) > limit else { return }
    excess.count += 1
    excess.most = max(excess.most, value)
    if times.minTime < excess.since {
      excess.since = times.minTime
      excess.example = row.all.map { pairs.label(ofPair: $0.pair) }
        .sorted { $0.name.lexicographicallyPrecedes($1.name) }
    }
  }

  /// The limits that were exceeded, in the order of the jobs.
  func exceeded(_ pairs: LabelPairTable) -> [WhatIf.LimitExceeded] {
    jobs.flatMap { job -> [WhatIf.LimitExceeded] in
      let limits = job.configuration.limits
      let name = job.configuration.jobName
      func found(_ key: String, _ limit: UInt64, _ excess: Excess) -> WhatIf.LimitExceeded? {
        guard excess.count > 0 else { return nil }
        return WhatIf.LimitExceeded(
          job: name, key: key, limit: limit, most: excess.most, count: excess.count,
          since: excess.since, example: excess.example)
      }
      return [
        samples(job, limits.samples, pairs).flatMap { found("sample_limit", limits.samples, $0) },
        found("label_limit", limits.labels, job.labels),
        found("label_name_length_limit", limits.labelNameLength, job.names),
        found("label_value_length_limit", limits.labelValueLength, job.values),
      ].compactMap { $0 }
    }
  }

  private func samples(_ job: Job, _ limit: UInt64, _ pairs: LabelPairTable) -> Excess? {
    guard limit > 0 else { return nil }
    let all = job.load.exceeding(Int(clamping: limit))
    guard let first = all.first else { return nil }
    return Excess(
      most: all.map(\.most).max() ?? 0, count: all.count, since: first.since,
      example: first.target.labels(pairs))
  }
}

extension TargetLoad.Target {
  /// `job` and `instance`, those that the target has.
  public func labels(_ pairs: LabelPairTable) -> [Label] {
    [job, instance].compactMap { $0 }.map { pairs.label(ofPair: $0) }
  }
}
