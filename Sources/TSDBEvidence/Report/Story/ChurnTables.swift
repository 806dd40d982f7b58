internal import TSDBAnalysis
internal import TSDBFormat
internal import TSDBReport
internal import Wording

/// What came and went.
extension Story {
  var churn: Section? {
    let churn = evidence.churn
    guard churn.series > 0 else { return nil }
    var blocks: [Block] = [.facts(churnFacts)]
    for table in churn.tables where !table.churning.isEmpty { blocks.append(.table(groups(table))) }
    if !churn.rollouts.isEmpty { blocks.append(.table(rollouts)) }
    return Section(id: "churn", title: "Churn", blocks: blocks)
  }

  private var churnFacts: [Fact] {
    let churn = evidence.churn
    var facts = [
      Fact(name: "Series", text: "\(Units.count(churn.series)) have samples in this time"),
      Fact(
        name: "Born",
        text:
          "\(Units.count(churn.born)), of which \(Units.count(churn.notLaterThan)) may be older "
          + "than the data"),
      Fact(name: "Died", text: "\(Units.count(churn.died)) before the data ends"),
    ]
    let lives = churn.lifetimes
    if let median = lives.median, let most = lives.percentile90 {
      facts.append(
        Fact(
          name: "Lifetimes",
          text: "of \(number(lives.series, "series", "series")) that were born and died here: half "
            + "lived no longer than \(TimeText.duration(median)), nine of ten no longer than "
            + "\(TimeText.duration(most)); \(Units.count(lives.shorterThanTenMinutes)) less than ten "
            + "minutes"))
    }
    return facts
  }

  private func groups(_ table: Churn.Table) -> ResultTable {
    let unit = table.grouping.countsValues ? "values" : "series"
    var result = ResultTable(
      caption: "Births \(title(table.grouping)), in \(unit)",
      [
        .text(head(table.grouping)), .number("born"), .number("may be older"), .number("died"),
        .number("at the start"), .number("at the end"),
      ])
    result.rows(table.churning, limit: 10) { group in
      [
        .prose(name(group)), .count(group.born), .count(group.notLaterThan), .count(group.died),
        .count(group.aliveAtStart), .count(group.aliveAtEnd),
      ]
    }
    return result
  }

  private func title(_ grouping: ChurnGrouping) -> String {
    switch grouping {
    case .metric: "by metric"
    case .label: "by label"
    case .pair: "by label pair"
    case .metricLabel: "by metric and label"
    case .target: "by target"
    case .values(let label): "by " + ForeignText.short(label)
    }
  }

  private func head(_ grouping: ChurnGrouping) -> String {
    switch grouping {
    case .metric: "metric"
    case .label: "label"
    case .pair: "pair"
    case .metricLabel: "metric and label"
    case .target: "target"
    case .values(let label): ForeignText.short(label)
    }
  }

  private func name(_ group: ChurnGroup) -> Prose {
    let parts = group.key.map { label -> Prose in
      if label.value.isEmpty { return "\(value: label.name)" }
      if label.name == Array("__name__".utf8) { return "\(value: label.value)" }
      return "\(labels: [label])"
    }
    return parts.isEmpty ? "none" : Prose.joined(parts, by: " ")
  }

  private var rollouts: ResultTable {
    var table = ResultTable(
      caption: "Rollouts: values that made room for others of the same shape",
      [
        .text("UTC"), .text("took"), .text("job"), .text("labels"), .number("replaced"),
        .number("series"), .prose("such as"),
      ])
    table.rows(evidence.churn.rollouts, limit: 15) { rollout in
      [
        "\(time: rollout.start)",
        rollout.start == rollout.end
          ? "one scrape" : "\(TimeText.duration(from: rollout.start, to: rollout.end))",
        rollout.job.isEmpty ? "no job" : "\(value: rollout.job)",
        .prose(.joined(rollout.labels.map { "\(value: $0)" }, by: ", ")),
        .count(rollout.replaced), .count(rollout.series),
        "\(value: rollout.example.new) for \(value: rollout.example.old)",
      ]
    }
    return table
  }
}
