internal import TSDBDiagnosis
internal import TSDBFormat
internal import TSDBReport
internal import Wording

/// What happened, the oldest first.
extension Story {
  /// How many of each kind are told; all of them are in report.json.
  private static let most = 12

  var timeline: Section? {
    var left: [Evidence.Kind: Int] = [:]
    for entry in evidence.timeline { left[entry.kind, default: 0] += 1 }
    var moments: [ReportDocument.Moment] = []
    var omitted = 0
    for entry in evidence.timeline {
      // The end of a loss belongs to its beginning.
      if entry.kind == .lossEnds { continue }
      // Of starts and writes the last tell most, and of all kinds what people said is told.
      left[entry.kind, default: 0] -= 1
      if entry.kind != .event, left[entry.kind, default: 0] >= Self.most {
        omitted += 1
        continue
      }
      let end = entry.kind == .lossBegins && !evidence.lost.isEmpty ? evidence.lost.maxTime : nil
      moments.append(
        ReportDocument.Moment(
          time: entry.time, end: end, tone: tone(of: entry.kind), text: words(entry)))
    }
    guard !moments.isEmpty else { return nil }
    var blocks: [Block] = [.timeline(moments)]
    if omitted > 0 {
      blocks.append(
        .paragraph(
          "\(Units.count(omitted)) earlier moments of the same kinds are in \(code: "report.json")."
        ))
    }
    if evidence.timeline.contains(where: { $0.kind == .trace || $0.kind == .restart }) {
      blocks.append(
        .paragraph(
          "When a file was written or made is told by the time of the file: a copy that does not keep "
            + "these times shows when it was copied."))
    }
    return Section(id: "timeline", title: "Timeline", blocks: blocks)
  }

  /// What people said is set apart from what files tell.
  private func words(_ entry: Evidence.TimelineEntry) -> Prose {
    switch entry.kind {
    case .event: "\(strong: "Reported:") \(said: entry.text)"
    case .onset: "\(strong: "Onset:") \(said: entry.text)"
    case .lossBegins:
      "\(strong: "Lost:") \(number(startup.loss.samples, "sample")), by the next start of Prometheus"
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
