internal import TSDBAnalysis
internal import TSDBCheck
internal import TSDBDiagnosis
internal import TSDBFormat
internal import TSDBStore

extension JSONObject {
  /// The predicted start; files are named relative to `directory`. Docs/commands.md describes each field.
  init(_ prediction: StartupPrediction, directory: String) {
    func file(_ path: String) -> JSONText { JSONText(RelativePath.of(path, to: directory)) }
    let rest: JSONObject = [
      "second": .present(prediction.second.map { JSONObject($0) }),
      "later": prediction.later.map { JSONObject($0) },
      // What would keep the blocks that the retention deletes.
      "keepingFlags": prediction.retention?.flags ?? [],
      "assumptions": prediction.assumptions, "release": "\(prediction.release)",
      "predictedAs": prediction.version.description, "running": prediction.isRunning,
      // What could not be looked at.
      "unseen": prediction.unseen.map { unseen -> JSONObject in
        ["file": file(unseen.path), "reason": unseen.reason] + .access(unseen.access)
      },
      // What the server may not use that runs as the user whom the directory belongs to.
      "denied": (prediction.access?.denials ?? []).map { denial -> JSONObject in
        ["file": file(denial.entry.path), "want": denial.want.rawValue]
          + .access(denial.entry.access)
      },
      "space": .present(
        prediction.space.map { space -> JSONObject in
          ["freeBytes": space.bytes, "freeFiles": space.files]
        }),
    ]
    self = JSONObject(prediction.first) + rest
  }

  /// What one start does.
  private init(_ start: StartupPrediction.Start) {
    let loss = start.loss
    self = [
      // Null where that depends on what could not be looked at.
      "outcome": .present(start.outcome == .unknown ? nil : start.outcome.rawValue),
      "message": .present(start.message),
      "loss": [
        "series": loss.series, "samples": loss.samples, "segments": loss.segments,
        "bytes": loss.bytes, "minTime": .present(loss.timeRange.first),
        "maxTime": .present(loss.timeRange.last),
      ] as JSONObject, "metrics": start.metrics.map { JSONObject($0) },
      // What a later start serves under new series.
      "waiting": ["refs": start.waiting.series, "samples": start.waiting.samples] as JSONObject,
      "served": .present(
        start.served.map { StartupPrediction.Metric.list($0).map { JSONObject($0) } }),
      "failing": start.failing.map { JSONText($0) }, "deletes": start.deletes.map { JSONText($0) },
      "truncates": start.truncates.map { JSONText($0) },
      "renames": start.renames.map { $0.map { JSONText($0) } },
      "warnings": start.warnings.map { JSONText($0) }, "reasons": start.reasons.map(\.text),
    ]
  }

  /// What follows on a start.
  private init(_ later: Later) {
    self = [
      "of": later.matter.rawValue, "fails": later.fails, "reason": later.reason.text,
      "message": .present(later.message), "deletes": later.deletes.map { JSONText($0) },
      "samples": later.samples,
    ]
  }

  /// What is lost of a metric.
  private init(_ found: StartupPrediction.Metric) {
    self = ["metric": JSONText(found.name), "series": found.series, "samples": found.samples]
  }
}
