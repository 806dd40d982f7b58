internal import TSDBAnalysis
package import TSDBStore

extension JSONObject {
  /// `analyze --format json`: one object, the numbers of all tables. `growth` is missing where not all of a
  /// directory was looked at, or there is no history. Docs/commands.md describes each field.
  package init(
    directory: String, selectors: [String], subjects: [AnalysisSubject], growth: JSONObject?,
    damage: [FileError]
  ) {
    let report: JSONObject = [
      "directory": directory, "matchers": selectors, "analyses": subjects.map(\.json),
      "growth": growth, "findings": FindingJSON.all(damage, in: directory),
    ]
    self = report.report
  }
}

extension AnalysisSubject {
  /// The numbers of one subject.
  package var json: JSONObject {
    let tables = cardinality
    let figures: JSONObject = [
      "scope": scope, "block": block, "minTime": minTime.map { JSONTime($0) },
      "maxTime": maxTime.map { JSONTime($0) }, "instant": instant.map { JSONTime($0) },
      "durationMilliseconds": duration, "totalSeries": totalSeries,
      "matchedSeries": tables.series, "deletedSeries": deletedSeries,
      "labelNames": tables.labelNames, "uniqueLabelPairs": tables.uniquePairs,
      "totalLabelPairs": tables.totalPairs, "tombstones": tombstones, "chunks": chunks?.json,
    ]
    return figures + [
      "churningLabelPairs": tables.churningPairs.map(\.json),
      "churningLabelNames": tables.churningNames.map(\.json),
      "commonLabelPairs": tables.commonPairs.map(\.json),
      "labelValueBytes": tables.valueLengths.map(\.json),
      "labelCardinality": tables.labels.map(\.json), "metricSeries": tables.metrics.map(\.json),
      "targets": tables.targets.map(\.json),
    ]
  }
}

extension Cardinality.Line {
  /// A line of a table.
  var json: JSONObject { ["key": JSONText(key), "count": count] }
}

extension Cardinality.TargetCount {
  /// A target and its series.
  var json: JSONObject {
    ["job": JSONText(job), "instance": JSONText(instance), "series": series]
  }
}

extension ChunkStatistics {
  /// What the chunks are made of.
  fileprivate var json: JSONObject {
    [
      "count": chunks, "floatSamples": SteppedDistribution(floatSamples)?.json,
      "floatBytes": SteppedDistribution(floatBytes)?.json,
      "histogramSamples": SteppedDistribution(histogramSamples)?.json,
      "histogramBytes": SteppedDistribution(histogramBytes)?.json,
      "histogramBuckets": SteppedDistribution(histogramBuckets)?.json,
    ]
  }
}

extension SteppedDistribution {
  /// A distribution; the steps are those promtool draws.
  fileprivate var json: JSONObject {
    [
      "min": min, "average": average, "max": max,
      "steps": buckets.map { step -> JSONObject in
        ["from": step.from, "to": step.to, "count": step.count]
      },
    ]
  }
}
