internal import TSDBAnalysis
internal import TSDBDiagnosis
internal import TSDBFormat
internal import TSDBReport
internal import Wording

/// What grew, and why: every series that was born, put to one account.
extension Story {
  private static let mostCauses = 12

  var ledger: Section? {
    guard let growth = diagnosis.growth, growth.bornSeries > 0 else { return nil }
    var blocks: [Block] = [.paragraph(ledgerSentence(growth)), .table(accounts(growth))]
    if growth.births.count > 1, !growth.causes.isEmpty {
      blocks.append(.chart(accountChart(growth), accountTable(growth)))
    }
    return Section(id: "ledger", title: "What grew, and why", blocks: blocks)
  }

  private func ledgerSentence(_ growth: Growth) -> Prose {
    let grown = growth.incidents.map { growth.causes[$0].series }.reduce(0, +)
    let born = "\(number(growth.bornSeries, "series", "series")) were born since the data begins"
    guard grown > 0 else { return "\(born); none of it is out of the ordinary." }
    let incidents = growth.incidents.count == 1 ? "an incident" : "incidents"
    return
      "\(born), \(strong: Units.count(grown)) of them (\(share(grown, growth))) by \(incidents)."
  }

  private func share(_ series: Int, _ growth: Growth) -> String {
    Units.percent(Double(series) / Double(max(growth.bornSeries, 1)))
  }

  private func accounts(_ growth: Growth) -> ResultTable {
    var table = ResultTable(
      caption: "Accounts of the series that were born",
      [
        .prose("account"), .number("series"), .number("share"), .text("since (UTC)"),
        .text("last birth (UTC)"), .number("alive at the end"),
      ])
    table.rows(growth.causes, limit: Self.mostCauses) { cause in
      [
        .prose(account(cause)), .count(cause.series), .words(share(cause.series, growth)),
        cause.onset.map { .time($0) } ?? "before the data", .time(cause.lastBirth),
        .count(cause.aliveSeries),
      ]
    }
    for (name, series) in [
      ("took the place of others", growth.ordinarySeries),
      ("unexplained", growth.unexplainedSeries),
    ] {
      table.row([.words(name), .count(series), .words(share(series, growth)), "", "", ""])
    }
    return table
  }

  /// What a cause is, in a line.
  private func account(_ cause: GrowthCause) -> Prose {
    var text = what(cause)
    if cause.isIncident { text = "\(strong: "incident:") " + text }
    if cause.isTrend { text.append(", at the same rate for a day or more") }
    return text
  }

  private func what(_ cause: GrowthCause) -> Prose {
    let values = Units.count(cause.values)
    let label: Prose = cause.label.map { "\(value: $0)" } ?? "a label"
    switch cause.kind {
    case _ where cause.follows != nil: return "\(job(cause)) tells of the same targets"
    case _ where cause.followsCut: return "\(job(cause)) tells of targets that were cut out"
    case .labelValues: return "\(job(cause)): \(values) values of \(label)"
    case .targets:
      return "\(job(cause)): \(values) targets of \(Units.count(cause.seriesEach ?? 0)) series each"
    case .product:
      let other: Prose = cause.alsoLabels.last.map { "\(value: $0)" } ?? "another"
      return "\(job(cause)): \(label) times \(other)"
    case .metricNames: return "\(job(cause)): \(values) metric names"
    case .newJob: return "\(job(cause)) is new"
    case .renamed: return "\(job(cause)): metrics have other names"
    case .periodic: return "\(job(cause)) comes at this hour of other days"
    case .downtime: return "came while no samples were taken"
    case .rollout: return "\(job(cause)) was rolled out"
    }
  }

  private func job(_ cause: GrowthCause) -> Prose {
    guard cause.jobs.count == 1 else { return "\(Units.count(cause.jobs.count)) jobs" }
    guard let name = cause.jobs.first?.name else { return "series without a job" }
    return "job \(value: name)"
  }

  // MARK: Over time

  private func accountChart(_ growth: Growth) -> TimeChart {
    let births = growth.births
    let causes = Self.sum(births.causes, births.count)
    let all = Self.sum([causes, births.ordinary, births.unexplained], births.count)
    let step = TimeText.duration(births.step)
    var lines = [TimeChart.Line(name: "born", style: 1, isFilled: true, values: all)]
    if let first = births.causes.first {
      lines.append(
        TimeChart.Line(name: "of the first account", style: 2, isFilled: false, values: first))
    }
    if births.causes.count > 1 {
      let rest = Self.sum(Array(births.causes.dropFirst()), births.count)
      lines.append(
        TimeChart.Line(name: "of the other causes", style: 3, isFilled: false, values: rest))
    }
    return TimeChart(
      title: "Series born, by account and \(step)",
      description:
        "At most \(Units.count(all.max() ?? 0)) series were born in \(step), and at most "
        + "\(Units.count(births.causes.first?.max() ?? 0)) of the first account.",
      unit: "series per \(step)", start: births.start, step: births.step, lines: lines,
      marks: marks)
  }

  private func accountTable(_ growth: Growth) -> ResultTable {
    let births = growth.births
    let shown = births.causes.prefix(Self.mostCauses)
    var table = ResultTable(
      caption: "Series born, by account and \(TimeText.duration(births.step))",
      [.text("from (UTC)")] + shown.indices.map { .number("account \($0 + 1)") }
        + [.number("took the place of others"), .number("unexplained")])
    for bucket in 0..<births.count {
      table.row(
        [.time(births.time(of: bucket))] + shown.map { .count($0[bucket]) }
          + [.count(births.ordinary[bucket]), .count(births.unexplained[bucket])])
    }
    return table
  }

  private static func sum(_ accounts: [[Int]], _ count: Int) -> [Int] {
    var sum = [Int](repeating: 0, count: count)
    for account in accounts {
      for (bucket, births) in account.enumerated() where bucket < count { sum[bucket] += births }
    }
    return sum
  }
}
