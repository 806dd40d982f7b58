internal import TSDBCheck
internal import TSDBDiagnosis
internal import TSDBFormat
internal import TSDBRepair
internal import TSDBStore

/// A repair as JSON; Docs/commands.md describes each field.
package struct RepairReport: Encodable {
  let schemaVersion = JSONOutput.schemaVersion
  let directory: JSONText
  let applied: Bool
  let output: JSONText?
  let quarantine: JSONText?
  let leftOut: [LeftOut]
  let lostAttributes: [JSONText]
  let steps: [Step]
  let toll: Toll
  let unread: [JSONText]
  let before: State?
  let after: State?
  let readableSamples: Int
  let lostByServer: Int
  let lostByRepair: Int
  let alternatives: [Alternative]
  let bytes: Bytes

  package init(_ outcome: RepairOutcome, _ directory: String, output: String?) {
    let result = outcome.result
    self.directory = JSONText(Array(directory.utf8))
    applied = outcome.isDone
    self.output = output.map { JSONText(Array($0.utf8)) }
    quarantine = result.quarantine.map { JSONText(Array($0.utf8)) }
    leftOut = result.leftOut.map { LeftOut(path: JSONText(DiskName.bytes($0.path)), why: $0.why) }
    lostAttributes = result.lostAttributes.map { JSONText(DiskName.bytes($0)) }
    steps = result.steps.map(Step.init)
    toll = Toll(result.toll)
    unread = result.before.unread.map { JSONText(Array($0.utf8)) }
    let isProven = result.isProven
    before = isProven ? State(result.before, directory) : nil
    after = isProven ? State(result.steps.isEmpty ? result.before : result.after, directory) : nil
    readableSamples = result.readable
    lostByServer = result.lostByServer
    lostByRepair = result.lostByRepair
    alternatives = result.alternatives.map { Alternative($0, readable: result.readable) }
    bytes = Bytes(result.account)
  }

  /// Something that the copy has not.
  struct LeftOut: Encodable {
    let path: JSONText
    let why: String
  }

  /// A step.
  struct Step: Encodable {
    let operation: String
    let why: JSONText
    let files: [JSONText]
    let loss: Loss

    init(_ step: DoneStep) {
      operation = step.operation.name
      why = JSONText(Array(step.why.utf8))
      files = step.files.map { JSONText(Array($0.utf8)) }
      loss = Loss(step.loss)
    }
  }

  /// What a step costs.
  struct Loss: Encodable {
    let series: Int
    let samples: Int
    let exemplars: Int
    let metadata: Int
    let bytes: Int
    let minTime: JSONTime?
    let maxTime: JSONTime?

    init(_ loss: TSDBRepair.Loss) {
      series = loss.series
      samples = loss.samples
      (exemplars, metadata) = (loss.exemplars, loss.metadata)
      bytes = loss.bytes
      minTime = loss.timeRange.isEmpty ? nil : JSONTime(loss.timeRange.minTime)
      maxTime = loss.timeRange.isEmpty ? nil : JSONTime(loss.timeRange.maxTime)
    }
  }

  /// What goes and what stays.
  struct Toll: Encodable {
    let metrics: [Metric]
    let targets: [Target]

    /// One metric.
    struct Metric: Encodable {
      let metric: JSONText
      let series: Int
      let samples: Int
      let seriesLeft: Int
      let samplesLeft: Int?
    }

    /// One target.
    struct Target: Encodable {
      let job: JSONText
      let instance: JSONText
      let series: Int
    }

    init(_ toll: TSDBRepair.Toll) {
      metrics = toll.metrics.map {
        Metric(
          metric: JSONText($0.name), series: $0.series, samples: $0.samples,
          seriesLeft: $0.seriesLeft, samplesLeft: $0.samplesLeft)
      }
      targets = toll.targets.map {
        Target(
          job: JSONText($0.name.job), instance: JSONText($0.name.instance), series: $0.series)
      }
    }
  }

  /// The directory, before or after.
  struct State: Encodable {
    let startup: JSONObject
    let series: Int?
    let samples: Int?
    let findings: [String]

    init(_ state: Repair.State, _ directory: String) {
      startup = JSONObject(state.startup, directory: directory)
      series = state.isCounted ? state.series : nil
      samples = state.isCounted ? state.samples : nil
      findings = state.findings.map(\.rule.id)
    }
  }

  /// Another way.
  struct Alternative: Encodable {
    let strategy: String
    let outcome: String
    let samples: Int
    let lost: Int
    let steps: [Step]

    init(_ other: Repair.Alternative, readable: Int) {
      strategy = other.strategy.rawValue
      outcome = other.after.startup.first.outcome.rawValue
      samples = other.after.samples
      lost = max(0, readable - other.after.samples)
      steps = other.steps.map(Step.init)
    }
  }

  /// Where the bytes of the files went.
  struct Bytes: Encodable {
    let before: Int
    let kept: Int
    let dropped: Int

    init(_ account: Repair.Account) {
      before = account.before
      kept = account.kept
      dropped = account.dropped
    }
  }
}
