internal import PrometheusConfig
internal import TSDBAnalysis
internal import TSDBFormat

/// What keeps the series of an incident out, at the place where it can be done, and what that would have made
/// of the directory.
public struct Remedy: Sendable {
  /// Where it is written down.
  public enum Place: String, Sendable {
    /// In the job that scrapes the series.
    case metricRelabelConfigs = "metric_relabel_configs"
    /// In the configuration of the server or agent that sends them.
    case writeRelabelConfigs = "write_relabel_configs"
    /// In the recording rule that makes them.
    case rule
    /// Where the targets come from.
    case serviceDiscovery = "service-discovery"
  }

  /// The number of the cause.
  public let cause: Int
  /// Where it is written down.
  public let place: Place
  /// What it does; nil where no snippet helps.
  public let kind: Proposals.Relabelling.Kind?
  /// A part of a configuration; nil where no snippet helps.
  public let configuration: String?
  /// Series of the directory as it is.
  public let seriesBefore: Int
  /// What the rules would have made of it, tried; nil where they are not ours to try.
  public let result: ChangedDirectory?
  /// Series that would be left.
  public let seriesAfter: Int
  /// Series that would merge into others.
  public let merges: Int
  /// What must be known before it is used.
  public let warnings: [String]
  /// Why this, or why nothing can be written down.
  public let why: String
}

/// Makes the remedies of a ledger, those without a warning first.
struct Remedies {
  /// More are not tried: each passes over all series.
  private static let mostTried = 4

  /// How many were tried, and the directory as it is, once it is known.
  private struct Trial {
    var count: Int
    var unchanged: WhatIf.Unchanged?
  }

  let read: DirectoryHistory
  private let growth: Growth
  private let replay: ReplayLoad
  /// By metric: all series of it.
  let metricSeries: [[UInt8]: Int]

  init(_ growth: Growth, in read: DirectoryHistory, replay: ReplayLoad) {
    self.growth = growth
    self.read = read
    self.replay = replay
    let history = read.history
    var counts: [LabelPairTable.PairID: Int] = [:]
    if var finder = LabelFinder("__name__", in: history) {
      history.series.forEachWithSamples { series, _ in
        if let metric = finder.pair(of: series, in: history) { counts[metric, default: 0] += 1 }
      }
    }
    var series: [[UInt8]: Int] = [:]
    for (pair, count) in counts { series[history.pairs.label(ofPair: pair).value] = count }
    metricSeries = series
  }

  /// All of them; `tried` are those of the first incident that were tried before.
  func all(tried: [Proposals.Relabelling]) -> [Remedy] {
    var found: [Remedy] = []
    var trial = Trial(count: tried.count)
    for (place, index) in growth.incidents.enumerated() {
      let cause = growth.causes[index]
      let known = place == 0 ? tried : []
      // What was tried and takes all of it need not be tried again.
      let whole = known.first {
        $0.kind == .drop
          && $0.result.whatIf.before.series - $0.result.whatIf.after.series >= cause.series
      }
      var own = whole.map { [remedy($0, cause, index)] } ?? remedies(cause, index, &trial)
      let drops = own.contains { $0.kind == .drop }
      own += known.filter { $0.kind != .drop || !drops }.map { remedy($0, cause, index) }
      found += own.filter { remedy in
        // What removes less than half of its cause is none.
        remedy.configuration == nil
          || (remedy.seriesBefore - remedy.seriesAfter) * 2 >= cause.series
      }
    }
    return found.enumerated().sorted { left, right in
      (left.element.cause, left.element.warnings.isEmpty ? 0 : 1, left.offset)
        < (right.element.cause, right.element.warnings.isEmpty ? 0 : 1, right.offset)
    }.map(\.element)
  }

