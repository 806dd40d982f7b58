internal import TSDBRepair

/// What goes and what stays, metric by metric and target by target: the largest first, and the rest as a
/// sum, so that a slip in a selector is seen before it costs something.
struct TollText {
  private let toll: Toll
  private let isDone: Bool
  private let color: Color
  private static let rows = 15
  private static let targets = 5

  init(_ toll: Toll, isDone: Bool, color: Color) {
    self.toll = toll
    self.isDone = isDone
    self.color = color
  }

  /// Empty where nothing goes.
  var text: String {
    guard !toll.metrics.isEmpty else { return "" }
    let isCounted = toll.metrics.allSatisfy { $0.samplesLeft != nil }
    var columns: [Table.Column] = [
      .left(isDone ? "what went" : "what goes"), .right("series"), .right("samples"),
      .right("series that stay"),
    ]
    if isCounted { columns.append(.right("samples that stay")) }
    var table = Table(columns)
    for metric in toll.metrics.prefix(Self.rows) {
      table.row(row(metric, name(metric.name), isCounted))
    }
    let rest = toll.metrics.dropFirst(Self.rows)
    if var sum = rest.first {
      for metric in rest.dropFirst() {
        sum.series += metric.series
        sum.samples += metric.samples
        sum.seriesLeft += metric.seriesLeft
        sum.samplesLeft = (sum.samplesLeft ?? 0) + (metric.samplesLeft ?? 0)
      }
      table.row(row(sum, "\(Units.count(rest.count)) more metrics", isCounted))
    }
    return table.text(color: color) + targets
  }

  private func name(_ bytes: [UInt8]) -> String {
    bytes.isEmpty ? "(no name)" : DisplayText.shortened(DisplayText.escaped(bytes), to: 60)
  }

  private func row(_ metric: Toll.Metric, _ name: String, _ isCounted: Bool) -> [String] {
    let all = [
      name, Units.count(metric.series), Units.count(metric.samples), Units.count(metric.seriesLeft),
    ]
    return isCounted ? all + [Units.count(metric.samplesLeft ?? 0)] : all
  }

  private var targets: String {
    guard !toll.targets.isEmpty else { return "" }
    let first = toll.targets.prefix(Self.targets).map { target in
      "job \(DisplayText.escaped(target.name.job)), instance "
        + "\(DisplayText.escaped(target.name.instance)) (\(Units.count(target.series)) series)"
    }
    let rest = toll.targets.count - first.count
    let more = rest > 0 ? "; and \(Units.count(rest)) more targets" : ""
    return "  of " + first.joined(separator: "; ") + more + "\n"
  }
}
