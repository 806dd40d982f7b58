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
    return color(growth.incidents.isEmpty ? .heading : .bad, title) + "\n"
      + table(mostCauses: Self.mostCauses).text(color: draws ? color : .none)
  }

  /// Every account, for formats that have nothing else.
  package var table: ResultTable { table(mostCauses: .max) }

  private func table(mostCauses: Int) -> ResultTable {
    var columns: [ResultTable.Column] = [
      .number(draws ? "born" : "", "series"), .number(draws ? "share" : "", "share"),
    ]
    if draws { columns.append(.drawing("births")) }
    columns.append(.text("", "account", limit: Self.room))
    var table = ResultTable("growth", "What grew", columns)
    func row(_ series: Int, _ births: [Int], _ words: String) {
      let curve = ResultTable.Cell.words(Sparkline.text(births, width: Self.width))
      table.row([.count(series), share(series)] + (draws ? [curve] : []) + [.words(words)])
    }
    let births = growth.births
    for (cause, births) in zip(growth.causes, births.causes).prefix(mostCauses) {
      row(cause.series, births, sentence(cause))
    }
    let rest = growth.causes.dropFirst(mostCauses)
    if !rest.isEmpty {
      var sum = [Int](repeating: 0, count: births.count)
      for cause in births.causes.dropFirst(mostCauses) {
        for (bucket, count) in cause.enumerated() { sum[bucket] += count }
      }
      row(rest.reduce(0) { $0 + $1.series }, sum, "\(Units.count(rest.count)) more causes")
    }
    if growth.ordinarySeries > 0 {
      row(growth.ordinarySeries, births.ordinary, "took the place of others")
    }
    row(growth.unexplainedSeries, births.unexplained, "unexplained")
    return table
  }

  private func share(_ series: Int) -> ResultTable.Cell {
    let share = Double(series) / Double(max(growth.bornSeries, 1))
    let percent = Double(series) * 100 / Double(max(growth.bornSeries, 1))
    let words = percent > 0 && percent < 1 ? "<1 %" : "\(Int(exactly: percent.rounded()) ?? 0) %"
    return .shown(words, as: .share(share))
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
