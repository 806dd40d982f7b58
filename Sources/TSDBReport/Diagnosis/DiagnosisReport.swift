internal import TSDBAnalysis
package import TSDBDiagnosis
internal import TSDBFormat
package import TSDBStore

/// A diagnosis as JSON. The fields are public interface: Docs/commands.md describes each.
package struct DiagnosisReport: Encodable {
  private static let bins = 60

  let schemaVersion = JSONOutput.schemaVersion
  let startup: StartupReport
  let directory: Directory
  let head: Head
  package let growth: GrowthReport?
  let culprit: Culprit?
  let proposals: ProposalsReport?
  let memory: Memory
  let series: Int
  let minTime: JSONTime?
  let maxTime: JSONTime?
  let births: Births?
  let restarts: [Restart]
  let findings: [FindingJSON]
  let actions: [Action]

  package init(_ diagnosis: Diagnosis) {
    let range = diagnosis.timeRange
    startup = StartupReport(diagnosis.startup, directory: diagnosis.directory.path)
    directory = Directory(diagnosis.directory)
    head = Head(diagnosis.head, chunks: diagnosis.headChunks)
    growth = diagnosis.growth.map { GrowthReport($0, memory: diagnosis.memoryOfCauses) }
    culprit = diagnosis.explosion.map(Culprit.init)
    proposals = diagnosis.proposals.map(ProposalsReport.init)
    memory = Memory(
      estimatedReplayBytes: diagnosis.memory.estimatedBytes,
      sufficientBytes: diagnosis.memory.sufficientBytes,
      explosionBytes: diagnosis.memory.explosionBytes)
    series = diagnosis.series
    minTime = range.isEmpty ? nil : JSONTime(range.minTime)
    maxTime = range.isEmpty ? nil : JSONTime(range.maxTime)
    births =
      range.isEmpty
      ? nil
      : Births(
        start: JSONTime(diagnosis.timeline.start), end: JSONTime(range.maxTime),
        all: diagnosis.timeline.resampled(to: Self.bins),
        culprit: diagnosis.explosion?.timeline.resampled(to: Self.bins))
    restarts = diagnosis.restarts.events.map { Restart($0, in: diagnosis.directory.path) }
    findings = FindingJSON.all(diagnosis.problems, in: diagnosis.directory.path)
    actions = diagnosis.actions.map {
      Action(command: ShellText.line($0.command), purpose: $0.purpose, loses: $0.loss)
    }
  }

  private enum CodingKeys: String, CodingKey {
    case schemaVersion, startup, directory, head, growth, culprit, memory, series, minTime, maxTime,
      births
    case restarts, findings, actions, proposals
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(schemaVersion, forKey: .schemaVersion)
    try container.encode(startup, forKey: .startup)
    try container.encode(directory, forKey: .directory)
    try container.encode(head, forKey: .head)
    // Present even where there is none, so that scripts can test it.
    try container.encode(growth, forKey: .growth)
    try container.encode(culprit, forKey: .culprit)
    try container.encode(proposals, forKey: .proposals)
    try container.encode(memory, forKey: .memory)
    try container.encode(series, forKey: .series)
    try container.encode(minTime, forKey: .minTime)
    try container.encode(maxTime, forKey: .maxTime)
    try container.encode(births, forKey: .births)
    try container.encode(restarts, forKey: .restarts)
    try container.encode(findings, forKey: .findings)
    try container.encode(actions, forKey: .actions)
  }
}

extension DiagnosisReport {
  /// What lies there.
  package struct Directory: Encodable {
    let path: JSONText
    let kind: String
    let blocks: Int
    let blockBytes: Int
    let walSegments: Int
    let walBytes: Int
    let checkpoint: Int?
    let wblSegments: Int
    let wblBytes: Int
    let headChunkFiles: Int
    let snapshots: Int
    let lock: String

    package init(_ found: DataDirectory) {
      path = JSONText(Array(found.path.utf8))
      kind = found.kind.rawValue
      blocks = found.blocks.count
      blockBytes = found.blocks.reduce(0) { $0 + $1.size }
      walSegments = found.wal?.segments.count ?? 0
      walBytes = found.wal?.size ?? 0
      checkpoint = found.wal?.checkpoints.last?.number
      wblSegments = found.wbl?.segments.count ?? 0
      wblBytes = found.wbl?.size ?? 0
      headChunkFiles = found.headChunks.count
      snapshots = found.snapshots.count
      lock = Self.name(found.lock)
    }

    private static func name(_ lock: LockState) -> String {
      switch lock {
      case .absent: "absent"
      case .left: "left"
      case .held, .inUse: "held"
      case .unknown: "unknown"
      }
    }
  }

