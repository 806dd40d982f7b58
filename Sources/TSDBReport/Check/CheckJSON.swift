package import TSDBCheck
internal import TSDBDiagnosis
internal import TSDBStore

/// The result of a check as JSON Lines: a begin, the findings, a summary.
package struct CheckJSON {
  private let checked: CheckedDirectory
  private let level: CheckLevel

  /// The lines of what was `checked`.
  package init(_ checked: CheckedDirectory, _ level: CheckLevel) {
    self.checked = checked
    self.level = level
  }

  /// Writes all lines.
  package func write(to out: inout ReportSink) throws {
    let check = checked.check
    let directory = check.directory.path
    out.write(
      try JSONOutput.line(
        Line(
          type: "begin",
          data: Begin(
            schemaVersion: JSONOutput.schemaVersion, directory: JSONText(Array(directory.utf8)),
            kind: check.directory.kind.rawValue, level: level.rawValue))))
    for finding in check.result.findings {
      out.write(
        try JSONOutput.line(Line(type: "finding", data: FindingJSON(finding, in: directory))))
    }
    let result = check.result
    out.write(
      try JSONOutput.line(
        Line(
          type: "summary",
          data: Summary(
            findings: result.findings.count, filesChecked: result.files,
            bytesChecked: result.bytes, verdict: checked.verdict.rawValue,
            startup: checked.start.map { JSONObject($0, directory: directory) }))))
  }

  private struct Line<Fields: Encodable>: Encodable {
    let type: String
    let data: Fields
  }

  private struct Begin: Encodable {
    let schemaVersion: Int
    let directory: JSONText
    let kind: String
    let level: String
  }

  private struct Summary: Encodable {
    let findings: Int
    let filesChecked: Int
    let bytesChecked: Int
    let verdict: String
    let startup: JSONObject?
  }
}

/// A finding of a check as the fields of a line.
package struct FindingJSON: Encodable, Equatable {
  /// Stable id.
  let rule: String
  /// `info`, `warning`, `loss` or `fatal`.
  let severity: String
  /// Relative to the inspected directory.
  let file: JSONText
  /// Absolute, in bytes; nil for folders, and where the file could not be read.
  let offset: Int?
  /// Inside the decompressed record that starts at `offset`.
  let recordOffset: Int?
  let expected: String?
  let found: String?
  /// One sentence.
  let message: String
  let lost: String?
  /// What a start does about it.
  let startup: String
  /// What follows from it; nil where nothing does.
  let consequences: [FindingJSON]?

  /// The fields of `finding`; its file is named relative to `directory`.
  package init(_ finding: Finding, in directory: String) {
    rule = finding.rule
    severity = finding.severity.rawValue
    file = JSONText(Array(FailureReport.relative(finding.path, to: directory).utf8))
    offset = finding.offset
    recordOffset = finding.recordOffset
    expected = finding.expected
    found = finding.found
    message = finding.message
    lost = finding.lost
    startup = finding.whatStartDoes.rawValue
    consequences =
      finding.consequences.isEmpty
      ? nil : finding.consequences.map { FindingJSON($0, in: directory) }
  }
}
