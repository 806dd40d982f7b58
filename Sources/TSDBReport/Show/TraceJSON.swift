package import TSDBAnalysis
internal import TSDBFormat
internal import TSDBStore

extension SeriesTrace {
  /// Where a few series are, as one JSON object. Places are addresses relative to `directory`; `isCut` where more
  /// series are selected than are shown.
  package func json(in directory: String) -> JSONObject {
    let report: JSONObject = [
      "kind": "series", "series": series.map { $0.json(in: directory) }, "isCut": isCut,
      "findings": FindingJSON.all(problems, in: directory),
    ]
    return report.report
  }
}

extension SeriesTrace.Series {
  fileprivate func json(in directory: String) -> JSONObject {
    func address(_ path: String, _ rest: String) -> JSONText {
      JSONText(RelativePath.of(path, to: directory) + rest)
    }
    func times(_ first: Int64, _ last: Int64) -> JSONObject {
      ["minTime": JSONTime(first), "maxTime": JSONTime(last)]
    }
    return [
      "labels": JSONObject(labels), "refs": refs,
      "definitions": definitions.map { address($0.path, ":\($0.offset)") },
      "samples": samples.map { part -> JSONObject in
        [
          "segment": address(part.path, ""), "samples": part.samples, "records": part.records,
          "firstRecord": address(part.path, ":\(part.firstOffset)"),
          "lastRecord": address(part.path, ":\(part.lastOffset)"),
        ] + times(part.times.minTime, part.times.maxTime)
      },
      "headChunks": headChunks.map { place -> JSONObject in
        let chunk = place.chunk
        return [
          "address": address(place.path, ":\(chunk.offset)"), "ref": chunk.series,
          "samples": chunk.sampleCount, "encoding": "\(chunk.encoding)",
          "isOutOfOrder": chunk.isOutOfOrder,
        ] + times(chunk.minTime, chunk.maxTime)
      },
      "blocks": blocks.map { block -> JSONObject in
        let series = "/index#series/\(block.reference)"
        return [
          "block": address(block.path, ""), "series": address(block.path, series),
          "chunks": block.chunks.map { chunk -> JSONObject in
            let rest = "/" + FieldText.chunk(chunk.reference, in: "chunks", first: 1)
            return ["address": address(block.path, rest)] + times(chunk.minTime, chunk.maxTime)
          },
        ]
      },
    ]
  }
}
