internal import TSDBAnalysis
internal import TSDBStore

extension DiffReport {
  /// `diff --format json`: one object. Docs/commands.md describes each field.
  package func json(selectors: [String]) -> JSONObject {
    let report: JSONObject = [
      "first": Self.json(first, series: diff.before, gapsOfFirst),
      "second": Self.json(second, series: diff.after, gapsOfSecond), "matchers": selectors,
      "commonSeries": diff.common, "appearedSeries": diff.appeared,
      "vanishedSeries": diff.vanished, "metrics": diff.metrics.json, "labels": diff.labels.json,
      "labelPairs": diff.pairs.json,
      "findings": damage.flatMap { directory, damage in
        FindingJSON.all(damage, in: directory)
      },
    ]
    return report.report
  }

  /// One side; `gaps` are missing where nobody looked.
  private static func json(
    _ side: Side, series: Int, _ gaps: [SampleOccupancy.Gap]?
  ) -> JSONObject {
    [
      "directory": side.path, "time": side.time.map { JSONTime($0) }, "series": series,
      "deletedSeries": side.deleted,
      "gaps": gaps?.map { gap -> JSONObject in
        [
          "start": JSONTime(gap.start), "end": JSONTime(gap.end),
          "samplesOfOther": gap.samplesOfOther,
        ]
      },
    ]
  }
}

extension HistoryDiff.Table {
  fileprivate var json: JSONObject {
    [
      "appeared": appeared, "vanished": vanished,
      "changed": changed.map { line -> JSONObject in
        ["key": JSONText(line.key), "before": line.before, "after": line.after]
      },
    ]
  }
}