  private func remedies(_ cause: GrowthCause, _ index: Int, _ trial: inout Trial) -> [Remedy] {
    let label = cause.label.flatMap { String(validating: $0, as: UTF8.self) } ?? ""
    if cause.kind == .labelValues, label == "le" || label == "quantile" {
      let releases = cause.commonLabels.filter { $0.name.elementsEqual("version".utf8) }
        .compactMap { String(validating: $0.value, as: UTF8.self) }
      let since = releases.first.map { " (version \($0))" } ?? ""
      return [
        nothing(
          cause, index, .metricRelabelConfigs,
          "the release\(since) exposes finer \(label) values: a histogram of which only the old ones are kept "
            + "has two kinds of buckets; set them back in the code")
      ]
    }
    if cause.source == .recordingRule {
      return [
        nothing(
          cause, index, .rule,
          "a recording rule makes these series: take \(label) out of its `by`, or add it to `without`"
        )
      ]
    }
    if label == "job", cause.source != .remoteWrite {
      let values = cause.valuePattern.map { ", whose job matches \($0)" } ?? ""
      return [
        nothing(
          cause, index, .metricRelabelConfigs,
          "the targets say themselves which job they are of: have them named by what stays, or drop the "
            + "series\(values), in the job that scrapes them (with honor_labels)")
      ]
    }
    var found: [Remedy] = []
    switch cause.kind {
    // What a federation or a gateway exposes is one target, whoever is behind it.
    case .targets where label == "instance": return [targetLimits(cause, index)]
    case .product: found = [targetLimits(cause, index)]
    default: break
    }
    let own = cause.patternLabel.flatMap { String(validating: $0, as: UTF8.self) } ?? label
    guard let pattern = cause.valuePattern else {
      return found + dropAll(cause, index, own, ".+", &trial, removesOld: true)
    }
    return found + dropAll(cause, index, own, pattern, &trial, removesOld: false)
  }

  func nothing(
    _ cause: GrowthCause, _ index: Int, _ place: Remedy.Place, _ why: String
  ) -> Remedy {
    let all = read.history.series.count
    return Remedy(
      cause: index, place: place, kind: nil, configuration: nil, seriesBefore: all, result: nil,
      seriesAfter: all, merges: 0, warnings: [], why: why)
  }

  private func jobs(_ cause: GrowthCause) -> [String] {
    cause.jobs.compactMap { $0.name.flatMap { String(validating: $0, as: UTF8.self) } }.sorted()
  }

  /// Rules that drop the series whose label matches.
  private func dropAll(
    _ cause: GrowthCause, _ index: Int, _ label: String, _ pattern: String, _ trial: inout Trial,
    removesOld: Bool
  ) -> [Remedy] {
    let rule = Self.dropRule([label], pattern)
    let all = read.history.series.count
    // Without a pattern all that have the label go, those that were there before as well.
    let carriers = removesOld ? self.carriers(of: label, in: cause) : nil
    var warnings = emptied(cause, carriers)
    if removesOld {
      warnings.insert("removes values of \(label) which were there before as well", at: 0)
    }
    let why =
      removesOld
      ? "the new values look as the old ones do"
      : pattern == ".+" ? "only these series have the label" : "the new values all look so"
    let gone = carriers?.values.reduce(0, +) ?? cause.series
    if cause.source == .remoteWrite {
      return [
        Remedy(
          cause: index, place: .writeRelabelConfigs, kind: .drop,
          configuration: writeRule(cause, label, pattern), seriesBefore: all, result: nil,
          seriesAfter: all - gone, merges: 0, warnings: warnings, why: why)
      ]
    }
    let jobs = jobs(cause)
    guard !jobs.isEmpty else {
      return [
        nothing(
          cause, index, .metricRelabelConfigs,
          "the series have no job: nothing tells which scrape or sender brings them")
      ]
    }
    let text =
      "scrape_configs:\n"
      + jobs.map {
        "  - job_name: \(RelabellingSnippets.scalar($0))\n    metric_relabel_configs:\n" + rule
      }.joined()
    var result: ChangedDirectory?
    if trial.count < Self.mostTried, let changes = SeriesChanges(configuration: text) {
      trial.count += 1
      let unchanged = trial.unchanged ?? WhatIf.Unchanged(read, parts: [.head, .blocks])
      trial.unchanged = unchanged
      result = ChangedDirectory(
        whatIf: WhatIf(of: read, unchanged, changes), replay: replay)
    }
    return [
      Remedy(
        cause: index, place: .metricRelabelConfigs, kind: .drop, configuration: text,
        seriesBefore: all, result: result,
        seriesAfter: result?.whatIf.after.series ?? all - gone,
        merges: result?.whatIf.mergedSeries ?? 0, warnings: warnings, why: why)
    ]
  }

