internal import TSDBAnalysis
internal import TSDBCheck
internal import TSDBDiagnosis
internal import TSDBFormat
internal import TSDBRepair
internal import TSDBReport
internal import Wording

/// What a report tells of the evidence, to somebody who was not there: the verdict first, then what it
/// rests on, then what to do.
struct Story {
  typealias Fact = ReportDocument.Fact
  typealias Section = ReportDocument.Section
  typealias Block = ReportDocument.Block

  let evidence: Evidence

  init(_ evidence: Evidence) { self.evidence = evidence }

  var diagnosis: Diagnosis { evidence.diagnosis }
  var explosion: Explosion? { diagnosis.explosion }
  var startup: StartupPrediction.Start { diagnosis.startup.first }
  /// The range of all samples.
  var range: TimeRange { diagnosis.timeRange }
  /// True where a server could be started on it.
  var isStartable: Bool { evidence.kind == "server" || evidence.kind == "agent" }

  /// All of it.
  var document: ReportDocument {
    ReportDocument(
      title: "Incident report on a Prometheus data directory", subtitle: subtitle, tone: tone,
      verdict: verdict, consequences: consequences, answers: answers,
      sections: [
        timeline, growth, ledger, culprit, cardinality, churn, costs, findings, start, repair,
        proposals,
        appendix,
      ].compactMap { $0 })
  }

  private var subtitle: [Prose] {
    var lines: [Prose] = ["\(code: ForeignText.short(Array(evidence.path.utf8))), \(kind)"]
    if !range.isEmpty {
      let length = TimeText.duration(from: range.minTime, to: range.maxTime)
      lines.append("Samples from \(time: range.minTime) to \(time: range.maxTime) (\(length))")
    }
    let limits = limits
    if !limits.isEmpty {
      lines.append(
        "Timeline, growth, cardinality and churn are narrowed to \(Prose.joined(limits, by: " and to ")); "
          + "verdict, culprit, damage, start, repair and prevention are of all that is here")
    }
    if let redaction { lines.append("\(redaction)") }
    lines.append("Made by \(evidence.tool)")
    return lines
  }

  /// True where the tables are not of all series at all times.
  var isNarrowed: Bool {
    evidence.limits.range != nil || !evidence.limits.selectors.isEmpty
  }

  private var limits: [Prose] {
    var parts: [Prose] = []
    switch (evidence.limits.since, evidence.limits.until) {
    case (let since?, let until?): parts.append("the time from \(time: since) to \(time: until)")
    case (let since?, nil): parts.append("the time from \(time: since) on")
    case (nil, let until?): parts.append("the time up to \(time: until)")
    case (nil, nil): break
    }
    let selectors = evidence.limits.selectors.map { "\(value: $0)" as Prose }
    if !selectors.isEmpty { parts.append("series of " + Prose.joined(selectors, by: " or ")) }
    return parts
  }

  private var redaction: Prose? {
    switch evidence.limits.redaction {
    case nil: return nil
    case .all: return "Pseudonyms stand in place of all label values"
    case .labels(let names):
      let list = Prose.joined(names.map { "\(value: $0)" }, by: ", ")
      return "Pseudonyms stand in place of the values of \(list)"
    }
  }

  var kind: String {
    switch evidence.kind {
    case "server": "a server's data directory"
    case "agent": "an agent's data directory"
    case "block": "a single block"
    case "segments": "a folder of WAL segments"
    default: evidence.kind
    }
  }

  // MARK: Words that several parts use

  /// True where metric names themselves exploded.
  func isNames(_ found: Explosion) -> Bool { found.label == Array("__name__".utf8) }

  /// `path` as it is called in the directory.
  func relative(_ path: String) -> String {
    path == evidence.path ? "." : evidence.relative(path)
  }

  /// `3 samples`, `1 sample`.
  func number(_ count: some BinaryInteger, _ one: String, _ many: String? = nil) -> String {
    "\(Units.count(count)) \(count == 1 ? one : many ?? one + "s")"
  }

  /// From when to when, where that is known.
  func stretch(_ range: TimeRange) -> Prose {
    if range.isEmpty { return "" }
    if range.minTime == range.maxTime { return " at \(time: range.minTime)" }
    let length = TimeText.duration(from: range.minTime, to: range.maxTime)
    return " from \(time: range.minTime) to \(time: range.maxTime) (\(length))"
  }

  /// The jobs that exposed the explosion, those with the most series first.
  func jobs(_ found: Explosion) -> [(name: [UInt8], series: Int, targets: Int)] {
    var order: [[UInt8]] = []
    var sums: [[UInt8]: (series: Int, targets: Int)] = [:]
    for target in found.targets {
      let job = target.labels.first { $0.name == Array("job".utf8) }?.value ?? []
      if sums[job] == nil { order.append(job) }
      sums[job, default: (0, 0)].series += target.series
      sums[job, default: (0, 0)].targets += 1
    }
    return order.compactMap { job in sums[job].map { (job, $0.series, $0.targets) } }
      .enumerated().sorted { ($1.element.series, $0.offset) < ($0.element.series, $1.offset) }
      .map(\.element)
  }

  /// Findings with those that follow from them.
  var allFindings: [Finding] { evidence.findings.flatMap { [$0] + $0.consequences } }
}
