internal import TSDBAnalysis
internal import TSDBFormat
internal import TSDBReport
internal import Wording

/// How the series grew: what was alive when, and what was born.
extension Story {
  var growth: Section? {
    guard let buckets = evidence.churn.buckets, buckets.count > 0 else { return nil }
    let culprit = culpritBirths(buckets)
    var blocks: [Block] = [.paragraph(growthSentence(buckets))]
    let head = headSeries(buckets)
    blocks.append(.chart(headChart(buckets, head, culprit), headTable(buckets, head, culprit)))
    blocks.append(.chart(birthChart(buckets, culprit), birthTable(buckets, culprit)))
    blocks += servers(buckets, head)
    return Section(id: "growth", title: "Growth", blocks: blocks)
  }

  /// How long a series without samples stays in the head, about: until the head is truncated the next
  /// time, which happens when it spans one and a half block ranges of two hours.
  private static let headSpan: Int64 = 3 * 3_600_000

  /// Series in a server's head by bucket: all that were there or born, but for those that died longer ago
  /// than a head spans.
  private func headSeries(_ buckets: ChurnBuckets) -> [Int] {
    let width = TimeGrid(start: 0, step: buckets.step, count: buckets.count).steps(
      in: Self.headSpan)
    var count = buckets.earlier
    return (0..<buckets.count).map { bucket in
      count += buckets.born[bucket]
      if bucket > width { count -= buckets.died[bucket - width - 1] }
      return count
    }
  }

  /// Births of the explosion by bucket; nil without one.
  private func culpritBirths(_ buckets: ChurnBuckets) -> [Int]? {
    guard let timeline = explosion?.timeline else { return nil }
    let grid = TimeGrid(start: buckets.start, step: buckets.step, count: buckets.count)
    var births = [Int](repeating: 0, count: buckets.count)
    for (bin, count) in timeline.births.enumerated() where count > 0 {
      let time = timeline.time(ofBin: bin)
      guard time >= buckets.start else { continue }
      let bucket = grid.index(of: time)
      if births.indices.contains(bucket) { births[bucket] += count }
    }
    return births
  }

  private func growthSentence(_ buckets: ChurnBuckets) -> Prose {
    let head = headSeries(buckets)
    let most = head.max() ?? 0
    let when = buckets.time(of: head.firstIndex(of: most) ?? 0)
    return "The head held \(Units.count(head.first ?? 0)) series at first, and at most "
      + "\(strong: Units.count(most)), at \(time: when). "
      + "\(number(evidence.churn.born - evidence.churn.notLaterThan, "series", "series")) were born while "
      + "the data was recorded, and \(Units.count(evidence.churn.died)) died; a series that dies leaves "
      + "the head about three hours later."
      + (isNarrowed ? " Only what the limits leave is counted: a server's head held more." : "")
  }

  /// The moments that all charts over time mark.
  var marks: [TimeChart.Mark] {
    var marks: [TimeChart.Mark] = []
    if let found = explosion {
      marks.append(
        TimeChart.Mark(
          time: found.onset, text: (found.isOngoingAtStart ? "" : "onset ") + clock(found.onset)))
    }
    for event in evidence.events.prefix(4) {
      let text = ForeignText.cut(DisplayText.escaped(event.text), to: 24)
      marks.append(TimeChart.Mark(time: event.time, text: "\(text) \(clock(event.time))"))
    }
    if !evidence.lost.isEmpty {
      marks.append(
        TimeChart.Mark(
          time: evidence.lost.minTime, text: "samples lost from \(clock(evidence.lost.minTime))"))
    }
    return marks.filter { evidence.limits.contains($0.time) }
  }

  /// The time of day.
  private func clock(_ time: Int64) -> String {
    let parts = TimeText.seconds(time).split(separator: "T")
    return String(parts.last?.prefix(8) ?? "")
  }

  private func headChart(
    _ buckets: ChurnBuckets, _ head: [Int], _ culprit: [Int]?
  ) -> TimeChart {
    var lines = [
      TimeChart.Line(name: "in the head", style: 1, isFilled: true, values: head),
      TimeChart.Line(
        name: "found by a query", style: 3, isFilled: false, values: buckets.alive),
    ]
    var description =
      "Series in the head: from \(Units.count(head.first ?? 0)) at the beginning to "
      + "\(Units.count(head.last ?? 0)) at the end. At most "
      + "\(Units.count(buckets.alive.max() ?? 0)) of them are found by a query at one time."
    if let culprit {
      let total = Self.sums(culprit)
      lines.append(
        TimeChart.Line(name: "of the explosion", style: 2, isFilled: false, values: total))
      description += " The explosion brought \(Units.count(total.last ?? 0)) series in all."
    }
    return TimeChart(
      title: "Series in the head", description: description, unit: "series", start: buckets.start,
      step: buckets.step, lines: lines, marks: marks)
  }

  /// How many there were up to each bucket.
  private static func sums(_ counts: [Int]) -> [Int] {
    var sum = 0
    return counts.map { count in
      sum += count
      return sum
    }
  }

  private func birthChart(_ buckets: ChurnBuckets, _ culprit: [Int]?) -> TimeChart {
    let step = TimeText.duration(buckets.step)
    // What may be older than the data was not born when it begins.
    let born = zip(buckets.born, buckets.notLaterThan).map { $0 - $1 }
    var lines = [TimeChart.Line(name: "born", style: 1, isFilled: true, values: born)]
    if let culprit {
      lines.append(
        TimeChart.Line(name: "born of the explosion", style: 2, isFilled: false, values: culprit))
    }
    lines.append(TimeChart.Line(name: "died", style: 3, isFilled: false, values: buckets.died))
    let first = buckets.notLaterThan.reduce(0, +)
    return TimeChart(
      title: "Series born and died, by \(step)",
      description:
        "At most \(Units.count(born.max() ?? 0)) series were born, and at most "
        + "\(Units.count(buckets.died.max() ?? 0)) died, in \(step). The "
        + "\(number(first, "series", "series")) that may be older than the data are left out.",
      unit: "series per \(step)", start: buckets.start, step: buckets.step, lines: lines,
      marks: marks)
  }

  private func headTable(
    _ buckets: ChurnBuckets, _ head: [Int], _ culprit: [Int]?
  ) -> ResultTable {
    var columns: [(BucketColumn, ResultTable.Column)] = [
      (.start, .text("from (UTC)")), (.other(head), .number("in the head")),
      (.alive, .number("found by a query")),
    ]
    if let culprit { columns.append((.other(Self.sums(culprit)), .number("of the explosion"))) }
    return .of(
      buckets, "head", caption: "Series in the head, by \(TimeText.duration(buckets.step))",
      columns)
  }

  private func birthTable(_ buckets: ChurnBuckets, _ culprit: [Int]?) -> ResultTable {
    var columns: [(BucketColumn, ResultTable.Column)] = [
      (.start, .text("from (UTC)")), (.newborn, .number("born")),
    ]
    if let culprit { columns.append((.other(culprit), .number("of the explosion"))) }
    columns += [(.notLaterThan, .number("may be older")), (.died, .number("died"))]
    return .of(
      buckets, "births",
      caption: "Series born and died, by \(TimeText.duration(buckets.step))", columns)
  }
}
