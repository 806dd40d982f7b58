internal import TSDBFormat
internal import Wording

/// What a chart can be drawn into: a page or a phone.
struct ChartSize: Sendable {
  let width: Double
  /// Ticks of a time axis, at most.
  let timeTicks: Int

  static let wide = ChartSize(width: 760, timeTicks: 8)
  static let narrow = ChartSize(width: 358, timeTicks: 4)

  var isNarrow: Bool { width < 500 }
}

/// A chart that can be drawn in any width.
protocol ReportChart: Sendable {
  /// What it shows, one line.
  var title: String { get }
  /// The same in words, for those who do not see it.
  var description: String { get }
  /// Draws it; `id` is unique on the page.
  func draw(_ size: ChartSize, id: String, into out: inout HTMLWriter)
}

extension ReportChart {
  /// The SVG element with title and description, and what `content` draws.
  func svg(
    _ size: ChartSize, height: Double, id: String, into out: inout HTMLWriter,
    _ content: (inout HTMLWriter) -> Void
  ) {
    let view = "0 0 \(Chart.number(size.width)) \(Chart.number(height))"
    out.element(
      "svg",
      [
        "viewBox": view, "role": "img", "aria-labelledby": "\(id)-title \(id)-desc",
        "class": size.isNarrow ? "narrow" : "wide",
      ]
    ) { out in
      out.element("title", ["id": "\(id)-title"], words: title)
      out.element("desc", ["id": "\(id)-desc"], words: description)
      content(&out)
    }
    out.line()
  }
}

/// Pieces that all charts are drawn with.
enum Chart {
  /// Width of a character of the labels, about; they are set in 12 pixels.
  static let characterWidth = 6.6

  /// A coordinate: one decimal is a tenth of a pixel.
  static func number(_ value: Double) -> String {
    guard value.isFinite else { return "0" }
    return Units.decimal(value, places: 1).replacing(".0", with: "")
  }

  static func line(
    _ from: (x: Double, y: Double), _ to: (x: Double, y: Double), _ kind: String,
    into out: inout HTMLWriter
  ) {
    out.element(
      "path",
      [
        "class": kind,
        "d": "M\(number(from.x)) \(number(from.y))L\(number(to.x)) \(number(to.y))",
      ], words: "")
  }

  static func label(
    _ text: String, _ x: Double, _ y: Double, _ kind: String, into out: inout HTMLWriter
  ) {
    out.element("text", ["x": number(x), "y": number(y), "class": kind], words: text)
  }

  static func box(
    _ x: Double, _ y: Double, _ width: Double, _ height: Double, _ kind: String,
    into out: inout HTMLWriter
  ) {
    out.element(
      "rect",
      [
        "x": number(x), "y": number(y), "width": number(max(0, width)),
        "height": number(max(0, height)), "class": kind,
      ], words: "")
  }
}

/// A scale from nothing to the largest number, with ticks that people would choose.
struct ValueAxis: Sendable {
  /// What is counted.
  enum Unit: Sendable {
    case count, bytes

    func text(_ value: Double) -> String {
      let whole = Int64(exactly: value.rounded()) ?? 0
      return switch self {
      case .count: Units.count(whole)
      case .bytes: Units.bytes(whole)
      }
    }
  }

  let unit: Unit
  let ticks: [Double]
  /// The end of the scale.
  let end: Double

  /// A scale that holds `most`, with about `count` ticks.
  init(upTo most: Double, unit: Unit, ticks count: Int = 5) {
    self.unit = unit
    let most = most.isFinite ? max(most, 1) : 1
    var base = 1.0
    if unit == .bytes { while base * 1024 <= most { base *= 1024 } }
    let step = Self.step(most / base / Double(count)) * base
    let steps = max(1, Int(clamping: (most / step).rounded(.up)))
    ticks = (0...steps).map { Double($0) * step }
    end = Double(steps) * step
  }

  /// The next of 1, 2, 5, 10, 20 … from `least` on.
  private static func step(_ least: Double) -> Double {
    var power = 1.0
    while power * 10 <= least { power *= 10 }
    while power > least, power > 1 { power /= 10 }
    for factor in [1.0, 2, 5] where factor * power >= least { return factor * power }
    return 10 * power
  }
}

/// A scale of time with ticks at whole minutes, hours or days in UTC.
struct TimeAxis: Sendable {
  private static let steps: [Int64] = [
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400,
    172_800, 604_800, 1_209_600, 2_592_000, 7_776_000, 31_536_000,
  ].map { $0 * 1000 }
  private static let day: Int64 = 86_400_000

  let start: Int64
  let end: Int64
  private let step: Int64

  /// A scale from `start` to `end` with `ticks` ticks at most.
  init(from start: Int64, to end: Int64, ticks: Int) {
    self.start = start
    self.end = max(start, end)
    let range = TimeRange(minTime: start, maxTime: self.end)
    let least = TimeGrid(over: range, width: 1, most: ticks).step &- 1
    step = Self.steps.first { $0 >= least } ?? least
  }

  /// Where `time` lies, from 0 to 1.
  func place(of time: Int64) -> Double {
    guard end > start else { return 0 }
    let span = Double(end) - Double(start)
    return min(1, max(0, (Double(time) - Double(start)) / span))
  }

  /// The ticks: times and their labels.
  var ticks: [(time: Int64, text: String)] {
    let first = Timestamp(start).floored(to: step).milliseconds
    let grid = TimeGrid(start: first, step: step, count: 40)
    return (0..<grid.count).map(grid.time(of:)).filter { $0 >= start && $0 <= end }.map {
      ($0, label($0))
    }
  }

  /// The name of the axis: the day, where it is one.
  var title: String {
    let (first, last) = (Self.date(start), Self.date(end))
    return first == last ? "time (UTC), \(first)" : "time (UTC), \(first) to \(last)"
  }

  private static func date(_ time: Int64) -> String {
    String(TimeText.seconds(time).prefix { $0 != "T" })
  }

  private func label(_ time: Int64) -> String {
    let parts = TimeText.seconds(time).split(separator: "T", maxSplits: 1)
    guard let date = parts.first, let clock = parts.last else { return "" }
    if step >= 300 &* Self.day { return String(date.dropLast(6)) }
    if step >= Self.day { return String(date.suffix(5)) }
    let shown = String(clock.prefix(step < 60_000 ? 8 : 5))
    return Self.date(start) == Self.date(end) || Timestamp(end) - Timestamp(start) < Self.day
      ? shown : "\(date.suffix(5)) \(shown)"
  }
}