  private static func dropRule(_ labels: [String], _ pattern: String) -> String {
    """
          - source_labels: [\(labels.map(RelabellingSnippets.scalar).joined(separator: ", "))]
            regex: \(RelabellingSnippets.scalar(pattern))
            action: drop

    """
  }

  /// The rule for what a sender sends. It meets the series of all jobs, so it names those that are meant.
  private func writeRule(_ cause: GrowthCause, _ label: String, _ pattern: String) -> String {
    let head = "remote_write:\n  - url: http://receiver/api/v1/write\n    write_relabel_configs:\n"
    guard label != "job" else { return head + Self.dropRule([label], pattern) }
    let jobs = cause.jobs.map { part in
      RelabellingSnippets.quotedRegex(String(decoding: part.name ?? [], as: UTF8.self))
    }
    let job = jobs.count == 1 ? jobs[0] : "(?:\(jobs.joined(separator: "|")))"
    let values = pattern.contains("|") ? "(?:\(pattern))" : pattern
    return head + Self.dropRule(["job", label], "\(job);\(values)")
  }

  /// True where series of the metrics of a cause have its label which are not of it.
  private func hasOldValues(of label: [UInt8], _ cause: GrowthCause) -> Bool {
    let history = read.history
    guard var labels = LabelFinder(String(decoding: label, as: UTF8.self), in: history),
      var metrics = LabelFinder("__name__", in: history),
      var jobs = LabelFinder("job", in: history)
    else { return false }
    var isOwn = [Bool](repeating: false, count: history.series.count)
    for series in cause.members { isOwn[Int(series)] = true }
    let names = Set(cause.metrics.map(\.name))
    let jobNames = Set(cause.jobs.map(\.name))
    var found = false
    history.series.forEachWithSamples { series, _ in
      guard !found, !isOwn[Int(series)], labels.pair(of: series, in: history) != nil,
        let metric = metrics.pair(of: series, in: history),
        let job = jobs.pair(of: series, in: history)
      else { return }
      found =
        names.contains(history.pairs.label(ofPair: metric).value)
        && jobNames.contains(history.pairs.label(ofPair: job).value)
    }
    return found
  }

  private func remedy(
    _ tried: Proposals.Relabelling, _ cause: GrowthCause, _ index: Int
  ) -> Remedy {
    let found = tried.result.whatIf
    var warnings: [String] = []
    if found.mergedSeries > 0 {
      warnings.append(
        "merges \(found.mergedSeries) series into others: of counters that is wrong for ever")
    }
    if tried.kind == .drop {
      warnings += emptied(cause, nil)
    } else if let label = cause.label, hasOldValues(of: label, cause) {
      warnings.append(
        "removes values of \(String(decoding: label, as: UTF8.self)) which were there before as well"
      )
    }
    return Remedy(
      cause: index, place: .metricRelabelConfigs, kind: tried.kind,
      configuration: tried.configuration, seriesBefore: found.before.series, result: tried.result,
      seriesAfter: found.after.series, merges: found.mergedSeries, warnings: warnings,
      why: tried.kind == .drop
        ? "only these series have the label" : "the metric stays, without the label")
  }
}
