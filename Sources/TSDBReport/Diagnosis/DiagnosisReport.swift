internal import TSDBAnalysis
package import TSDBDiagnosis
internal import TSDBFormat
internal import TSDBStore

extension Diagnosis {
  private static let bins = 60

  /// A diagnosis as JSON. The fields are public interface: Docs/commands.md describes each.
  package var json: JSONObject {
    let path = directory.path
    let births: JSONObject? =
      timeRange.isEmpty
      ? nil
      : [
        "start": JSONTime(timeline.start), "end": JSONTime(timeRange.maxTime),
        "all": timeline.resampled(to: Self.bins),
        "culprit": explosion?.timeline.resampled(to: Self.bins),
      ]
    let report: JSONObject = [
      "startup": JSONObject(startup, directory: path), "directory": directory.json,
      "head": head.json(headChunks), "growth": .present(growthJSON),
      "culprit": .present(explosion?.json), "proposals": .present(proposals?.json),
      "memory": [
        "estimatedReplayBytes": memory.estimatedBytes, "sufficientBytes": memory.sufficientBytes,
        "explosionBytes": memory.explosionBytes,
      ] as JSONObject, "series": series, "minTime": .present(timeRange.first),
      "maxTime": .present(timeRange.last), "births": .present(births),
      "restarts": restarts.events.map { event -> JSONObject in
        [
          "time": JSONTime(event.time), "kind": event.kind.rawValue,
          "file": JSONText(RelativePath.of(event.path, to: path)),
        ]
      }, "findings": FindingJSON.all(problems, in: path),
      "actions": actions.map { action -> JSONObject in
        [
          "command": ShellText.line(action.command), "purpose": action.purpose,
          "loses": action.loss,
        ]
      },
    ]
    return report.report
  }

  /// What grew, and why; nil where there is no history.
  package var growthJSON: JSONObject? { growth?.json(memory: memoryOfCauses) }
}

extension DataDirectory {
  /// What lies there.
  fileprivate var json: JSONObject {
    [
      "path": JSONText(path), "kind": kind.rawValue, "blocks": blocks.count,
      "blockBytes": blocks.reduce(0) { $0 + $1.size }, "walSegments": wal?.segments.count ?? 0,
      "walBytes": wal?.size ?? 0, "checkpoint": wal?.checkpoints.last?.number,
      "wblSegments": wbl?.segments.count ?? 0, "wblBytes": wbl?.size ?? 0,
      "headChunkFiles": headChunks.count, "snapshots": snapshots.count, "lock": lock.name,
    ]
  }
}

extension Diagnosis.Head {
  /// The head, counted.
  fileprivate func json(_ chunks: HeadChunks) -> JSONObject {
    var byType: [String: JSONObject] = [:]
    for (type, count) in records {
      var name = type.name
      if case .unknown(let code) = type { name += "_\(code)" }
      byType[name] = ["records": count.records, "entries": count.entries, "bytes": count.bytes]
    }
    return [
      "series": series, "labelPairs": pairs, "seriesInLog": load.series, "labels": load.labels,
      "labelBytes": load.labelBytes, "samples": samples, "minTime": timeRange.first,
      "maxTime": timeRange.last, "samplesInBlocks": samplesInBlocks,
      "samplesNotNewer": samplesNotNewer, "samplesOfUnknownSeries": samplesOfUnknownSeries,
      "outOfOrderSamples": outOfOrderSamples, "refsReused": refsReused,
      "mappedChunks": chunks.chunks, "mappedSamples": chunks.samples, "lostBytes": lostBytes,
      "records": byType,
    ]
  }
}

extension Explosion {
  /// What exploded.
  fileprivate var json: JSONObject {
    [
      "metric": JSONText(metric), "family": JSONText(family), "label": JSONText(label),
      "isNewLabel": isNewLabel, "series": series, "values": values,
      "examples": examples.map { JSONText($0) }, "onset": JSONTime(onset),
      "isOngoingAtStart": isOngoingAtStart, "lastBirth": JSONTime(lastBirth),
      "seriesPerSecond": seriesPerSecond, "seriesBefore": seriesBefore,
      "allSeriesBefore": allSeriesBefore,
      "targets": targets.map { target -> JSONObject in
        var labels: [String: JSONText] = [:]
        for label in target.labels {
          labels[String(decoding: label.name, as: UTF8.self)] = JSONText(label.value)
        }
        return ["labels": labels, "series": target.series]
      },
    ]
  }
}
