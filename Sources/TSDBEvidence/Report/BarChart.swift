internal import TSDBFormat
internal import Wording

/// Numbers side by side, as horizontal bars: a name above each, its number behind it.
struct BarChart: ReportChart {
  /// A bar.
  struct Bar: Sendable {
    let name: String
    let value: UInt64
    /// True for the one that the report is about.
    var isCulprit = false
  }

  let title: String
  let description: String
  /// The name of the axis.
  let axis: String
  let unit: ValueAxis.Unit
  let bars: [Bar]

  private static let rowHeight = 34.0

  func draw(_ size: ChartSize, id: String, into out: inout HTMLWriter) {
    let most = bars.map(\.value).max() ?? 0
    // The number stands behind the longest bar.
    let longest = bars.map { unit.text(Double($0.value)).count }.max() ?? 0
    let width = size.width - Double(longest) * Chart.characterWidth - 14
    let axis = ValueAxis(upTo: Double(most), unit: unit, ticks: size.isNarrow ? 3 : 5)
    let bottom = Double(bars.count) * Self.rowHeight + 4
    svg(size, height: bottom + 42, id: id, into: &out) { out in
      drawAxis(axis, width, bottom, into: &out)
      for (number, bar) in bars.enumerated() {
        let y = Double(number) * Self.rowHeight
        let length = width * Double(bar.value) / axis.end
        let name = DisplayText.shortened(
          bar.name, to: Int(clamping: size.width / Chart.characterWidth) - 2)
        Chart.label(name, 0, y + 13, "legend", into: &out)
        let kind = bar.isCulprit ? "bar culprit" : "bar"
        Chart.box(0, y + 18, max(1, length), 12, kind, into: &out)
        Chart.label(unit.text(Double(bar.value)), length + 6, y + 28, "tick", into: &out)
      }
    }
  }

  private func drawAxis(
    _ axis: ValueAxis, _ width: Double, _ bottom: Double, into out: inout HTMLWriter
  ) {
    for (number, tick) in axis.ticks.enumerated() {
      let x = width * tick / axis.end
      Chart.line((x, bottom), (x, bottom + 5), "axis", into: &out)
      Chart.label(
        unit.text(tick), x, bottom + 18, number == 0 ? "tick" : "tick middle", into: &out)
    }
    Chart.line((0, bottom), (width, bottom), "axis", into: &out)
    Chart.label(self.axis, width / 2, bottom + 36, "unit middle", into: &out)
  }
}
