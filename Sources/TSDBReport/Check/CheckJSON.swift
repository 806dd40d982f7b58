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