  /// The head, counted.
  struct Head: Encodable {
    let series: Int
    let labelPairs: Int
    let seriesInLog: Int
    let labels: Int
    let labelBytes: Int
    let samples: Int
    let minTime: JSONTime?
    let maxTime: JSONTime?
    let samplesInBlocks: Int
    let samplesNotNewer: Int
    let samplesOfUnknownSeries: Int
    let outOfOrderSamples: Int
    let refsReused: Int
    let mappedChunks: Int
    let mappedSamples: UInt64
    let lostBytes: Int
    let records: [String: Records]

    struct Records: Encodable {
      let records: Int
      let entries: Int
      let bytes: Int
    }

    init(_ head: Diagnosis.Head, chunks: HeadChunks) {
      series = head.series
      labelPairs = head.pairs
      seriesInLog = head.load.series
      labels = head.load.labels
      labelBytes = head.load.labelBytes
      samples = head.samples
      minTime = head.timeRange.isEmpty ? nil : JSONTime(head.timeRange.minTime)
      maxTime = head.timeRange.isEmpty ? nil : JSONTime(head.timeRange.maxTime)
      samplesInBlocks = head.samplesInBlocks
      samplesNotNewer = head.samplesNotNewer
      samplesOfUnknownSeries = head.samplesOfUnknownSeries
      outOfOrderSamples = head.outOfOrderSamples
      refsReused = head.refsReused
      mappedChunks = chunks.chunks
      mappedSamples = chunks.samples
      lostBytes = head.lostBytes
      var records: [String: Records] = [:]
      for (type, count) in head.records {
        var name = type.name
        if case .unknown(let code) = type { name += "_\(code)" }
        records[name] = Records(
          records: count.records, entries: count.entries, bytes: count.bytes)
      }
      self.records = records
    }
  }

  /// What exploded.
  struct Culprit: Encodable {
    let metric: JSONText
    let family: JSONText
    let label: JSONText
    let isNewLabel: Bool
    let series: Int
    let values: Int
    let examples: [JSONText]
    let onset: JSONTime
    let isOngoingAtStart: Bool
    let lastBirth: JSONTime
    let seriesPerSecond: Double
    let seriesBefore: Int
    let allSeriesBefore: Int
    let targets: [Target]

    struct Target: Encodable {
      let labels: [String: JSONText]
      let series: Int
    }

    init(_ found: Explosion) {
      metric = JSONText(found.metric)
      family = JSONText(found.family)
      label = JSONText(found.label)
      isNewLabel = found.isNewLabel
      series = found.series
      values = found.values
      examples = found.examples.map { JSONText($0) }
      onset = JSONTime(found.onset)
      isOngoingAtStart = found.isOngoingAtStart
      lastBirth = JSONTime(found.lastBirth)
      seriesPerSecond = found.seriesPerSecond
      seriesBefore = found.seriesBefore
      allSeriesBefore = found.allSeriesBefore
      targets = found.targets.map { target in
        var labels: [String: JSONText] = [:]
        for label in target.labels {
          labels[String(decoding: label.name, as: UTF8.self)] = JSONText(label.value)
        }
        return Target(labels: labels, series: target.series)
      }
    }
  }

  /// What a server needs.
  struct Memory: Encodable {
    let estimatedReplayBytes: Int
    let sufficientBytes: Int
    let explosionBytes: Int
  }

  /// Births in bins of equal width.
  struct Births: Encodable {
    let start: JSONTime
    let end: JSONTime
    let all: [Int]
    let culprit: [Int]?
  }

  /// Something that happened to the directory, and the file that shows it.
  struct Restart: Encodable {
    let time: JSONTime
    let kind: String
    let file: JSONText

    init(_ event: RestartTimeline.Event, in directory: String) {
      time = JSONTime(event.time)
      kind = event.kind.rawValue
      file = JSONText(Array(RelativePath.of(event.path, to: directory).utf8))
    }
  }

  /// A command to run next.
  struct Action: Encodable {
    let command: String
    let purpose: String
    let loses: String?
  }
}
