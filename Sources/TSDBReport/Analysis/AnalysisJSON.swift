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
      "matchedSeries": tables.series, "deletedSeries": isQuick ? nil : deletedSeries,
      "labelNames": tables.labelNames, "uniqueLabelPairs": tables.uniquePairs,
      "totalLabelPairs": tables.totalPairs, "tombstones": tombstones, "chunks": chunks?.json,
      "bytes": bytes?.json(milliseconds: duration), "leftOut": isQuick ? Self.leftOut : nil,
    ]
    return figures + [
      "churningLabelPairs": isQuick ? nil : tables.churningPairs.map(\.json),
      "churningLabelNames": isQuick ? nil : tables.churningNames.map(\.json),
      "commonLabelPairs": tables.commonPairs.map(\.json),
      "labelValueBytes": tables.valueLengths.map(\.json),
      "labelCardinality": tables.labels.map(\.json), "metricSeries": tables.metrics.map(\.json),
      "targets": isQuick ? nil : tables.targets.map(\.json),
    ]
  }
}

extension Cardinality.Line {
  /// A line of a table.
  var json: JSONObject { ["key": JSONText(key), "count": count] }
}

extension ByteTables {
  /// What takes room, and with `--extended` the samples, over a time of so many milliseconds.
  fileprivate func json(milliseconds: Int64) -> JSONObject {
    func amount(_ bytes: UInt64, _ samples: UInt64?) -> JSONObject {
      [
        "bytes": bytes, "samples": samples,
        "samplesPerSecond": samples.flatMap { Self.perSecond($0, milliseconds: milliseconds) },
      ]
    }
    func lines(_ lines: [Line]) -> [JSONObject] {
      lines.map { ["key": JSONText($0.key)] + amount($0.bytes, $0.samples) }
    }
    return amount(bytes, samples) + [
      "metrics": lines(metrics), "labels": lines(labels), "labelPairs": lines(pairs),
      "targets": targets.map { target -> JSONObject in
        ["job": JSONText(target.job), "instance": JSONText(target.instance)]
          + amount(target.bytes, target.samples)
      },
    ]
  }

  /// Samples in each second; nil where there is no time.
  static func perSecond(_ samples: UInt64, milliseconds: Int64) -> Double? {
    milliseconds > 0 ? Double(samples) / (Double(milliseconds) / 1000) : nil
  }
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
