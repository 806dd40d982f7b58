internal import TSDBFormat
internal import Wording

/// Moments of several kinds on one axis of time, a lane for each kind: the starts and stops of a server.
struct EventChart: ReportChart {
  /// A kind, and when it happened.
  struct Lane: Sendable {
    let name: String
    let times: [Int64]
    /// True where it is bad news.
    let isBad: Bool
  }

  let title: String
  let description: String
  let lanes: [Lane]

  private static let laneHeight = 38.0

  func draw(_ size: ChartSize, id: String, into out: inout HTMLWriter) {
    let times = lanes.flatMap(\.times)
    let (first, last) = (times.min() ?? 0, times.max() ?? 0)
    // A moment on the edge would be cut in half.
    let spread = max(1000, TimeRange(minTime: first, maxTime: last).duration / 40)
    let axis = TimeAxis(
      from: (Timestamp(first) - spread).milliseconds, to: (Timestamp(last) + spread).milliseconds,
      ticks: size.timeTicks)
    let bottom = Double(lanes.count) * Self.laneHeight + 6
    svg(size, height: bottom + 44, id: id, into: &out) { out in
      for (number, lane) in lanes.enumerated() {
        let y = Double(number) * Self.laneHeight
        Chart.label(lane.name, 0, y + 13, "legend", into: &out)
        Chart.line((0, y + 27), (size.width, y + 27), "grid", into: &out)
        for time in lane.times {
          let x = Chart.number(size.width * axis.place(of: time))
          out.element(
            "circle",
            [
              "class": lane.isBad ? "moment culprit" : "moment", "cx": x,
              "cy": Chart.number(y + 27), "r": "5",
            ], words: "")
        }
      }
      drawAxis(axis, size, bottom, into: &out)
    }
  }

  private func drawAxis(
    _ axis: TimeAxis, _ size: ChartSize, _ bottom: Double, into out: inout HTMLWriter
  ) {
    Chart.line((0, bottom), (size.width, bottom), "axis", into: &out)
    for tick in axis.ticks {
      let x = size.width * axis.place(of: tick.time)
      let half = Double(tick.text.count) * Chart.characterWidth / 2
      Chart.line((x, bottom), (x, bottom + 5), "axis", into: &out)
      Chart.label(
        tick.text, min(max(x, half), size.width - half), bottom + 18, "tick middle", into: &out)
    }
    Chart.label(axis.title, size.width / 2, bottom + 37, "unit middle", into: &out)
  }
}
