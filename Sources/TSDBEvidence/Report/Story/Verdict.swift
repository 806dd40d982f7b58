internal import TSDBAnalysis
internal import TSDBCheck
internal import TSDBDiagnosis
internal import TSDBRepair
internal import TSDBReport
internal import TSDBStore
internal import Wording

/// What it comes to, in a sentence, and what that means.
extension Story {
  var tone: ReportDocument.Tone {
    if explosion != nil || diagnosis.restarts.isCrashLoop { return .bad }
    if isStartable, startup.outcome != .starts { return .bad }
    guard let worst = allFindings.map(\.severity).max() else { return .good }
    if worst >= .loss { return .bad }
    return worst == .warning ? .warn : .good
  }

  var verdict: Prose {
    var parts: [Prose] = []
    if let found = explosion {
      parts.append(
        isNames(found)
          ? "Metric names exploded: \(number(found.series, "new series", "new series"))"
          : "\(value: found.metric) exploded through its label \(value: found.label)")
    }
    if let damage = damage { parts.append(damage) }
    if parts.isEmpty, diagnosis.restarts.isCrashLoop {
      parts.append("A server crashed again and again before it could write anything")
    }
    if parts.isEmpty {
      parts.append(
        tone == .good
          ? (diagnosis.series == 0
            ? "The directory holds no series" : "The directory is sound, and no metric exploded")
          : "No metric exploded; some of what is here deserves a look")
    }
    return Prose.joined(parts, by: "; ").capitalized + "."
  }

  /// What a start would make of the damage; nil where it makes nothing of it.
  private var damage: Prose? {
    guard isStartable else {
      let lossy = allFindings.count { $0.severity >= .loss }
      return lossy > 0 ? "\(number(lossy, "place")) in the files damaged" : nil
    }
    switch startup.outcome {
    case .starts:
      let lossy = allFindings.count { $0.severity >= .loss }
      guard lossy > 0 else { return nil }
      return lossy == 1
        ? "one place is damaged, and Prometheus starts all the same"
        : "\(Units.count(lossy)) places are damaged, and Prometheus starts all the same"
    case .startsWithLoss: return "the next start of Prometheus loses data"
    case .refuses: return "Prometheus does not start on it"
    case .startsThenFails: return "Prometheus starts on it, and fails soon after"
    case .unknown: return "whether Prometheus starts on it cannot be said: \(unseen)"
    case .outOfMemory:
      return startup.shortage?.isCertain == false
        ? "Prometheus may run out of memory while it starts"
        : "Prometheus runs out of memory while it starts"
    }
  }

  /// What kept a verdict from being given.
  private var unseen: Prose {
    let open = diagnosis.startup.unseen.filter { !$0.isSameForAll }
    guard let first = open.first else { return "something could not be looked at" }
    let more: Prose = open.count > 1 ? ", and \(Units.count(open.count - 1)) more" : ""
    return "\(value: relative(first.path)) could not be read (\(said: first.reason))" + more
  }

  var consequences: [Prose] {
    var lines: [Prose] = []
    if let found = explosion {
      let length = TimeText.duration(from: found.onset, to: found.lastBirth)
      let rate = Units.perSecond(found.seriesPerSecond)
      var line: Prose = "\(strong: number(found.series, "series", "series"))"
      line.append(isNames(found) ? " with " : " through ")
      line.append(
        "\(number(found.values, isNames(found) ? "name" : "value")) were born from "
          + "\(time: found.onset)")
      line.append(found.isOngoingAtStart ? " or earlier" : " on")
      line.append(", for \(length), \(rate); before, all targets together had ")
      line.append("\(number(found.allSeriesBefore, "series", "series")).")
      if let job = jobs(found).first, !job.name.isEmpty {
        line.append(
          " They come from \(number(job.targets, "target")) of the job \(value: job.name).")
      }
      lines.append(line)
    }
    if let sentence = crashLoopSentence { lines.append(sentence) }
    if isStartable { lines.append(startSentence) }
    if let sentence = repairSentence { lines.append(sentence) }
    return lines
  }

  /// How often a server was started in vain; nil where none was.
  var crashLoopSentence: Prose? {
    let starts = diagnosis.restarts.emptyStarts
    guard diagnosis.restarts.isCrashLoop, let first = starts.first, let last = starts.last else {
      return nil
    }
    return
      "\(strong: number(starts.count, "start")) in a row wrote nothing, from \(time: first.time) to "
      + "\(time: last.time) by the times of the files: a crash loop."
  }

  /// What the next start does.
  var startSentence: Prose {
    guard diagnosis.startup.isRunning else { return nextStart }
    return "A server is running on it; after a restart: " + nextStart
  }

  private var nextStart: Prose {
    switch startup.outcome {
    case .starts: return "Prometheus will start, and serve everything that can be read here."
    case .startsWithLoss: return "Prometheus will start, and lose \(loss(startup.loss))."
    case .refuses:
      var line: Prose = "Prometheus will not start; it logs \(log: startup.message ?? "")."
      if let second = diagnosis.startup.second, second.outcome != .refuses {
        line.append(" The start after that comes up, and loses \(loss(second.loss)).")
      }
      return line
    case .startsThenFails:
      guard let message = startup.message else {
        return "Prometheus will start, and something goes wrong soon after."
      }
      return "Prometheus will start, and fail soon after; it logs \(log: message)."
    case .unknown: return "What Prometheus will do cannot be said: \(unseen)."
    case .outOfMemory:
      let verb = startup.shortage?.isCertain == false ? "may" : "will"
      return
        "Prometheus \(verb) run out of memory while it replays the head; nothing is lost by that."
    }
  }

  /// What a start loses.
  func loss(_ loss: StartupPrediction.Loss) -> Prose {
    var parts: [Prose] = []
    if loss.samples > 0 { parts.append("\(strong: number(loss.samples, "sample"))") }
    if loss.series > 0 { parts.append("all of \(number(loss.series, "series", "series"))") }
    if parts.isEmpty, loss.bytes > 0 { parts.append("\(Units.bytes(loss.bytes)) of files") }
    if parts.isEmpty { return "nothing that could be counted" }
    return Prose.joined(parts, by: " and ") + stretch(loss.timeRange)
  }

  /// What a repair would keep of it; nil where a server alone loses nothing.
  var repairSentence: Prose? {
    guard let repair = evidence.repair, !repair.steps.isEmpty, repair.lostByServer > 0 else {
      return nil
    }
    let lost = repair.lostByRepair
    let kept: Prose =
      lost == 0
      ? "keeps every one of the \(number(repair.readable, "sample")) that can be read here"
      : "keeps all but \(Units.count(lost)) of the \(number(repair.readable, "sample")) that can be read"
    return "A repair with \(code: "epimetheus repair") \(kept)."
  }
}

/// Words behind words.
func + (left: Prose, right: Prose) -> Prose {
  var result = left
  result.append(right)
  return result
}
