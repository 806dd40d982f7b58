internal import TSDBAnalysis
internal import TSDBDiagnosis
public import TSDBFormat
internal import Wording

/// Puts what is known into the order of time.
enum Timeline {
  typealias Entry = Evidence.TimelineEntry

  /// What happened, the oldest first; what happened at one time, in the order of its kinds. What lies
  /// outside of the limits is left out, but for the onset, which says so.
  static func entries(_ evidence: Evidence) -> [Entry] {
    var all = data(evidence) + explosion(evidence) + servers(evidence)
    all += evidence.events.map { Entry(time: $0.time, kind: .event, text: $0.text) }
    if let until = evidence.remoteWrittenUntil {
      all.append(Entry(time: until, kind: .remoteWritten, text: remote(until, evidence)))
    }
    let order = all.indices.sorted { (all[$0].time, $0) < (all[$1].time, $1) }
    return order.map { all[$0] }.compactMap { entry in
      if evidence.limits.contains(entry.time) { return entry }
      guard entry.kind == .onset else { return nil }
      return Entry(
        time: entry.time, kind: .onset, text: entry.text + ", outside of the time looked at")
    }
  }

  /// First and last sample, and what is lost of those between.
  private static func data(_ evidence: Evidence) -> [Entry] {
    var found: [Entry] = []
    let range = evidence.diagnosis.timeRange
    if !range.isEmpty {
      found.append(Entry(time: range.minTime, kind: .firstSample, text: "first sample"))
      found.append(
        Entry(time: range.maxTime, kind: .lastSample, text: "last sample that can be read"))
    }
    let lost = evidence.lost
    if !lost.isEmpty {
      let loss = evidence.diagnosis.startup.first.loss
      found.append(
        Entry(
          time: lost.minTime, kind: .lossBegins,
          text: "first of \(count(loss.samples, "sample")) that the next start loses"))
      found.append(Entry(time: lost.maxTime, kind: .lossEnds, text: "last of them"))
    }
    return found
  }

  private static func explosion(_ evidence: Evidence) -> [Entry] {
    var found = evidence.churn.deploys.map { deploy in
      Entry(
        time: deploy.time, kind: .deploy,
        text: "\(text(deploy.label.name))=\(text(deploy.label.value)) appears on "
          + "\(target(deploy.target))")
    }
    found += evidence.churn.rollouts.map { rollout in
      let labels = rollout.labels.map(text).joined(separator: ", ")
      return Entry(
        time: rollout.start, kind: .rollout,
        text: "\(count(rollout.replaced, "value")) of \(labels) replaced"
          + (rollout.job.isEmpty ? "" : " in job \(text(rollout.job))"))
    }
    if let explosion = evidence.diagnosis.explosion {
      let began = explosion.isOngoingAtStart ? "was already multiplying" : "began to multiply"
      found.append(
        Entry(
          time: explosion.onset, kind: .onset,
          text: "\(text(explosion.metric)) \(began) by the label \(text(explosion.label))"))
      found.append(
        Entry(
          time: explosion.lastBirth, kind: .lastBirth,
          text: "last of \(count(explosion.series, "new series", "new series")) of the explosion"))
    }
    if let buckets = evidence.churn.buckets {
      let births = zip(buckets.born, buckets.notLaterThan).map { $0 - $1 }
      if let most = births.max(), most > 0, let bucket = births.firstIndex(of: most) {
        found.append(
          Entry(
            time: buckets.time(of: bucket), kind: .birthsPeak,
            text:
              "\(count(most, "series", "series")) born within \(TimeText.duration(buckets.step)), the most"
          ))
      }
    }
    return found
  }

  /// When servers lived and died, as their files tell.
  private static func servers(_ evidence: Evidence) -> [Entry] {
    evidence.diagnosis.restarts.events.map { event in
      let file = evidence.relative(event.path)
      switch event.kind {
      case .emptyStart:
        return Entry(
          time: event.time, kind: .restart, text: "a start made \(file) and wrote nothing to it")
      case .lastWrite: return Entry(time: event.time, kind: .trace, text: "last write to \(file)")
      case .checkpoint: return Entry(time: event.time, kind: .trace, text: "\(file) was finished")
      case .snapshot:
        return Entry(
          time: event.time, kind: .trace, text: "\(file) was written: a stop in good order")
      case .lock:
        return Entry(
          time: event.time, kind: .trace, text: "\(file) was made: first start since a good stop")
      }
    }
  }

  private static func remote(_ until: Int64, _ evidence: Evidence) -> String {
    guard let gap = evidence.remoteGap else { return "remote write had got all until here" }
    let length = TimeText.duration(from: gap.minTime, to: gap.maxTime)
    return
      "remote write had got all until here; \(length) until the last sample are missing there"
  }

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  private static func target(_ labels: [Label]) -> String {
    labels.map { "\(text($0.name))=\(text($0.value))" }.joined(separator: ", ")
  }

  private static func count(_ number: Int, _ one: String, _ many: String? = nil) -> String {
    "\(Units.count(number)) \(number == 1 ? one : many ?? one + "s")"
  }
}

extension Evidence {
  /// What remote write did not get, up to the last sample; nil where nobody says, or nothing is missing.
  public var remoteGap: TimeRange? {
    let range = diagnosis.timeRange
    guard let until = remoteWrittenUntil, !range.isEmpty, until < range.maxTime else { return nil }
    return TimeRange(minTime: max(until, range.minTime), maxTime: range.maxTime)
  }

  /// A path as it is called in the directory.
  public func relative(_ path: String) -> String {
    let prefix = self.path.hasSuffix("/") ? self.path : self.path + "/"
    return path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : path
  }
}
