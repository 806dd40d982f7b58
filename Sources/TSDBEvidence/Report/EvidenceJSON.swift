internal import TSDBAnalysis
internal import TSDBCheck
package import TSDBFormat
internal import TSDBReport

/// `report.json`: everything that a bundle tells, in the words of the commands that tell it alone.
/// Docs/evidence.md describes each field.
package struct EvidenceJSON: Encodable {
  let schemaVersion = JSONOutput.schemaVersion
  let tool: String
  let directory: Directory
  let limits: Limits
  /// As `diagnose --format json`.
  let diagnosis: DiagnosisReport
  /// As `churn --format json`.
  let churn: ChurnJSON
  /// As an entry of `analyze --format json`: everything, and the head alone.
  let everything: AnalysisJSON.Analysis
  let head: AnalysisJSON.Analysis
  let check: Check
  /// As `repair --format json`; nil where nothing needs one.
  let repair: RepairReport?
  /// Why no repair could be planned, one sentence.
  let repairProblem: String?
  let lost: Stretch?
  let remoteWrittenUntil: JSONTime?
  /// What remote write did not get, up to the last sample.
  let remoteGap: Stretch?
  let timeline: [Entry]
  let files: [File]

  private enum CodingKeys: CodingKey {
    case schemaVersion, tool, directory, limits, diagnosis, churn, everything, head, check, repair
    case repairProblem, lost, remoteWrittenUntil, remoteGap, timeline, files
  }

  package struct Directory: Encodable {
    let name: JSONText
    let kind: String
  }

  package struct Limits: Encodable {
    let since: JSONTime?
    let until: JSONTime?
    let matchers: [String]
    let redactsAll: Bool
    let redactedLabels: [String]
  }

  package struct Check: Encodable {
    let filesChecked: Int
    let bytesChecked: Int
    let findings: [FindingJSON]
  }

  package struct Stretch: Encodable {
    let minTime: JSONTime
    let maxTime: JSONTime

    package init?(_ range: TimeRange?) {
      guard let range, !range.isEmpty else { return nil }
      minTime = JSONTime(range.minTime)
      maxTime = JSONTime(range.maxTime)
    }
  }

  package struct Entry: Encodable {
    let time: JSONTime
    let kind: String
    let text: String
  }

  package struct File: Encodable {
    let path: JSONText
    let bytes: Int
    let mode: String
    let modified: JSONTime
    let sha256: String?
  }
}

extension EvidenceJSON {
  /// The report of `evidence`.
  package init(_ evidence: Evidence) {
    tool = evidence.tool
    directory = Directory(name: JSONText(Array(evidence.name.utf8)), kind: evidence.kind)
    limits = Limits(evidence.limits)
    diagnosis = DiagnosisReport(evidence.diagnosis)
    churn = ChurnJSON(
      directory: evidence.path, selectors: evidence.limits.selectors, churn: evidence.churn,
      growth: diagnosis.growth, servers: evidence.servers, damage: [])
    everything = AnalysisJSON.Analysis(
      AnalysisSubject(evidence.analysis, parts: [.head, .blocks]))
    head = AnalysisJSON.Analysis(AnalysisSubject(evidence.headAnalysis, parts: .head))
    check = Check(
      filesChecked: evidence.check.files, bytesChecked: evidence.check.bytes,
      findings: evidence.findings.map { FindingJSON($0, in: evidence.path) })
    repair = evidence.repair.map {
      RepairReport(RepairOutcome(result: $0, isDone: false), evidence.path, output: nil)
    }
    repairProblem = evidence.repairProblem
    lost = Stretch(evidence.lost)
    remoteWrittenUntil = evidence.remoteWrittenUntil.map { JSONTime($0) }
    remoteGap = Stretch(evidence.remoteGap)
    timeline = evidence.timeline.map {
      Entry(time: JSONTime($0.time), kind: $0.kind.rawValue, text: $0.text)
    }
    files = evidence.files.map {
      File(
        path: JSONText(Array($0.path.utf8)), bytes: $0.size, mode: String($0.mode, radix: 8),
        modified: JSONTime($0.modified / 1_000_000), sha256: $0.sha256.isEmpty ? nil : $0.sha256)
    }
  }
}

extension EvidenceJSON.Limits {
  package init(_ limits: Evidence.Limits) {
    var labels: [String] = []
    if case .labels(let named) = limits.redaction { labels = named }
    self.init(
      since: limits.since.map { JSONTime($0) }, until: limits.until.map { JSONTime($0) },
      matchers: limits.selectors, redactsAll: limits.redaction == .all, redactedLabels: labels)
  }
}
