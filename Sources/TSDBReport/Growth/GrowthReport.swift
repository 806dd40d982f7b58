package import TSDBAnalysis
package import TSDBDiagnosis
internal import TSDBFormat
package import TSDBStore

extension Growth {
  /// What grew, and why, as JSON: every series that was born, put to one account. `memory` has the bytes that
  /// each cause takes in a replay.
  package func json(memory: [Int]) -> JSONObject {
    [
      "bornSeries": bornSeries, "ordinarySeries": ordinarySeries,
      "unexplainedSeries": unexplainedSeries,
      "causes": zip(causes, memory).map { $0.json(replayBytes: $1) },
    ]
  }

  /// The ledger of what was read of `directory`, for a server of `release`.
  package func json(
    in read: DirectoryHistory, of directory: DataDirectory, release: PrometheusRelease
  ) -> JSONObject {
    let load = ReplayLoad(read, headChunks: directory.headChunks, release: release.behaviour)
    return json(memory: ReplayMemory.ofCauses(of: self, in: read, load))
  }
}

extension GrowthCause {
  /// One reason why series were born. What does not apply is null.
  fileprivate func json(replayBytes: Int) -> JSONObject {
    func parts(_ parts: [Part], _ key: String) -> [JSONObject] {
      parts.map { part in
        [key: .present(part.name.map { JSONText($0) }), "series": part.series]
      }
    }
    var common: [String: JSONText] = [:]
    for label in commonLabels {
      common[String(decoding: label.name, as: UTF8.self)] = JSONText(label.value)
    }
    let told: JSONObject = [
      "kind": kind.rawValue, "incident": isIncident, "trend": isTrend,
      "label": .present(label.map { JSONText($0) }),
      "alsoLabels": alsoLabels.map { JSONText($0) }, "metrics": parts(metrics, "name"),
      "jobs": parts(jobs, "job"), "commonLabels": common, "source": source.rawValue,
      "series": series, "values": .present(label == nil ? nil : values),
      "valuesBefore": .present(label == nil ? nil : valuesBefore), "seriesBefore": seriesBefore,
    ]
    return told + [
      "labelBytes": labelBytes, "onset": .present(onset.map { JSONTime($0) }),
      "lastBirth": JSONTime(lastBirth), "endedAt": .present(endedAt.map { JSONTime($0) }),
      "aliveSeries": aliveSeries, "seriesPerSecond": .present(seriesPerSecond),
      "seriesEach": .present(seriesEach), "examples": examples.map { JSONText($0) },
      "template": .present(template), "estimatedReplayBytes": replayBytes,
      "selector": .present(selectors), "follows": .present(follows),
    ]
  }
}
