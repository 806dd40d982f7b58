public import TSDBAnalysis
public import TSDBFormat
public import TSDBStore

/// What would have spared a server an explosion, ready to be used: relabelling, a limit, alerts; each
/// with what it would have done to this directory.
public struct Proposals: Sendable {
  /// Rules for a `prometheus.yml`, and what they would have made of the directory.
  public struct Relabelling: Sendable {
    /// What the rules do.
    public let kind: Kind
    /// A part of a `prometheus.yml`: the jobs with their `metric_relabel_configs`.
    public let configuration: String
    /// What it would have made of the directory.
    public let result: ChangedDirectory

    /// The ways to be rid of an explosion.
    public enum Kind: String, Sendable {
      /// The label leaves all metrics of the job: no other metric has it.
      case labeldrop
      /// The label leaves one metric.
      case removeFromMetric = "remove-from-metric"
      /// The series that have it leave.
      case drop
    }
  }

  /// A `sample_limit` for the targets that exposed the explosion.
  public struct SampleLimit: Equatable, Sendable {
    /// The limit: twice what a target exposed before.
    public let limit: Int
    /// The most series that a target exposed at a time before the onset.
    public let mostBefore: Int
    /// The most that one exposed after.
    public let most: Int
    /// When the first scrape would have been refused, in milliseconds.
    public let exceededAt: Int64
    /// The target of that scrape.
    public let target: [Label]
  }

  /// Rules against the first incident, the best first.
  public internal(set) var relabellings: [Relabelling]
  /// What helps against each incident, by its number; those with a warning behind those without.
  public internal(set) var remedies: [Remedy] = []
  /// The limit that would have caught the first incident; nil where targets had no series before, or hardly more after.
  public let sampleLimit: SampleLimit?
  /// Alerts sized from what was usual before; nil where the growth was there when the data begin.
  public let alerts: HeadAlerts?
}

extension Proposals {
  /// Proposals for `metric`, where it is what exploded in what was read, or one of the series of the
  /// histogram or summary that did.
  public static func make(
    for metric: [UInt8], in read: DirectoryHistory, of directory: DataDirectory
  ) async -> Proposals? {
    guard let growth = Growth(of: read), let explosion = growth.explosion else { return nil }
    let members = ["", "_bucket", "_sum", "_count"].map { explosion.family + Array($0.utf8) }
    guard explosion.metric == metric || members.contains(metric) else { return nil }
    return await make(
      for: growth, in: read,
      replay: ReplayLoad(read, headChunks: directory.headChunks, release: .newest))
  }

  /// Proposals against all incidents of `growth`; nil where there is none.
  static func make(
    for growth: Growth, in read: DirectoryHistory, replay: ReplayLoad
  ) async -> Proposals? {
    guard let explosion = growth.explosion else { return nil }
    var proposals = await make(against: explosion, in: read, replay: replay)
    // No scrape brings what a rule makes or a sender sends.
    let source = growth.incidents.first.map { growth.causes[$0].source }
    if source == .recordingRule || source == .remoteWrite { proposals.relabellings = [] }
    proposals.remedies = Remedies(growth, in: read, replay: replay)
      .all(tried: proposals.relabellings)
    return proposals
  }

  /// Proposals against `explosion`, tried on what was read, of which a server loads `replay`. What can be
  /// tried is tried side by side.
  static func make(
    against explosion: Explosion, in read: DirectoryHistory, replay: ReplayLoad
  ) async -> Proposals {
    async let alerts = HeadAlerts(explosion, read.history.series)
    let sampleLimit = sampleLimit(against: explosion, in: read.history)
    let snippets = RelabellingSnippets(explosion, read.history, sampleLimit: sampleLimit?.limit)
    let unchanged = WhatIf.Unchanged(read, parts: [.head, .blocks])
    var relabellings: [Relabelling] = []
    await inOrder(snippets.all, jobs: snippets.all.count) { snippet -> Relabelling? in
      guard let changes = SeriesChanges(configuration: snippet.1) else { return nil }
      let whatIf = WhatIf(of: read, unchanged, changes)
      let result = ChangedDirectory(whatIf: whatIf, replay: replay)
      return Relabelling(kind: snippet.0, configuration: snippet.1, result: result)
    } take: { found in
      if let found { relabellings.append(found) }
    }
    return Proposals(
      relabellings: relabellings.filter { proposal in
        // What removes less than half of it is none.
        let found = proposal.result.whatIf
        return (found.before.series - found.after.series) * 2 >= explosion.series
      },
      sampleLimit: sampleLimit, alerts: await alerts)
  }

  private static func sampleLimit(
    against explosion: Explosion, in history: SeriesHistory
  ) -> SampleLimit? {
    // What was there before the data is what a limit would be sized from.
    guard !explosion.isOngoingAtStart else { return nil }
    let load = TargetLoad(of: history, jobs: explosion.jobs)
    let before = load.most(before: explosion.onset)
    guard before > 0 else { return nil }
    let limit = Rounding.up(before * 2)
    let excess = load.exceeding(limit)
    guard let first = excess.first, first.since >= explosion.onset else { return nil }
    return SampleLimit(
      limit: limit, mostBefore: before, most: excess.map(\.most).max() ?? 0,
      exceededAt: first.since, target: first.target.labels(history.pairs))
  }
}

extension Explosion {
  /// The jobs of the targets that exposed it.
  var jobs: Set<[UInt8]> {
    Set(
      targets.flatMap(\.labels).filter { $0.name.elementsEqual("job".utf8) }.map(\.value))
  }
}

/// Numbers that people would choose.
enum Rounding {
  /// The next number from `number` on with two digits that are not 0.
  static func up(_ number: Int) -> Int {
    var step = 1
    while number / step >= 100 { step *= 10 }
    return (number + step - 1) / step * step
  }
}
