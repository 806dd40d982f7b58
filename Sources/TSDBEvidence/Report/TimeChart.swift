internal import TSDBFormat
internal import Wording

/// Numbers over time: steps of equal width, with an axis of each, a legend, and marks at moments that
/// matter.
struct TimeChart: ReportChart {
  /// One of the curves.
  struct Line: Sendable {
    let name: String
    /// Its place in the palette, from 1: colour and dashes.
    let style: Int
    /// True where the space below it is filled.
    let isFilled: Bool
    /// A value for each step.
    let values: [Int]
    /// How many steps there are before anything is known; they are not drawn.
    var unknown = 0
  }

  /// A moment that is marked.
  struct Mark: Sendable {
    let time: Int64
    let text: String
  }

  let title: String
  let description: String
  /// The name of the axis of values.
  let unit: String
  /// What the values count.
  var values = ValueAxis.Unit.count
  /// First millisecond of the first step.
  let start: Int64
  /// Milliseconds in a step.
  let step: Int64
  let lines: [Line]
  var marks: [Mark] = []

  private static let left = 62.0
  private static let right = 14.0
  private static let rowHeight = 16.0

  /// Where things are drawn.
  private struct Frame {
    let x: Double
    let y: Double
    let width: Double
    let height: Double
    let time: TimeAxis
    let values: ValueAxis

    func x(_ time: Int64) -> Double { x + width * self.time.place(of: time) }
    func y(_ value: Double) -> Double { y + height * (1 - min(1, value / values.end)) }
    var bottom: Double { y + height }
  }

  private var count: Int { lines.map(\.values.count).max() ?? 0 }

  private func time(ofStep number: Int) -> Int64 {
    TimeGrid(start: start, step: step, count: count).time(of: number)
  }

  func draw(_ size: ChartSize, id: String, into out: inout HTMLWriter) {
    let width = size.width - Self.left - Self.right
    let time = TimeAxis(from: start, to: time(ofStep: count), ticks: size.timeTicks)
    let labels = markRows(time, width: width)
    let legend = legendRows(width: size.width)
    let top =
      Double(legend.count) * Self.rowHeight + 26
      + Double(labels.map { $0.row + 1 }.max() ?? 0) * Self.rowHeight
    let most = lines.flatMap(\.values).max() ?? 0
    let frame = Frame(
      x: Self.left, y: top, width: width, height: size.isNarrow ? 180 : 220, time: time,
      values: ValueAxis(upTo: Double(most), unit: values))
    svg(size, height: frame.bottom + 44, id: id, into: &out) { out in
      draw(legend, into: &out)
      drawAxes(frame, size, into: &out)
      for line in lines { draw(line, frame, into: &out) }
      draw(labels, frame, below: Double(legend.count) * Self.rowHeight + 18, into: &out)
      // Last, so that no mark runs through it.
      Chart.label(unit, 2, frame.y - 11, "unit halo", into: &out)
    }
  }

  // MARK: Axes

  private func drawAxes(_ frame: Frame, _ size: ChartSize, into out: inout HTMLWriter) {
    for tick in frame.values.ticks {
      let y = frame.y(tick)
      Chart.line((frame.x, y), (frame.x + frame.width, y), "grid", into: &out)
      Chart.label(frame.values.unit.text(tick), frame.x - 6, y + 4, "tick end", into: &out)
    }
    for tick in frame.time.ticks {
      let x = frame.x(tick.time)
      Chart.line((x, frame.bottom), (x, frame.bottom + 5), "axis", into: &out)
      let half = Double(tick.text.count) * Chart.characterWidth / 2
      let place = min(max(x, half), size.width - half)
      Chart.label(tick.text, place, frame.bottom + 18, "tick middle", into: &out)
    }
    Chart.line(
      (frame.x, frame.bottom), (frame.x + frame.width, frame.bottom), "axis", into: &out)
    Chart.label(
      frame.time.title, frame.x + frame.width / 2, frame.bottom + 37, "unit middle", into: &out)
  }

  // MARK: Curves

  private func draw(_ line: Line, _ frame: Frame, into out: inout HTMLWriter) {
    guard line.values.count > line.unknown else { return }
    var path = ""
    var last: Double?
    for (number, value) in line.values.enumerated().dropFirst(line.unknown) {
      let y = frame.y(Double(value))
      if let last, last == y { continue }
      let x = Chart.number(frame.x(time(ofStep: number)))
      path += last == nil ? "M\(x) \(Chart.number(y))" : "H\(x)V\(Chart.number(y))"
      last = y
    }
    path += "H\(Chart.number(frame.x(time(ofStep: line.values.count))))"
    if line.isFilled {
      let bottom = Chart.number(frame.bottom)
      let area = "\(path)V\(bottom)H\(Chart.number(frame.x))Z"
      out.element("path", ["class": "area a\(line.style)", "d": area], words: "")
    }
    out.element("path", ["class": "curve s\(line.style)", "d": path], words: "")
  }

  // MARK: Legend

  /// The lines in rows that fit.
  private func legendRows(width: Double) -> [[(line: Line, x: Double)]] {
    var rows: [[(line: Line, x: Double)]] = []
    var x = 0.0
    for line in lines {
      let needed = 40 + Double(line.name.count) * Chart.characterWidth
      if rows.isEmpty || x + needed > width {
        rows.append([])
        x = 0
      }
      rows[rows.count - 1].append((line, x))
      x += needed
    }
    return rows
  }

  private func draw(_ rows: [[(line: Line, x: Double)]], into out: inout HTMLWriter) {
    for (number, row) in rows.enumerated() {
      let y = 12 + Double(number) * Self.rowHeight
      for (line, x) in row {
        if line.isFilled { Chart.box(x, y - 9, 22, 9, "area a\(line.style)", into: &out) }
        let height = line.isFilled ? y - 9 : y - 4
        Chart.line((x, height), (x + 22, height), "curve s\(line.style)", into: &out)
        Chart.label(line.name, x + 28, y, "legend", into: &out)
      }
    }
  }

  // MARK: Marks

  private struct MarkLabel {
    let mark: Mark
    let row: Int
    let isLeft: Bool
  }

  /// Puts the labels of the marks in rows in which they do not meet.
  private func markRows(_ time: TimeAxis, width: Double) -> [MarkLabel] {
    var ends: [Double] = []
    var result: [MarkLabel] = []
    for mark in marks.sorted(by: { $0.time < $1.time }) {
      let x = width * time.place(of: mark.time)
      let needed = Double(mark.text.count) * Chart.characterWidth + 10
      let isLeft = x + needed > width
      let begin = isLeft ? x - needed : x
      let row = ends.firstIndex { $0 <= begin } ?? ends.count
      if row == ends.count { ends.append(0) }
      ends[row] = begin + needed
      result.append(MarkLabel(mark: mark, row: row, isLeft: isLeft))
    }
    return result
  }

  private func draw(
    _ labels: [MarkLabel], _ frame: Frame, below top: Double, into out: inout HTMLWriter
  ) {
    // A label is drawn over the lines of others.
    for label in labels {
      let x = frame.x(label.mark.time)
      let y = top + Double(label.row) * Self.rowHeight - 8
      Chart.line((x, y), (x, frame.bottom), "mark", into: &out)
    }
    for label in labels {
      let x = frame.x(label.mark.time)
      let y = top + Double(label.row) * Self.rowHeight
      let kind = label.isLeft ? "note end" : "note"
      Chart.label(label.mark.text, label.isLeft ? x - 5 : x + 5, y, kind, into: &out)
    }
  }
}
