package import TSDBAnalysis
internal import TSDBFormat
package import TSDBStore

extension Churn {
  /// `churn --format json`: one object, every bucket and every group. Docs/commands.md describes each field.
  ///
  /// `earlier + born - died` is `aliveAtEnd + awayAtEnd`, in all and in each group.
  package func json(
    directory: String, selectors: [String], growth ledger: JSONObject?,
    servers: [ServerMetrics.Server], damage: [FileError]
  ) -> JSONObject {
    let figures: JSONObject = [
      "series": series, "earlier": earlier, "born": born, "bornNotLaterThan": notLaterThan,
      "died": died, "aliveAtEnd": aliveAtEnd, "awayAtEnd": awayAtEnd, "deletedSeries": deleted,
      "unservedSeries": unserved,
      "lifetimes": [
        "series": lifetimes.series, "medianMilliseconds": lifetimes.median,
        "percentile90Milliseconds": lifetimes.percentile90,
        "shorterThanTenMinutes": lifetimes.shorterThanTenMinutes,
      ] as JSONObject,
    ]
    let parts: JSONObject = [
      "buckets": buckets?.json ?? [], "groupings": tables.map(\.json),
      "rollouts": rollouts.map(\.json), "deploys": deploys.map(\.json), "growth": ledger,
      "accounts": growth?.births.json, "servers": servers.map(\.json),
      "findings": FindingJSON.all(damage, in: directory),
    ]
    let asked: JSONObject = [
      "directory": directory, "matchers": selectors,
      "minTime": buckets.map { _ in JSONTime(range.minTime) },
      "maxTime": buckets.map { _ in JSONTime(range.maxTime) }, "stepMilliseconds": buckets?.step,
    ]
    return (asked + figures + parts).report
  }
}

extension ChurnBuckets {
  /// One object for each step of time.
  fileprivate var json: [JSONObject] {
    (0..<count).map { index in
      [
        "start": JSONTime(time(of: index)), "born": born[index],
        "bornNotLaterThan": notLaterThan[index], "died": died[index], "alive": alive[index],
        "away": away[index],
      ]
    }
  }
}

extension Churn.Table {
  /// `by` is what `--by` names.
  fileprivate var json: JSONObject {
    [
      "by": JSONText(grouping.key), "unit": grouping.countsValues ? "values" : "series",
      "churning": churning.map(\.json), "growing": growing.map(\.json),
    ]
  }
}

extension ChurnGroup {
  fileprivate var json: JSONObject {
    [
      "key": key.map(\.json), "earlier": earlier, "born": born, "bornNotLaterThan": notLaterThan,
      "died": died, "aliveAtStart": aliveAtStart, "aliveAtEnd": aliveAtEnd,
      "awayAtEnd": awayAtEnd, "births": births,
    ]
  }
}

extension Label {
  fileprivate var json: JSONObject {
    ["name": JSONText(name), "value": value.isEmpty ? nil : JSONText(value)]
  }
}

extension Rollout {
  fileprivate var json: JSONObject {
    [
      "labels": labels.map { JSONText($0) }, "job": JSONText(job), "start": JSONTime(start),
      "end": JSONTime(end), "replaced": replaced, "series": series,
      "exampleOld": JSONText(example.old), "exampleNew": JSONText(example.new),
    ]
  }
}

extension Deploy {
  fileprivate var json: JSONObject {
    [
      "time": JSONTime(time), "metric": JSONText(metric), "label": label.json,
      "target": target.map(\.json),
    ]
  }
}

extension GrowthBirths {
  /// Births of each account, in buckets of their own: they are of all times. Causes are in the order of
  /// `growth.causes`.
  fileprivate var json: JSONObject {
    [
      "start": JSONTime(start), "stepMilliseconds": step, "causes": causes, "ordinary": ordinary,
      "unexplained": unexplained,
    ]
  }
}

extension ServerMetrics.Server {
  fileprivate var json: JSONObject {
    func points(_ points: [ServerMetrics.Point]) -> [JSONObject] {
      points.map { ["time": JSONTime($0.time), "value": $0.value] }
    }
    return [
      "labels": labels.map(\.json), "headSeries": points(headSeries),
      "residentBytes": points(residentBytes),
    ]
  }
}

extension ChurnGrouping {
  /// The key of `--by`.
  var key: [UInt8] {
    switch self {
    case .metric: Array("metric".utf8)
    case .label: Array("label".utf8)
    case .pair: Array("pair".utf8)
    case .metricLabel: Array("metric-label".utf8)
    case .target: Array("target".utf8)
    case .values(let label): label
    }
  }
}
