internal import TSDBAnalysis
internal import TSDBCheck
internal import TSDBDiagnosis
internal import TSDBFormat
internal import TSDBReport

/// `report.json`, as text.
public enum ReportJSON {
  /// Everything that `evidence` tells, as one JSON object with a line feed at its end.
  public static func text(_ evidence: Evidence) throws -> String {
    try JSONOutput.report(evidence.json)
  }
}

extension Evidence {
  /// Everything that a bundle tells, in the words of the commands that tell it alone. Docs/evidence.md describes
  /// each field.
  fileprivate var json: JSONObject {
    let told: JSONObject = [
      "tool": tool, "directory": ["name": JSONText(name), "kind": kind] as JSONObject,
      "limits": limits.json, "diagnosis": diagnosis.json,
      "churn": churn.json(
        directory: path, selectors: limits.selectors, growth: diagnosis.growthJSON,
        servers: servers, damage: []),
      "everything": AnalysisSubject(analysis, parts: [.head, .blocks]).json,
      "head": AnalysisSubject(headAnalysis, parts: .head).json,
      "check": [
        "filesChecked": check.files, "bytesChecked": check.bytes,
        "findings": findings.map { FindingJSON($0, in: path) },
      ] as JSONObject,
      "repair": repair.map {
        RepairReport(RepairOutcome(result: $0, isDone: false), path, output: nil)
      }, "repairProblem": repairProblem,
    ]
    let around: JSONObject = [
      "lost": Self.stretch(lost), "remoteWrittenUntil": remoteWrittenUntil.map { JSONTime($0) },
      // What remote write did not get, up to the last sample.
      "remoteGap": Self.stretch(remoteGap),
      "timeline": timeline.map { entry -> JSONObject in
        ["time": JSONTime(entry.time), "kind": entry.kind.rawValue, "text": entry.text]
      },
      "files": files.map { file -> JSONObject in
        [
          "path": JSONText(file.path), "bytes": file.size, "mode": String(file.mode, radix: 8),
          "modified": JSONTime(file.modified / 1_000_000),
          "sha256": file.sha256.isEmpty ? nil : file.sha256,
        ]
      },
    ]
    return (told + around).report
  }

  private static func stretch(_ range: TimeRange?) -> JSONObject? {
    guard let range, !range.isEmpty else { return nil }
    return ["minTime": JSONTime(range.minTime), "maxTime": JSONTime(range.maxTime)]
  }
}

extension Evidence.Limits {
  fileprivate var json: JSONObject {
    var labels: [String] = []
    if case .labels(let named) = redaction { labels = named }
    return [
      "since": since.map { JSONTime($0) }, "until": until.map { JSONTime($0) },
      "matchers": selectors, "redactsAll": redaction == .all, "redactedLabels": labels,
    ]
  }
}
