internal import TSDBAnalysis
internal import TSDBDiagnosis
internal import TSDBFormat
internal import TSDBReport
internal import Wording

/// What would have spared the server the explosion, ready to be copied.
extension Story {
  var proposals: Section? {
    guard let proposals = diagnosis.proposals else { return nil }
    var blocks: [Block] = []
    for (number, proposal) in proposals.relabellings.enumerated() {
      let caption: Prose =
        number == 0
        ? "Until the code is fixed, in \(code: "prometheus.yml"):" : alternative(proposal)
      blocks.append(.code(proposal.configuration, caption: caption))
      blocks.append(.paragraph(outcome(proposal)))
    }
    if let limit = proposals.sampleLimit {
      blocks.append(.heading("A limit"))
      blocks.append(
        .paragraph(
          "\(code: "sample_limit: \(limit.limit)") would have refused the scrape of "
            + "\(labels: limit.target) at \(time: limit.exceededAt). Before, a target exposed "
            + "\(number(limit.mostBefore, "series", "series")) at most, then "
            + "\(Units.count(limit.most))."))
    }
    blocks.append(.heading("Alerts"))
    guard let alerts = proposals.alerts else {
      blocks.append(
        .paragraph("None can be sized: the growth was there when the data begin."))
      return Section(id: "prevention", title: "What prevents it", blocks: blocks)
    }
    blocks.append(
      .code(
        alerts.rules,
        caption: "As a file of rules; \(number(alerts.usual, "series", "series")) were usual:"))
    blocks.append(
      .paragraph(
        "The first would have fired \(moment(alerts.size)), the second \(moment(alerts.growth))."))
    return Section(id: "prevention", title: "What prevents it", blocks: blocks)
  }

  private func alternative(_ proposal: Proposals.Relabelling) -> Prose {
    switch proposal.kind {
    case .drop: "Or, to lose those series and merge none:"
    case .removeFromMetric, .labeldrop: "Or, to keep the metric without the label:"
    }
  }

  private func moment(_ alert: HeadAlerts.Alert) -> Prose {
    alert.firesAt.map { "at \(time: $0)" } ?? "never"
  }

  private func outcome(_ proposal: Proposals.Relabelling) -> Prose {
    let found = proposal.result.whatIf
    var text: Prose =
      "The head would have \(strong: number(found.after.headSeries, "series", "series")) instead of "
      + "\(Units.count(found.before.headSeries)), and take about "
      + "\(Units.bytes(proposal.result.memoryAfter.estimatedBytes)) to replay."
    if found.mergedSeries > 0 {
      text.append(
        " \(number(found.mergedSeries, "series", "series")) would merge into others, and of the "
          + "samples of one scrape only the first would be kept.")
    }
    if found.droppedSeries > 0 {
      text.append(" \(number(found.droppedSeries, "series", "series")) would not be there.")
    }
    return text
  }
}
