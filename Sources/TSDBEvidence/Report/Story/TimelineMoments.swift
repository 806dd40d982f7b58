internal import TSDBFormat
internal import Wording

/// What happened, the oldest first.
extension Story {
  var timeline: Section? {
    var moments: [ReportDocument.Moment] = []
    for entry in evidence.timeline {
      // The end of a loss belongs to its beginning.
      if entry.kind == .lossEnds { continue }
      let end = entry.kind == .lossBegins && !evidence.lost.isEmpty ? evidence.lost.maxTime : nil
      moments.append(
        ReportDocument.Moment(
          time: entry.time, end: end, tone: tone(of: entry.kind),
          text: words(entry)))
    }
    guard !moments.isEmpty else { return nil }
    return Section(id: "timeline", title: "Timeline", blocks: [.timeline(moments)])
  }

  /// What people said is set apart from what files tell.
  private func words(_ entry: Evidence.TimelineEntry) -> Prose {
    switch entry.kind {
    case .event: "\(strong: "Reported:") \(said: entry.text)"
    case .onset: "\(strong: "Onset:") \(said: entry.text)"
    case .lossBegins: "\(strong: "Lost:") \(said: entry.text)"
    default: "\(said: entry.text)"
    }
  }

  private func tone(of kind: Evidence.Kind) -> ReportDocument.Tone? {
    switch kind {
    case .onset, .lossBegins, .lossEnds: .bad
    case .birthsPeak, .restart, .deploy: .warn
    case .firstSample, .lastSample, .remoteWritten: .good
    case .rollout, .lastBirth, .trace, .event: nil
    }
  }
}
