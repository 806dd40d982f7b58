internal import TSDBAnalysis
package import TSDBDiagnosis
internal import TSDBFormat

/// What would have spared a server the explosion, to be copied from the screen.
package struct ProposalsText {
  private let proposals: Proposals
  private let color: Color

  package init(_ proposals: Proposals, color: Color) {
    self.proposals = proposals
    self.color = color
  }

  /// Rules, limit and alerts, each with what they would have done.
  package var text: String {
    [relabelling, others, limit, alerts].filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private var relabelling: String {
    guard let first = proposals.relabellings.first else { return "" }
    var text = color(.heading, "Until the code is fixed: prometheus.yml") + "\n"
    text += block(first.configuration)
    text += "  " + color(.dim, outcome(first)) + "\n"
    for other in proposals.relabellings.dropFirst() {
      text += color(.heading, "Or, to keep the metric without the label") + "\n"
      text += block(other.configuration)
      text += "  " + color(.dim, outcome(other)) + "\n"
    }
    return text
  }

  private static let mostOthers = 4

  /// What was not tried as a rule of the first incident: other places, other incidents.
  private var others: String {
    let shown = Set(proposals.relabellings.map(\.configuration))
    let rest = proposals.remedies.filter { remedy in
      remedy.configuration.map { !shown.contains($0) } ?? true
    }
    return rest.prefix(Self.mostOthers).map { remedy in
      let title = "Against cause \(remedy.cause + 1): \(remedy.place.rawValue)"
      let words = ([remedy.why] + remedy.warnings).joined(separator: "; ")
      return color(.heading, title) + "\n" + block(remedy.configuration ?? "")
        + "  " + color(.dim, DisplayText.escaped(words)) + "\n"
    }.joined()
  }

  private func block(_ text: String) -> String {
    text.split(separator: "\n").map { "    \(DisplayText.escaped(String($0)))\n" }.joined()
  }

  private func outcome(_ proposal: Proposals.Relabelling) -> String {
    let (found, memory) = (proposal.result.whatIf, proposal.result.memoryAfter)
    var parts = [
      "the head would have \(Units.count(found.after.headSeries)) series "
        + "instead of \(Units.count(found.before.headSeries))",
      "and take about \(Units.bytes(memory.estimatedBytes)) to replay",
    ]
    if found.mergedSeries > 0 {
      parts.append(
        "; \(Units.count(found.mergedSeries)) series would merge into others, and of the samples of one "
          + "scrape only the first would be kept")
    }
    if found.droppedSeries > 0 {
      parts.append("; \(Units.count(found.droppedSeries)) series would not be there")
    }
    return parts.joined(separator: " ").replacing(" ;", with: ";")
  }

  private var limit: String {
    guard let limit = proposals.sampleLimit else { return "" }
    let target = limit.target.map {
      DisplayText.escaped($0.name) + "=\"" + DisplayText.escaped($0.value) + "\""
    }
    let before = Units.count(limit.mostBefore)
    return color(.heading, "sample_limit: \(limit.limit)") + "\n  "
      + color(
        .dim,
        "would have refused the first scrape at \(TimeText.seconds(limit.exceededAt)), of "
          + target.joined(separator: " ")
          + "; before, a target exposed \(before) series at most, then \(Units.count(limit.most))")
      + "\n"
  }

  private var alerts: String {
    guard let alerts = proposals.alerts else {
      return color(.heading, "Alerts") + "\n  "
        + color(.dim, "none can be sized: the growth was there when the data begin") + "\n"
    }
    func sentence(_ what: String, _ alert: HeadAlerts.Alert) -> String {
      let time = alert.firesAt.map { "at \(TimeText.seconds($0))" } ?? "never"
      return "\(what) would have fired \(time)"
    }
    return color(.heading, "Alerts, as a file of rules") + "\n" + block(alerts.rules)
      + "  "
      + color(
        .dim,
        sentence("the first", alerts.size) + ", " + sentence("the second", alerts.growth)) + "\n"
  }
}
