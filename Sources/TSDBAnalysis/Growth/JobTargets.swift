internal import TSDBFormat

/// How many targets a job had at a time: what `target_limit` is held against.
public struct JobTargets: Sendable {
  private typealias PairID = LabelPairTable.PairID

  /// Counts the job as if it were a target, and each of its targets one of its series.
  private var load = TargetLoad()

  /// The targets of `job`, told apart by `instance`; each is there from its first to its last sample.
  public init(of history: SeriesHistory, job: [UInt8]) {
    guard let jobName = history.pairs.nameID(of: Array("job".utf8)),
      let pair = history.pairs.pairID(name: jobName, value: job.rawBytes)
    else { return }
    var jobs = LabelFinder(jobName)
    var instances = LabelFinder("instance", in: history)
    var lives: [PairID: TimeRange] = [:]
    history.series.forEachWithSamples { series, times in
      guard jobs.pair(of: series, in: history) == pair,
        let instance = instances?.pair(of: series, in: history)
      else { return }
      lives[instance, default: TimeRange()].include(times)
    }
    for (_, life) in lives.sorted(by: { $0.key < $1.key }) {
      load.add(life, of: TargetLoad.Target(job: pair, instance: nil))
    }
  }

  /// The most targets at a time before `end`.
  public func most(before end: Int64) -> Int { load.most(before: end) }

  /// When the job first had more than `limit`, in milliseconds; nil if it never had.
  public func time(above limit: Int) -> Int64? { load.exceeding(limit).first?.since }
}
