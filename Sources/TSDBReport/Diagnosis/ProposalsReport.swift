internal import TSDBAnalysis
internal import TSDBDiagnosis
internal import TSDBFormat

extension Proposals {
  /// Proposals as JSON. The fields are public interface: Docs/commands.md describes each.
  var json: JSONObject {
    [
      "relabelling": remedies.map(\.json),
      "sampleLimit": sampleLimit.map { found -> JSONObject in
        [
          "limit": found.limit, "mostBefore": found.mostBefore, "most": found.most,
          "exceededAt": JSONTime(found.exceededAt), "target": JSONObject(found.target),
        ]
      },
      "alerts": alerts.map { found -> JSONObject in
        [
          "rules": found.rules, "usualSeries": found.usual, "headSeries": found.size.json,
          "growth": found.growth.json,
        ]
      },
    ]
  }
}

extension Remedy {
  /// What helps against an incident, and what it would have made of the directory: what `whatif` says, where it
  /// was tried.
  fileprivate var json: JSONObject {
    let after: JSONObject = ["series": .present(seriesAfter), "merges": .present(merges)]
    return [
      "cause": .present(cause), "where": place.rawValue, "kind": .present(kind?.rawValue),
      "config": .present(configuration), "warnings": warnings, "why": .present(why),
      "before": result.map { $0.json($0.whatIf.before, $0.memoryBefore) },
      "after": (result.map { $0.jsonAfter(series: false) } ?? [:]) + after,
    ]
  }
}

extension HeadAlerts.Alert {
  /// A threshold, and when it would have fired.
  fileprivate var json: JSONObject {
    ["threshold": threshold, "firesAt": firesAt.map { JSONTime($0) }]
  }
}
