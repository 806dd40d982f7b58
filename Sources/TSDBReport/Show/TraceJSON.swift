package import TSDBAnalysis
internal import TSDBFormat
internal import TSDBStore

/// Where a few series are, as one JSON object. Places are addresses relative to the directory.
package struct TraceJSON: Encodable {
  let schemaVersion = JSONOutput.schemaVersion
  let kind = "series"
  let series: [Series]
  /// True if more series are selected than are shown.
  let isCut: Bool
  let findings: [FindingJSON]

  package struct Series: Encodable {
    let labels: LabelsJSON
    let refs: [UInt64]
    let definitions: [JSONText]
    let samples: [Samples]
    let headChunks: [HeadChunk]
    let blocks: [Block]
  }

  struct Samples: Encodable {
    let segment: JSONText
    let samples: Int
    let records: Int
    let firstRecord: JSONText
    let lastRecord: JSONText
    let minTime: JSONTime
    let maxTime: JSONTime
  }

  struct HeadChunk: Encodable {
    let address: JSONText
    let ref: UInt64
    let samples: Int
    let encoding: String
    let isOutOfOrder: Bool
    let minTime: JSONTime
    let maxTime: JSONTime
  }

  struct Block: Encodable {
    let block: JSONText
    let series: JSONText
    let chunks: [Chunk]
  }

  struct Chunk: Encodable {
    let address: JSONText
    let minTime: JSONTime
    let maxTime: JSONTime
  }

  /// What was found in `directory`.
  package init(_ trace: SeriesTrace, in directory: String) {
    series = trace.series.map { Series($0, in: directory) }
    isCut = trace.isCut
    findings = FindingJSON.all(trace.problems, in: directory)
  }
}

extension TraceJSON.Series {
  fileprivate init(_ series: SeriesTrace.Series, in directory: String) {
    func address(_ path: String, _ rest: String) -> JSONText {
      JSONText(Array((RelativePath.of(path, to: directory) + rest).utf8))
    }
    labels = LabelsJSON(labels: series.labels)
    refs = series.refs
    definitions = series.definitions.map { address($0.path, ":\($0.offset)") }
    samples = series.samples.map {
      TraceJSON.Samples(
        segment: address($0.path, ""), samples: $0.samples, records: $0.records,
        firstRecord: address($0.path, ":\($0.firstOffset)"),
        lastRecord: address($0.path, ":\($0.lastOffset)"),
        minTime: JSONTime($0.times.minTime), maxTime: JSONTime($0.times.maxTime))
    }
    headChunks = series.headChunks.map { place in
      TraceJSON.HeadChunk(
        address: address(place.path, ":\(place.chunk.offset)"), ref: place.chunk.series,
        samples: place.chunk.sampleCount, encoding: "\(place.chunk.encoding)",
        isOutOfOrder: place.chunk.isOutOfOrder, minTime: JSONTime(place.chunk.minTime),
        maxTime: JSONTime(place.chunk.maxTime))
    }
    blocks = series.blocks.map { block in
      TraceJSON.Block(
        block: address(block.path, ""),
        series: address(block.path, "/index#series/\(block.reference)"),
        chunks: block.chunks.map {
          TraceJSON.Chunk(
            address: address(
              block.path, "/" + FieldText.chunk($0.reference, in: "chunks", first: 1)),
            minTime: JSONTime($0.minTime), maxTime: JSONTime($0.maxTime))
        })
    }
  }
}
