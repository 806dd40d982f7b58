package import TSDBAnalysis
internal import TSDBFormat

/// `churn` for people: the curve first, then who did it.
package struct ChurnText {
  let churn: Churn
  package let servers: [ServerMetrics.Server]
  /// The directory, as it was given.
  package let directory: String
  /// How many lines a table has.
  package let limit: Int
  let color: Color

  package init(
    churn: Churn, servers: [ServerMetrics.Server], directory: String, limit: Int, color: Color
  ) {
    self.churn = churn
    self.servers = servers
    self.directory = directory
    self.limit = limit
    self.color = color
  }

  /// Writes all of it.
  package func write(to out: inout ReportSink) {
    guard let buckets = churn.buckets else {
      out.line("There are no samples in the time looked at.")
      return
    }
    let range =
      "\(TimeText.seconds(churn.range.minTime)) to \(TimeText.seconds(churn.range.maxTime))"
    let length = TimeText.duration(from: churn.range.minTime, to: churn.range.maxTime)
    out.line(color(.heading, "\(range)  (\(length))"))
    out.line(figures)
    for line in apart { out.line(line) }
    if let line = lifetimes { out.line(line) }
    curves(buckets, &out)
    busiest(buckets, &out)
    ledger(&out)
    for table in churn.tables { churning(table, &out) }
    if let table = churn.tables.first { growing(table, &out) }
    rollouts(&out)
    deploys(&out)
    for server in servers { write(server, buckets, to: &out) }
  }

  private var figures: String {
    var text = "  \(Units.count(churn.series)) series, "
    if churn.earlier > 0 { text += "\(Units.count(churn.earlier)) from before, " }
    text += "\(Units.count(churn.born)) born"
    if churn.notLaterThan > 0 {
      text += " (\(Units.count(churn.notLaterThan)) of them not later than their first sample here)"
    }
    text += ", \(Units.count(churn.died)) died, \(Units.count(churn.aliveAtEnd)) alive at the end"
    if churn.awayAtEnd > 0 { text += ", \(Units.count(churn.awayAtEnd)) away" }
    return text
  }

  /// Series that are counted nowhere.
  private var apart: [String] {
    [
      (churn.deleted, "deleted whole by tombstones"),
      (churn.unserved, "only in what a server does not serve"),
    ].filter { $0.0 > 0 }.map { count, why in
      "  not counted: \(Units.count(count)) series, \(why)"
    }
  }

  private var lifetimes: String? {
    let lives = churn.lifetimes
    guard let median = lives.median, let most = lives.percentile90 else { return nil }
    let share = Double(lives.shorterThanTenMinutes) / Double(lives.series)
    return "  of \(Units.count(lives.series)) that were born and died here half lived at most "
      + "\(TimeText.duration(median)), nine of ten at most \(TimeText.duration(most)); "
      + "\(Units.percent(share)) less than 10 min"
  }

  private func curves(_ buckets: ChurnBuckets, _ out: inout ReportSink) {
    out.line("\n" + color(.heading, "By time") + "  in steps of \(TimeText.duration(buckets.step))")
    var table = ResultTable("curves", [.text("", "what"), .drawing(""), .text("", "most")])
    let newborn = (0..<buckets.count).map { buckets.newborn($0) }
    var rows = [("born", newborn), ("died", buckets.died), ("alive", buckets.alive)]
    if buckets.away.contains(where: { $0 > 0 }) { rows.append(("away", buckets.away)) }
    for (title, counts) in rows {
      let most = counts.max() ?? 0
      table.row([.words(title), .words(Sparkline.text(counts)), "at most \(Units.count(most))"])
    }
    out.write(table.text(color: color))
  }

  private func busiest(_ buckets: ChurnBuckets, _ out: inout ReportSink) {
    let newborn = (0..<buckets.count).map { buckets.newborn($0) }
    let shown = newborn.indices.filter { newborn[$0] > 0 }
      .sorted { (newborn[$1], $0) < (newborn[$0], $1) }.prefix(limit).sorted()
    guard !shown.isEmpty else { return }
    let count = newborn.count { $0 > 0 }
    let title =
      shown.count < count
      ? "The \(shown.count) steps with the most births, of \(Units.count(count))"
      : "Steps with births"
    let table = ResultTable.of(
      buckets, "steps", caption: title, only: shown,
      [
        (.start, .text("start")), (.newborn, .number("born")), (.died, .number("died")),
        (.alive, .number("alive")),
      ])
    out.write("\n" + table.section(color: color))
  }

  private func ledger(_ out: inout ReportSink) {
    let text = churn.growth.map { GrowthText($0, color: color, draws: true).text } ?? ""
    if !text.isEmpty { out.write("\n" + text) }
  }

  private func churning(_ table: Churn.Table, _ out: inout ReportSink) {
    var lines = ResultTable(
      "churning", "\(Self.title(table.grouping)): \(Self.unit(table)) born and died",
      [
        .number("born"), .number("died"), .number("alive at end"), .drawing("births"),
        .text("", "key", limit: 80),
      ])
    lines.rows(table.churning.filter { $0.newborn > 0 || $0.died > 0 }) { group in
      [
        .count(group.newborn), .count(group.died), .count(group.aliveAtEnd),
        .words(Sparkline.text(group.births, width: 20)), .words(Self.name(group)),
      ]
    }
    Self.write(lines, color, &out)
  }

  private static func write(_ table: ResultTable, _ color: Color, _ out: inout ReportSink) {
    if !table.isEmpty { out.write("\n" + table.section(color: color)) }
  }

  private static func unit(_ table: Churn.Table) -> String {
    table.grouping.countsValues ? "values" : "series"
  }

  private func growing(_ table: Churn.Table, _ out: inout ReportSink) {
    var lines = ResultTable(
      "growing",
      "\(Self.title(table.grouping)): \(Self.unit(table)) more at the end than at the beginning",
      [.number("more"), .number("beginning"), .number("end"), .text("", "key", limit: 80)])
    lines.rows(table.growing) { group in
      [
        .count(group.growth), .count(group.aliveAtStart), .count(group.aliveAtEnd),
        .words(Self.name(group)),
      ]
    }
    Self.write(lines, color, &out)
  }

  private static func title(_ grouping: ChurnGrouping) -> String {
    switch grouping {
    case .metric: "By metric"
    case .label: "By label"
    case .pair: "By label pair"
    case .metricLabel: "By metric and label"
    case .target: "By target"
    case .values(let label): "By \(DisplayText.escaped(label))"
    }
  }

  private static func name(_ group: ChurnGroup) -> String {
    group.key.map { label in
      if label.value.isEmpty { return DisplayText.escaped(label.name) }
      let value = DisplayText.escaped(label.value)
      return label.name == Array("__name__".utf8)
        ? value : "\(DisplayText.escaped(label.name))=\"\(value)\""
    }.joined(separator: " ")
  }

  private func rollouts(_ out: inout ReportSink) {
    var table = ResultTable(
      "rollouts", "Rollouts: values that others of the same shape made room for",
      [
        .text("start"), .text("took"), .number("replaced"), .number("series"),
        .text("labels", limit: 40), .text("job", limit: 30), .text("such as", limit: 60),
      ])
    table.rows(churn.rollouts, limit: limit) { rollout in
      let labels = rollout.labels.map { DisplayText.escaped($0) }.joined(separator: ", ")
      let (new, old) = (rollout.example.new, rollout.example.old)
      return [
        .time(rollout.start), .duration(from: rollout.start, to: rollout.end),
        .count(rollout.replaced), .count(rollout.series), .words(labels), .value(rollout.job),
        .words("\(DisplayText.escaped(new)) for \(DisplayText.escaped(old))"),
      ]
    }
    Self.write(table, color, &out)
  }

  private func deploys(_ out: inout ReportSink) {
    guard let explosion = churn.explosion else { return }
    let metric = DisplayText.escaped(explosion.metric)
    let label = DisplayText.escaped(explosion.label)
    out.line("\n" + color(.heading, "Exploded: \(metric) by label \(label)"))
    out.line(
      "  since \(TimeText.seconds(explosion.onset)), \(Units.count(explosion.series)) series")
    guard !churn.deploys.isEmpty else {
      out.line("  nothing that looks like a deploy was born near the onset on its targets")
      return
    }
    out.line("  born near the onset on its targets, and so candidates for the cause:")
    var table = ResultTable(
      "deploys",
      [.text("", "time"), .text("", "label", limit: 60), .text("", "target", limit: 60)])
    for deploy in churn.deploys {
      let target = deploy.target.map {
        "\(DisplayText.escaped($0.name))=\"\(DisplayText.escaped($0.value))\""
      }.joined(separator: " ")
      let label = DisplayText.escaped(deploy.label.name)
      table.row([
        .time(deploy.time), .words("\(label)=\"\(DisplayText.escaped(deploy.label.value))\""),
        .words(target),
      ])
    }
    out.write(table.text(color: color))
  }

  private func write(
    _ server: ServerMetrics.Server, _ buckets: ChurnBuckets, to out: inout ReportSink
  ) {
    let name = server.labels.map {
      "\(DisplayText.escaped($0.name))=\"\(DisplayText.escaped($0.value))\""
    }.joined(separator: " ")
    out.line("\n" + color(.heading, "What the server said of itself") + "  \(name)")
    var table = ResultTable("server", [.text("", "what"), .drawing(""), .text("", "most")])
    let rows = [
      ("head series", server.headSeries, { (value: Double) in Units.decimal(value, places: 0) }),
      ("memory", server.residentBytes, { Units.bytes(Int64(exactly: $0.rounded()) ?? 0) }),
    ]
    for (title, points, text) in rows where !points.isEmpty {
      let most = points.map(\.value).max() ?? 0
      let values = points.map { Int(exactly: $0.value.rounded()) ?? 0 }
      table.row([.words(title), .words(Sparkline.text(values)), "at most \(text(most))"])
    }
    out.write(table.text(color: color))
  }
}
