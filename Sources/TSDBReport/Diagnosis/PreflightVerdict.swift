package import TSDBDiagnosis
internal import TSDBStore

/// What `preflight` makes of a start.
package struct PreflightVerdict {
  let start: DirectoryStart
  /// Bytes that the server may take; nil where nothing limits it.
  package let memoryLimit: Int?
  /// True if the limit is that of this process.
  let limitIsOwn: Bool
  /// Milliseconds until a probe gives up; nil where none was named.
  let probeBudget: Int64?
  private let time: ReplayTime

  package init(_ start: DirectoryStart, memoryLimit: Int?, limitIsOwn: Bool, probeBudget: Int64?) {
    self.start = start
    self.memoryLimit = memoryLimit
    self.limitIsOwn = limitIsOwn
    self.probeBudget = probeBudget
    time = ReplayTime(series: start.head.series, samples: start.head.samples)
  }

  /// True if the replay takes longer than the probe waits.
  private var isTooSlow: Bool {
    probeBudget.map { Int64(time.estimatedMilliseconds) > $0 } ?? false
  }

  /// How the command ends.
  package var status: ExitStatus {
    switch start.prediction.first.outcome {
    case .refuses: return .refused
    case .outOfMemory: return .unfit
    case .startsWithLoss, .startsThenFails: return .findings
    case .unknown: return .incomplete
    case .starts: break
    }
    if isTooSlow { return .unfit }
    let isUnread = start.problems.contains { $0.isTooLarge }
    return isUnread || ExitStatus(start.problems) == .incomplete ? .incomplete : .clean
  }

  /// The verdict in a few lines.
  package func text(color: Color) -> String {
    if start.directory.isFresh, status == .clean {
      return color(.heading, "Prometheus will start.")
        + "\n  The directory is empty: it begins anew, with no data.\n"
    }
    var text = StartupText(
      startup: start.prediction, color: color, directory: start.directory.path, isGuard: true
    ).text
    // What a single record takes is said above, and is more than any replay.
    let first = start.prediction.first
    if first.outcome == .outOfMemory, first.message != nil { return text }
    text += "  replay: about \(Units.bytes(start.memory.estimatedBytes)) of memory ("
    text += "\(Units.bytes(start.memory.sufficientBytes)) suffice)"
    if let memoryLimit {
      text += " of \(Units.bytes(memoryLimit))"
      text += limitIsOwn ? " (the limit of this container)" : ""
    }
    text += ", about \(time.estimatedMilliseconds / 1000) s"
    if let probeBudget { text += " of \(probeBudget / 1000) s until the probe gives up" }
    return text + "\n"
  }

  /// The same as JSON; Docs/commands.md describes each field.
  package var json: JSONObject {
    let report: JSONObject = [
      "status": status.rawValue,
      "startup": JSONObject(start.prediction, directory: start.directory.path),
      "memory": [
        "estimatedReplayBytes": start.memory.estimatedBytes,
        "sufficientBytes": start.memory.sufficientBytes, "limitBytes": memoryLimit,
        "limitIsOwn": limitIsOwn,
      ] as JSONObject,
      "replay": [
        "estimatedMilliseconds": time.estimatedMilliseconds,
        "probeBudgetMilliseconds": probeBudget,
      ] as JSONObject,
    ]
    return report.report
  }
}
