package import TSDBAnalysis
internal import TSDBFormat

/// The ledger in a few lines: what was born, why, and what is left unexplained.
package struct GrowthText {
  private static let mostCauses = 5

  private let growth: Growth
  private let color: Color
  /// True where the births of each account are drawn over time as well.
  private let draws: Bool
  private static let width = 20

  package init(_ growth: Growth, color: Color, draws: Bool = false) {
    self.growth = growth
    self.color = color
    self.draws = draws
  }

  /// The lines; empty where nothing but ordinary replacement was born.
  package var text: String {
    guard !growth.causes.isEmpty else { return "" }
    let grown = growth.causes.filter {
      $0.isIncident || $0.isTrend || $0.follows != nil || $0.followsCut
    }
    .reduce(0) { $0 + $1.series }
    let title =
      grown > 0
      ? "What grew: \(Units.count(grown)) series more than usual"
      : "What grew: nothing out of the ordinary"
    var rows: [Row] = []
    let births = growth.births
    for (cause, births) in zip(growth.causes, births.causes).prefix(Self.mostCauses) {
      rows.append(Row(series: cause.series, births: births, words: sentence(cause)))
    }
    let rest = growth.causes.dropFirst(Self.mostCauses)
    if !rest.isEmpty {
      var sum = [Int](repeating: 0, count: births.count)
      for cause in births.causes.dropFirst(Self.mostCauses) {
        for (bucket, count) in cause.enumerated() { sum[bucket] += count }
      }
      rows.append(
        Row(
          series: rest.reduce(0) { $0 + $1.series }, births: sum,
          words: "\(Units.count(rest.count)) more causes"))
    }
    if growth.ordinarySeries > 0 {
      rows.append(
        Row(
          series: growth.ordinarySeries, births: births.ordinary,
          words: "took the place of others"))
    }
    rows.append(
      Row(series: growth.unexplainedSeries, births: births.unexplained, words: "unexplained"))
    return color(growth.incidents.isEmpty ? .heading : .bad, title) + "\n" + table(rows)
  }

  /// An account.
  private struct Row {
    let series: Int
    let births: [Int]
    let words: String
  }

  private func table(_ rows: [Row]) -> String {
    guard draws else {
      var table = Table([.right(""), .right(""), .left("", limit: Self.room)])
      for row in rows { table.row([Units.count(row.series), share(row.series), row.words]) }
      return table.text()
    }
    var table = Table([
      .right("born"), .right("share"), .left("births"), .left("", limit: Self.room),
    ])
    for row in rows {
      table.row([
        Units.count(row.series), share(row.series), Sparkline.text(row.births, width: Self.width),
        row.words,
      ])
    }
    return table.text(color: color)
  }

  private func share(_ series: Int) -> String {
    let percent = Double(series) * 100 / Double(max(growth.bornSeries, 1))
    return percent > 0 && percent < 1 ? "<1 %" : "\(Int(exactly: percent.rounded()) ?? 0) %"
  }

  /// What there is room for on a line of 80 columns, behind the numbers.
  private static let room = 63

  /// A cause in a line. The names of jobs are shortened as far as it takes.
  private func sentence(_ cause: GrowthCause) -> String {
    for length in [30, 24, 18, 14] {
      let text = sentence(cause, upTo: length)
      if DisplayText.width(text) <= Self.room { return text }
    }
    return sentence(cause, upTo: 10)
  }

  private func sentence(_ cause: GrowthCause, upTo length: Int) -> String {
    var text = what(cause, upTo: length)
    if cause.isTrend { return text + ", at the same rate for a day or more" }
    guard cause.isIncident else { return text }
    text += cause.onset.map { ", since \(Self.minute($0))" } ?? ", since before the data"
    if let ended = cause.endedAt { text += " to \(Self.minute(ended))" }
    return text
  }

  /// Day and minute: the rest of the screen has the year and the seconds.
  private static func minute(_ time: Int64) -> String {
    let text = TimeText.seconds(time)
    guard text.count == 20 else { return text }
    return String(text.dropFirst(5).prefix(11)).replacing("T", with: " ")
  }

  private func what(_ cause: GrowthCause, upTo length: Int) -> String {
    let job = job(cause, upTo: length)
    let label = cause.label.map { DisplayText.shortened(DisplayText.escaped($0), to: 18) } ?? ""
    let values = Units.count(cause.values)
    switch cause.kind {
    case _ where cause.follows != nil: return "\(job) tells of these targets"
    case _ where cause.followsCut: return "\(job) tells of targets that were cut out"
    case .labelValues: return "\(job): \(values) values of \(label)"
    case .targets: return "\(job): \(values) targets of \(Units.count(cause.seriesEach ?? 0))"
    case .product:
      let other =
        cause.alsoLabels.last.map { DisplayText.shortened(DisplayText.escaped($0), to: 18) } ?? ""
      return "\(job): \(label) times \(other)"
    case .metricNames: return "\(job): \(values) metric names"
    case .newJob: return "\(job) is new"
    case .renamed: return "\(job): metrics have other names"
    case .periodic: return "\(job) comes at this hour of other days"
    case .downtime: return "came while no samples were taken"
    case .rollout: return "\(job) was rolled out"
    }
  }

  private func job(_ cause: GrowthCause, upTo length: Int) -> String {
    guard cause.jobs.count == 1 else { return "\(Units.count(cause.jobs.count)) jobs" }
    guard let name = cause.jobs.first?.name else { return "no job" }
    return DisplayText.shortened(DisplayText.escaped(name), to: length)
  }
}
