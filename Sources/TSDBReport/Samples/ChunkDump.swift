package import TSDBAnalysis
internal import TSDBCheck
internal import TSDBFormat
package import TSDBStore

/// Writes the chunks of a listing as they are met; with their samples if they are wanted.
package struct ChunkDump {
  private let directory: String
  private let format: ReportFormat
  private let wantsSamples: Bool
  private var out = ByteBuffer()
  private var samples = SampleBatch()
  /// The first findings.
  package private(set) var problems: [FileError] = []
  /// What all findings amount to.
  package private(set) var status = ExitStatus.clean

  /// At most so many findings are kept.
  private static let findingLimit = 1000

  /// Names of files are relative to `directory`.
  package init(directory: String, format: ReportFormat, wantsSamples: Bool) {
    self.directory = directory
    self.format = format
    self.wantsSamples = wantsSamples
  }

  /// Adds a chunk, or damage.
  package mutating func add(_ entry: ChunkListing.Entry) throws {
    switch entry {
    case .damage(let problem): try add(problem)
    case .chunk(let chunk):
      var failure: DecodeError?
      samples.removeAll()
      if wantsSamples, chunk.encoding.kind != .unknown {
        do throws(DecodeError) {
          try samples.decode(chunk.data, chunk.encoding, at: chunk.dataOffset)
        } catch {
          failure = error
        }
      }
      switch format {
      case .text: appendText(chunk)
      case .json: appendJSON(chunk)
      }
      if let failure { try add(.damaged(path: chunk.file.path, failure)) }
    }
  }

  /// Hands on what was written if it is much, or all of it.
  package mutating func flush(all: Bool = false, to output: inout ReportSink) throws {
    guard all || out.count >= 1 << 16 else { return }
    try output.write(out.bytes)
    out.truncate(to: 0)
  }

  private struct DamageLine: Encodable {
    let type = "damage"
    let data: FindingJSON
  }

  private mutating func add(_ problem: FileError) throws {
    let weight = ExitStatus([problem])
    if weight.rawValue > status.rawValue { status = weight }
    if problems.count < Self.findingLimit { problems.append(problem) }
    guard format == .json else { return }
    out.append(
      text: try JSONOutput.line(DamageLine(data: FindingJSON(Finding(problem), in: directory))))
  }

  /// `01M7…/chunks/000001:8`.
  private func address(of chunk: ListedChunk) -> String {
    "\(RelativePath.of(chunk.file.path, to: directory)):\(chunk.offset)"
  }
}

// MARK: Text

extension ChunkDump {
  /// One line, and one for each sample:
  ///
  ///     01M7…/chunks/000001:8  XOR  24 samples  183 B  2026-… to 2026-…  series 1  up{job="api"}
  private mutating func appendText(_ chunk: ListedChunk) {
    out.append(text: DisplayText.escaped(address(of: chunk)))
    out.append("  ")
    out.append(text: chunk.encoding.description)
    out.append("  ")
    out.append(decimal: Int64(chunk.header.sampleCount))
    out.append(" samples  ")
    out.append(decimal: Int64(chunk.dataSize))
    out.append(" B  ")
    TimeBytes.append(chunk.minTime, to: &out)
    out.append(" to ")
    TimeBytes.append(chunk.maxTime, to: &out)
    if chunk.source == .head(isOutOfOrder: true) { out.append("  out of order") }
    if let counterReset = chunk.header.counterReset {
      out.append("  counter reset ")
      out.append(text: SampleJSON.name(of: counterReset))
    }
    if let starts = chunk.header.startTimestamps, starts.rawValue != 0 {
      if starts.firstIsKnown { out.append("  first start known") }
      if starts.firstChange > 0 {
        out.append("  starts from sample ")
        out.append(decimal: Int64(starts.firstChange))
      }
    }
    out.append("  series ")
    out.append(decimal: chunk.series)
    out.append("  ")
    if let labels = chunk.labels {
      GoLabels.append(exposition: labels, .go, to: &out)
    } else {
      out.append("unknown")
    }
    out.append(UInt8(ascii: "\n"))
    for index in 0..<samples.count { TextSamples.append(samples, at: index, to: &out) }
  }
}

// MARK: JSON

extension ChunkDump {
  /// `{"type":"chunk","data":{…}}`, as Docs/commands.md says.
  private mutating func appendJSON(_ chunk: ListedChunk) {
    out.append("{\"type\":\"chunk\",\"data\":{\"source\":")
    switch chunk.source {
    case .block(let name):
      out.append("\"block\",\"block\":")
      SampleJSON.append(bytes: Array(name.utf8), to: &out)
    case .head(let isOutOfOrder):
      out.append(isOutOfOrder ? "\"head\",\"outOfOrder\":true" : "\"head\",\"outOfOrder\":false")
    }
    out.append(",\"address\":")
    SampleJSON.append(bytes: Array(address(of: chunk).utf8), to: &out)
    out.append(",\"series\":")
    out.append(decimal: chunk.series)
    out.append(",\"labels\":")
    if let labels = chunk.labels {
      SampleJSON.append(labels, to: &out)
    } else {
      out.append("null")
    }
    out.append(",\"minTime\":\"")
    TimeBytes.append(chunk.minTime, to: &out)
    out.append("\",\"maxTime\":\"")
    TimeBytes.append(chunk.maxTime, to: &out)
    out.append("\",\"encoding\":\"")
    out.append(text: chunk.encoding.description)
    out.append("\",\"encodingCode\":")
    out.append(decimal: UInt64(chunk.encoding.code))
    out.append(",\"sampleCount\":")
    out.append(decimal: Int64(chunk.header.sampleCount))
    out.append(",\"bytes\":")
    out.append(decimal: Int64(chunk.dataSize))
    appendJSON(chunk.header)
    if wantsSamples {
      out.append(",\"samples\":[")
      for index in 0..<samples.count {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        SampleJSON.append(samples, at: index, to: &out)
      }
      out.append("]")
    }
    out.append("}}\n")
  }

  private mutating func appendJSON(_ header: ChunkHeader) {
    if let counterReset = header.counterReset {
      out.append(",\"counterReset\":\"")
      out.append(text: SampleJSON.name(of: counterReset))
      out.append("\"")
    }
    if let starts = header.startTimestamps {
      out.append(",\"startTimestamps\":{\"firstIsKnown\":")
      out.append(starts.firstIsKnown ? "true" : "false")
      out.append(",\"firstChange\":")
      out.append(decimal: Int64(starts.firstChange))
      out.append("}")
    }
  }
}
