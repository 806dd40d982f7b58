internal import TSDBAnalysis
internal import TSDBFormat

/// `target_limit` for the jobs of a cause that is more targets, sized from the time before it.
struct TargetLimits {
  /// A limit, and what it is made of.
  struct Limit: Equatable {
    let job: [UInt8]
    let limit: Int
    /// The most targets at a time before.
    let before: Int
    /// When the job first had more than the limit, in milliseconds.
    let exceededAt: Int64
  }

  /// How far above what was there a limit lies, the widest first: the first that the incident crosses is
  /// taken.
  private static let widths = [2, 1.5, 1.25]

  /// One for each job that has one: a job that was not there before, or that never has more targets at a time
  /// than it had, has none.
  let limits: [Limit]
  /// Series of the cause that would not be there.
  let spared: Int

  /// The limits against `cause`; nil where they would not keep out half of it.
  init?(against cause: GrowthCause, in history: SeriesHistory) {
    // What was there before the data is what a limit would be sized from.
    guard cause.onset != nil else { return nil }
    limits = cause.jobs.compactMap { part in
      guard let job = part.name else { return nil }
      let targets = JobTargets(of: history, job: job)
      let before = targets.most(before: cause.firstBirth)
      guard before > 0 else { return nil }
      for width in Self.widths {
        let limit = Rounding.up(Int(clamping: width * Double(before)))
        guard limit > before, let time = targets.time(above: limit) else { continue }
        return Limit(job: job, limit: limit, before: before, exceededAt: time)
      }
      return nil
    }
    // Behind the first excess the whole job is not scraped (Prometheus: scrape/scrape.go).
    let since = limits.map(\.exceededAt).min() ?? .max
    let times = history.series.times
    spared = cause.members.count { times[Int($0)].minTime >= since }
    guard !limits.isEmpty, spared * 2 >= cause.series else { return nil }
  }

  /// A part of a `prometheus.yml`; nil where the name of a job cannot be written.
  var configuration: String? {
    var text = "scrape_configs:\n"
    for limit in limits {
      guard let job = String(validating: limit.job, as: UTF8.self) else { return nil }
      text += "  - job_name: \(RelabellingSnippets.scalar(job))\n    target_limit: \(limit.limit)\n"
    }
    return text
  }
}

extension Remedies {
  /// A limit where the targets come from, or why there is none.
  func targetLimits(_ cause: GrowthCause, _ index: Int) -> Remedy {
    let what =
      cause.kind == .product
      ? "the job has more targets, and each has more series: find out what starts them; "
      : "the job has more targets, each with the series it always had: find out what starts them; "
    guard let found = TargetLimits(against: cause, in: read.history),
      let text = found.configuration
    else {
      return nothing(
        cause, index, .serviceDiscovery,
        what
          + "nothing before it says how many are usual, or there are hardly more at a time than were"
      )
    }
    let all = read.history.series.count
    let usual = found.limits.map { "\($0.before)" }.joined(separator: ", ")
    return Remedy(
      cause: index, place: .serviceDiscovery, kind: nil, configuration: text, seriesBefore: all,
      result: nil, seriesAfter: all - found.spared, merges: 0,
      warnings: ["a job with more targets than the limit is not scraped at all"],
      why: what + "\(usual) were usual")
  }
}
