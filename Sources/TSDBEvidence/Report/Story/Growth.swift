internal import TSDBAnalysis
internal import TSDBFormat
internal import Wording

/// How the series grew: what was alive when, and what was born.
extension Story {
  var growth: Section? {
    guard let buckets = evidence.churn.buckets, buckets.count > 0 else { return nil }
    let culprit = culpritBirths(buckets)
    var blocks: [Block] = [.paragraph(growthSentence(buckets))]
    blocks.append(.chart(aliveChart(buckets, culprit), table(buckets, culprit)))
    blocks.append(.chart(birthChart(buckets, culprit), table(buckets, culprit)))
    return Section(id: "growth", title: "Growth", blocks: blocks)
  }

  /// Births of the explosion by bucket; nil without one.
  private func culpritBirths(_ buckets: ChurnBuckets) -> [Int]? {
    guard let timeline = explosion?.timeline else { return nil }
    var births = [Int](repeating: 0, count: buckets.count)
    for (bin, count) in timeline.births.enumerated() where count > 0 {
      let distance = timeline.time(ofBin: bin).subtractingReportingOverflow(buckets.start)
      guard !distance.overflow, distance.partialValue >= 0 else { continue }
      let bucket = Int(clamping: distance.partialValue / buckets.step)
      if births.indices.contains(bucket) { births[bucket] += count }
    }
    return births
  }

  private func growthSentence(_ buckets: ChurnBuckets) -> Prose {
    let most = buckets.alive.max() ?? 0
    let when = buckets.time(of: buckets.alive.firstIndex(of: most) ?? 0)
    let step = TimeText.duration(buckets.step)
    return "At most \(strong: number(most, "series", "series")) were alive in the same \(step), at "
      + "\(time: when). \(number(evidence.churn.born, "series", "series")) were born in all, "
      + "\(Units.count(evidence.churn.died)) died."
  }

  private var marks: [TimeChart.Mark] {
    var marks: [TimeChart.Mark] = []
    if let found = explosion {
      marks.append(
        TimeChart.Mark(
          time: found.onset, text: (found.isOngoingAtStart ? "" : "onset ") + clock(found.onset)))
    }
    for event in evidence.events.prefix(4) {
      let text = ForeignText.short(Array(event.text.utf8), to: 28)
      marks.append(TimeChart.Mark(time: event.time, text: "\(text) \(clock(event.time))"))
    }
    if !evidence.lost.isEmpty {
      marks.append(
        TimeChart.Mark(
          time: evidence.lost.minTime, text: "samples lost from \(clock(evidence.lost.minTime))"))
    }
    return marks
  }

  /// The time of day.
  private func clock(_ time: Int64) -> String {
    let parts = TimeText.seconds(time).split(separator: "T")
    return String(parts.last?.prefix(8) ?? "")
  }

  private func aliveChart(_ buckets: ChurnBuckets, _ culprit: [Int]?) -> TimeChart {
    var lines = [
      TimeChart.Line(name: "series alive", style: 1, isFilled: true, values: buckets.alive)
    ]
    var description =
      "Series alive in each \(TimeText.duration(buckets.step)): from "
      + "\(Units.count(buckets.alive.first ?? 0)) at the beginning to "
      + "\(Units.count(buckets.alive.last ?? 0)) at the end, at most "
      + "\(Units.count(buckets.alive.max() ?? 0))."
    if let culprit {
      var sum = 0
      let total = culprit.map { count -> Int in
        sum += count
        return sum
      }
      lines.append(
        TimeChart.Line(
          name: "born of the explosion so far", style: 2, isFilled: false, values: total))
      description += " The explosion brought \(Units.count(sum)) series in all."
    }
    return TimeChart(
      title: "Series alive", description: description, unit: "series", start: buckets.start,
      step: buckets.step, lines: lines, marks: marks)
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

  private func table(_ buckets: ChurnBuckets, _ culprit: [Int]?) -> ReportTable {
    var columns: [ReportTable.Column] = [
      .text("from (UTC)"), .number("alive"), .number("born"), .number("may be older"),
      .number("died"),
    ]
    if culprit != nil { columns += [.number("of the explosion"), .number("so far")] }
    var table = ReportTable("Series by \(TimeText.duration(buckets.step))", columns)
    var sum = 0
    for bucket in 0..<buckets.count {
      var row: [Prose] = [
        "\(time: buckets.time(of: bucket))", "\(Units.count(buckets.alive[bucket]))",
        "\(Units.count(buckets.born[bucket]))", "\(Units.count(buckets.notLaterThan[bucket]))",
        "\(Units.count(buckets.died[bucket]))",
      ]
      if let culprit {
        sum += culprit[bucket]
        row += ["\(Units.count(culprit[bucket]))", "\(Units.count(sum))"]
      }
      table.row(row)
    }
    return table
  }
}
