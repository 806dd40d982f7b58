internal import TSDBAnalysis
internal import TSDBFormat
internal import TSDBStore

/// A segment of a log.
struct SegmentItem: ListingItem {
  var type: String { "segment" }
  /// Relative to the directory; an address for `show`.
  let address: JSONText
  /// `wal`, `wbl`, `checkpoint` or `snapshot`.
  let log: String
  let bytes: Int
  let pages: Int
  let contents: LogContents
  /// Addresses of the first and the last record.
  let firstRecord: JSONText?
  let lastRecord: JSONText?
  let findings: [FindingJSON]

  init(_ summary: SegmentSummary, log: String, in directory: String) {
    let path = RelativePath.of(summary.path, to: directory)
    address = JSONText(path)
    self.log = log
    bytes = summary.size
    pages = summary.pages
    contents = LogContents([summary])
    firstRecord = summary.offsets.map { JSONText("\(path):\($0.lowerBound)") }
    lastRecord = summary.offsets.map { JSONText("\(path):\($0.upperBound)") }
    findings = FindingJSON.all(summary.problems, in: directory)
  }

  var text: String {
    var text = DisplayText.escaped(address.bytes)
    text += "  \(Units.bytes(bytes)), \(pages) page\(pages == 1 ? "" : "s"), "
    text += contents.text
    if let firstRecord, let lastRecord {
      text += "\n  first record \(DisplayText.escaped(firstRecord.bytes))"
      text += ", last \(DisplayText.escaped(lastRecord.bytes))"
    }
    for finding in findings {
      text += "\n  damage  \(finding.place)  \(DisplayText.escaped(finding.message))"
      text += "  [\(finding.rule)]"
    }
    return text
  }
}

/// A checkpoint: all its segments together.
struct CheckpointItem: ListingItem {
  var type: String { "checkpoint" }
  /// Relative to the directory; an address for `show`.
  let address: JSONText
  /// The last segment that it replaces.
  let number: Int
  let segments: Int
  let bytes: Int
  let contents: LogContents

  init(_ checkpoint: Checkpoint, _ summaries: [SegmentSummary], in directory: String) {
    address = JSONText(RelativePath.of(checkpoint.path, to: directory))
    number = checkpoint.number
    segments = checkpoint.segments.count
    bytes = checkpoint.size
    contents = LogContents(summaries)
  }

  var text: String {
    DisplayText.escaped(address.bytes)
      + "  \(segments) segment\(segments == 1 ? "" : "s"), \(Units.bytes(bytes)), " + contents.text
  }
}

/// What is in one segment or in several.
struct LogContents: Encodable {
  /// Records of one type.
  struct Count: Encodable {
    var records = 0
    /// Decompressed.
    var bytes = 0
  }

  private(set) var records = 0
  private(set) var recordsByType: [String: Count] = [:]
  /// Records by the way they are compressed.
  private(set) var compression: [String: Int] = [:]
  private(set) var plainBytes = 0
  private(set) var minTime: JSONTime?
  private(set) var maxTime: JSONTime?
  private(set) var lostBytes = 0

  init(_ summaries: [SegmentSummary]) {
    var times = TimeRange()
    for summary in summaries {
      records += summary.records
      plainBytes += summary.plainBytes
      lostBytes += summary.lostBytes
      times.include(summary.times)
      for (type, count) in summary.types {
        recordsByType[type, default: Count()].records += count.records
        recordsByType[type, default: Count()].bytes += count.bytes
      }
      for (kind, count) in summary.compressions { compression[kind.rawValue, default: 0] += count }
    }
    if !times.isEmpty {
      minTime = JSONTime(times.minTime)
      maxTime = JSONTime(times.maxTime)
    }
  }

  /// `343 records (samples 343; snappy 343)  2026-… to 2026-…`.
  var text: String {
    var text = "\(Units.count(records)) record\(records == 1 ? "" : "s")"
    if records > 0 {
      let types = recordsByType.sorted { $0.key < $1.key }
        .map { "\($0.key) \(Units.count($0.value.records))" }
      let kinds = compression.sorted { $0.key < $1.key }
        .map { "\($0.key == "none" ? "plain" : $0.key) \(Units.count($0.value))" }
      text += " (\(types.joined(separator: ", ")); \(kinds.joined(separator: ", ")))"
    }
    if let minTime, let maxTime {
      text += "\n  samples from \(TimeText.seconds(minTime.milliseconds))"
      text += " to \(TimeText.seconds(maxTime.milliseconds))"
    }
    return text
  }
}

/// A file of `chunks_head`.
struct HeadChunkFileItem: ListingItem {
  var type: String { "headChunkFile" }
  /// Relative to the directory; an address for `show`.
  let address: JSONText
  let bytes: Int
  let chunks: Int
  let outOfOrderChunks: Int
  let samples: UInt64
  /// Smallest and largest series ref.
  let minRef: UInt64?
  let maxRef: UInt64?
  let minTime: JSONTime?
  let maxTime: JSONTime?
  /// Chunks by encoding.
  let encodings: [String: Int]
  let findings: [FindingJSON]

  init(_ file: SegmentFile, _ chunks: HeadChunks, _ problems: [FileError], in directory: String) {
    address = JSONText(RelativePath.of(file.path, to: directory))
    bytes = file.size
    self.chunks = chunks.chunks
    outOfOrderChunks = chunks.outOfOrderChunks
    samples = chunks.samples
    minRef = chunks.seriesRange?.lowerBound
    maxRef = chunks.seriesRange?.upperBound
    minTime = chunks.timeRange.isEmpty ? nil : JSONTime(chunks.timeRange.minTime)
    maxTime = chunks.timeRange.isEmpty ? nil : JSONTime(chunks.timeRange.maxTime)
    encodings = Dictionary(
      chunks.chunksByEncoding.map { ($0.key.description, $0.value) }, uniquingKeysWith: +)
    findings = FindingJSON.all(problems, in: directory)
  }

  var text: String {
    var text = DisplayText.escaped(address.bytes) + "  \(Units.bytes(bytes)), "
    text += "\(Units.count(chunks)) chunk\(chunks == 1 ? "" : "s"), \(Units.count(samples)) samples"
    if let minRef, let maxRef { text += ", series refs \(minRef) to \(maxRef)" }
    if let minTime, let maxTime {
      let kinds = encodings.sorted { $0.key < $1.key }.map { "\($0.key) \(Units.count($0.value))" }
      text += "\n  samples from \(TimeText.seconds(minTime.milliseconds))"
      text += " to \(TimeText.seconds(maxTime.milliseconds)); " + kinds.joined(separator: ", ")
      if outOfOrderChunks > 0 { text += "; out of order \(Units.count(outOfOrderChunks))" }
    }
    for finding in findings {
      text += "\n  damage  \(finding.place)  \(DisplayText.escaped(finding.message))"
      text += "  [\(finding.rule)]"
    }
    return text
  }
}
