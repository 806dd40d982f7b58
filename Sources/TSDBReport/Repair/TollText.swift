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
    var columns: [ResultTable.Column] = [
      .text(isDone ? "what went" : "what goes", "metric"), .number("series"), .number("samples"),
      .number("series that stay"),
    ]
    if isCounted { columns.append(.number("samples that stay")) }
    var table = ResultTable("toll", columns)
    table.rows(Array(toll.metrics.prefix(Self.rows))) { row($0, name($0.name)) }
    let rest = toll.metrics.dropFirst(Self.rows)
    if var sum = rest.first {
      for metric in rest.dropFirst() {
        sum.series += metric.series
        sum.samples += metric.samples
        sum.seriesLeft += metric.seriesLeft
        sum.samplesLeft = (sum.samplesLeft ?? 0) + (metric.samplesLeft ?? 0)
      }
      table.row(row(sum, "\(Units.count(rest.count)) more metrics"))
    }
    return table.text(color: color) + targets
  }

  /// All metrics.
  var table: ResultTable {
    var table = ResultTable(
      "toll", isDone ? "What went" : "What goes",
      [
        .text("metric"), .number("series"), .number("samples"), .number("series that stay"),
        .number("samples that stay"),
      ])
    table.rows(toll.metrics) {
      [.value($0.name), .count($0.series), .count($0.samples), .count($0.seriesLeft)]
        + [.count($0.samplesLeft)]
    }
    return table
  }

  private var isCounted: Bool { toll.metrics.allSatisfy { $0.samplesLeft != nil } }

  private func name(_ bytes: [UInt8]) -> String {
    bytes.isEmpty ? "(no name)" : DisplayText.shortened(DisplayText.escaped(bytes), to: 60)
  }

  private func row(_ metric: Toll.Metric, _ name: String) -> [ResultTable.Cell] {
    let all: [ResultTable.Cell] = [
      .words(name), .count(metric.series), .count(metric.samples), .count(metric.seriesLeft),
    ]
    return isCounted ? all + [.count(metric.samplesLeft ?? 0)] : all
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
