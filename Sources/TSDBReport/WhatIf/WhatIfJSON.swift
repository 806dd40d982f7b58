package import TSDBAnalysis
package import TSDBDiagnosis
internal import TSDBFormat
internal import TSDBStore

extension ChangedDirectory {
  /// `whatif --format json`: one object. The fields are public interface: Docs/commands.md describes each.
  package func json(
    directory: String, parts: DirectoryHistory.Parts, limit: Int
  ) -> JSONObject {
    func counts(_ series: Int, _ births: Int) -> JSONObject {
      ["series": series, "births": births, "birthsPerSecond": whatIf.perSecond(births)]
    }
    let report: JSONObject = [
      "directory": directory,
      "scope": parts == .head ? "head" : parts == .blocks ? "blocks" : "blocks and head",
      "before": json(whatIf.before, memoryBefore), "after": jsonAfter(series: true),
      "collisions": whatIf.largestCollisions.map { found -> JSONObject in
        ["labels": JSONObject(found.labels), "series": found.series]
      },
      "metrics": whatIf.metrics.prefix(limit).map { metric -> JSONObject in
        [
          "metric": JSONText(metric.name),
          "before": counts(metric.series.before, metric.births.before),
          "after": counts(metric.series.after, metric.births.after),
        ]
      }, "limits": whatIf.limits.map(\.json), "refused": whatIf.refusals.map(\.json),
      "unreached": whatIf.unreached.map(\.json),
      "jobs": whatIf.seriesByJob.sorted { $0.key < $1.key }.map { job -> JSONObject in
        ["job": job.key, "series": job.value]
      }, "findings": FindingJSON.all(problems, in: directory),
    ]
    return report.report
  }

  /// Figures of one side.
  func json(_ side: WhatIf.Side, _ memory: ReplayMemory) -> JSONObject {
    ["series": side.series] + figures(side, memory)
  }

  private func figures(_ side: WhatIf.Side, _ memory: ReplayMemory) -> JSONObject {
    [
      "labelNames": side.labelNames, "labelValues": side.values, "headSeries": side.headSeries,
      "births": side.births, "birthsPerSecond": whatIf.perSecond(side.births),
      "estimatedReplayBytes": memory.estimatedBytes,
    ]
  }

  /// The figures after the change, with or without `series`, and what it did.
  func jsonAfter(series: Bool) -> JSONObject {
    (series ? ["series": whatIf.after.series] : [:]) + figures(whatIf.after, memoryAfter) + [
      "collisions": whatIf.collisions, "mergedSeries": whatIf.mergedSeries,
      "droppedSeries": whatIf.droppedSeries, "unnamedSeries": whatIf.unnamedSeries,
      "refusedSeries": whatIf.refusedSeries,
    ]
  }
}

extension WhatIf.Refusal {
  /// Scrapes that are refused for what rules make of a series.
  fileprivate var json: JSONObject {
    [
      "job": job, "reason": reason.rawValue, "series": series, "targets": targets,
      "since": JSONTime(since), "example": JSONObject(example),
    ]
  }
}

extension WhatIf.Unreached {
  /// A job whose rules do not reach its series by its name.
  fileprivate var json: JSONObject {
    let words =
      switch reason {
      case .renamed: "relabelled"
      case .unknownLabel: "relabelled-by-discovery"
      case .honorsLabels: "honor-labels"
      case .noSeries: "no-series"
      }
    return ["job": job, "reason": words, "series": series]
  }
}

extension WhatIf.LimitExceeded {
  /// A limit that would have stopped scrapes.
  fileprivate var json: JSONObject {
    [
      "job": job, "limit": key, "value": limit, "most": most, "count": count,
      "since": JSONTime(since), "example": JSONObject(example),
    ]
  }
}
