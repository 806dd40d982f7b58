internal import TSDBAnalysis
internal import TSDBFormat
internal import TSDBReport
internal import Wording

/// What exploded: metric, label, values, targets, and what was deployed near it.
extension Story {
  var culprit: Section? {
    guard let found = explosion else { return nil }
    let names = isNames(found)
    var facts = [
      Fact(name: "Metric", text: "\(value: found.metric)"),
      Fact(
        name: "Label", text: "\(value: found.label)" + (found.isNewLabel ? ", which is new" : "")),
      Fact(
        name: "Series",
        text: "\(strong: Units.count(found.series)) born since the onset; "
          + "\(Units.count(found.seriesBefore)) of this metric, and "
          + "\(Units.count(found.allSeriesBefore)) in all, were alive before"),
      Fact(name: names ? "Names" : "Values", text: "\(strong: Units.count(found.values))"),
      Fact(
        name: "First scrape",
        text: "\(time: found.onset)" + (found.isOngoingAtStart ? " or earlier" : "")),
      Fact(
        name: "Last birth",
        text: "\(time: found.lastBirth), "
          + "\(TimeText.duration(from: found.onset, to: found.lastBirth)) after the first"),
      Fact(name: "Rate", text: "\(Units.perSecond(found.seriesPerSecond)) on average"),
    ]
    if found.family != found.metric, !names {
      facts.insert(Fact(name: "Family", text: "\(value: found.family)"), at: 1)
    }
    var blocks: [Block] = [.facts(facts)]
    if !found.examples.isEmpty {
      blocks.append(.heading(names ? "Names, the first ones" : "Values, the first ones"))
      blocks.append(.list(found.examples.prefix(8).map { "\(value: $0)" }))
    }
    blocks += targets(found)
    blocks += deploys
    return Section(id: "culprit", title: "Culprit", blocks: blocks)
  }

  private func targets(_ found: Explosion) -> [Block] {
    guard !found.targets.isEmpty else { return [] }
    var table = ResultTable(
      caption: "Targets that exposed them", [.text("target"), .number("series"), .number("share")])
    let all = Double(max(1, found.targets.reduce(0) { $0 + $1.series }))
    table.rows(found.targets, limit: 25) { target in
      let name: Prose = target.labels.isEmpty ? "no job, no instance" : "\(labels: target.labels)"
      return [
        .prose(name), .count(target.series), .share(Double(target.series) / all),
      ]
    }
    return [.table(table)]
  }

  private var deploys: [Block] {
    let deploys = evidence.churn.deploys
    guard !deploys.isEmpty else {
      return [
        .paragraph("Nothing that looks like a deploy was born near the onset on these targets.")
      ]
    }
    var table = ResultTable(
      caption: "Born near the onset on these targets: candidates for the cause",
      [.text("UTC"), .text("label"), .text("metric"), .text("target")])
    table.rows(deploys, limit: 20) { deploy in
      [
        "\(time: deploy.time)", "\(labels: [deploy.label])", "\(value: deploy.metric)",
        "\(labels: deploy.target)",
      ]
    }
    return [.table(table)]
  }
}
