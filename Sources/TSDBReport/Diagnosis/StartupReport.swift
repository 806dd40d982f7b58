internal import TSDBAnalysis
internal import TSDBCheck
internal import TSDBDiagnosis
internal import TSDBFormat
internal import TSDBStore

/// The predicted start as JSON; Docs/commands.md describes each field.
struct StartupReport: Encodable {
  let start: Start
  let second: Start?
  let assumptions: [String]
  let release: String
  let predictedAs: String
  let unseen: [Unseen]
  let running: Bool
  let denied: [Denied]
  let space: Space?

  /// The start of `prediction`; files are named relative to `directory`.
  init(_ prediction: StartupPrediction, directory: String) {
    unseen = prediction.unseen.map { Unseen($0, in: directory) }
    running = prediction.isRunning
    denied = (prediction.access?.denials ?? []).map { Denied($0, in: directory) }
    space = prediction.space.map { Space(freeBytes: $0.bytes, freeFiles: $0.files) }
    start = Start(prediction.first)
    second = prediction.second.map(Start.init)
    assumptions = prediction.assumptions
    release = "\(prediction.release)"
    predictedAs = prediction.version.description
  }

  private enum CodingKeys: String, CodingKey {
    case second, assumptions, release, predictedAs, unseen, running, denied, space
  }

  func encode(to encoder: any Encoder) throws {
    try start.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(second, forKey: .second)
    try container.encode(assumptions, forKey: .assumptions)
    try container.encode(release, forKey: .release)
    try container.encode(predictedAs, forKey: .predictedAs)
    try container.encode(unseen, forKey: .unseen)
    try container.encode(running, forKey: .running)
    try container.encode(denied, forKey: .denied)
    try container.encode(space, forKey: .space)
  }

  /// What could not be looked at.
  struct Unseen: Encodable {
    let file: JSONText
    let reason: String
    let owner: UInt32?
    let group: UInt32?
    let mode: String?

    init(_ file: UnseenFile, in directory: String) {
      self.file = JSONText(Array(RelativePath.of(file.path, to: directory).utf8))
      reason = file.reason
      owner = file.access?.owner
      group = file.access?.group
      mode = file.access?.modeText
    }
  }

  /// What the server may not use that runs as the user whom the directory belongs to.
  struct Denied: Encodable {
    let file: JSONText
    let want: String
    let owner: UInt32?
    let group: UInt32?
    let mode: String?

    init(_ denial: AccessReview.Denial, in directory: String) {
      file = JSONText(Array(RelativePath.of(denial.entry.path, to: directory).utf8))
      want = denial.want.rawValue
      owner = denial.entry.access?.owner
      group = denial.entry.access?.group
      mode = denial.entry.access?.modeText
    }
  }

  /// What is left of the file system.
  struct Space: Encodable {
    let freeBytes: Int
    let freeFiles: Int?
  }

  /// What one start does.
  struct Start: Encodable {
    /// Null where that depends on what could not be looked at.
    let outcome: String?
    let message: String?
    let loss: Loss
    let metrics: [Metric]
    let waiting: Waiting
    let served: [Metric]?
    let failing: [JSONText]
    let deletes: [JSONText]
    let truncates: [JSONText]
    let renames: [[JSONText]]
    let warnings: [JSONText]
    let reasons: [String]

    init(_ start: StartupPrediction.Start) {
      outcome = start.outcome == .unknown ? nil : start.outcome.rawValue
      message = start.message
      loss = Loss(start.loss)
      metrics = start.metrics.map(Metric.init)
      waiting = Waiting(refs: start.waiting.series, samples: start.waiting.samples)
      served = start.served.map { StartupPrediction.Metric.list($0).map(Metric.init) }
      failing = start.failing.map { JSONText($0) }
      deletes = start.deletes.map { JSONText(Array($0.utf8)) }
      truncates = start.truncates.map { JSONText(Array($0.utf8)) }
      renames = start.renames.map { $0.map { JSONText(Array($0.utf8)) } }
      warnings = start.warnings.map { JSONText(Array($0.utf8)) }
      reasons = start.reasons.map(\.text)
    }

    private enum CodingKeys: String, CodingKey {
      case outcome, message, loss, metrics, waiting, served, failing, deletes, truncates, renames
      case warnings, reasons
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(outcome, forKey: .outcome)
      // Present even where there is none, so that scripts can test it.
      try container.encode(message, forKey: .message)
      try container.encode(loss, forKey: .loss)
      try container.encode(metrics, forKey: .metrics)
      try container.encode(waiting, forKey: .waiting)
      try container.encode(served, forKey: .served)
      try container.encode(failing, forKey: .failing)
      try container.encode(deletes, forKey: .deletes)
      try container.encode(truncates, forKey: .truncates)
      try container.encode(renames, forKey: .renames)
      try container.encode(warnings, forKey: .warnings)
      try container.encode(reasons, forKey: .reasons)
    }
  }

  /// What is lost.
  struct Loss: Encodable {
    let series: Int
    let samples: Int
    let segments: Int
    let bytes: Int
    let minTime: JSONTime?
    let maxTime: JSONTime?

    init(_ loss: StartupPrediction.Loss) {
      series = loss.series
      samples = loss.samples
      segments = loss.segments
      bytes = loss.bytes
      minTime = loss.timeRange.isEmpty ? nil : JSONTime(loss.timeRange.minTime)
      maxTime = loss.timeRange.isEmpty ? nil : JSONTime(loss.timeRange.maxTime)
    }

    private enum CodingKeys: String, CodingKey {
      case series, samples, segments, bytes, minTime, maxTime
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(series, forKey: .series)
      try container.encode(samples, forKey: .samples)
      try container.encode(segments, forKey: .segments)
      try container.encode(bytes, forKey: .bytes)
      try container.encode(minTime, forKey: .minTime)
      try container.encode(maxTime, forKey: .maxTime)
    }
  }

  /// What a later start serves under new series.
  struct Waiting: Encodable {
    let refs: Int
    let samples: Int
  }

  /// What is lost of a metric.
  struct Metric: Encodable {
    let metric: JSONText
    let series: Int
    let samples: Int

    init(_ found: StartupPrediction.Metric) {
      metric = JSONText(found.name)
      series = found.series
      samples = found.samples
    }
  }
}
