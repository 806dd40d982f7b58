package import TSDBAnalysis
package import TSDBStore

/// What was compared, and what came of it.
package struct DiffReport {
  /// One side: a directory, at a time if there is only one.
  package struct Side {
    package let path: String
    package var time: Int64?
    /// Series that tombstones delete whole, and that are not compared.
    package var deleted = 0

    package init(path: String, time: Int64? = nil, deleted: Int = 0) {
      self.path = path
      self.time = time
      self.deleted = deleted
    }
  }

  package let first: Side
  package let second: Side
  package let diff: HistoryDiff
  /// Gaps of the first side that the second can fill; nil where nobody looked.
  package var gapsOfFirst: [SampleOccupancy.Gap]?
  package var gapsOfSecond: [SampleOccupancy.Gap]?
  /// What is wrong, by directory.
  package let damage: [(String, [FileError])]

  package init(first: Side, second: Side, diff: HistoryDiff, damage: [(String, [FileError])]) {
    self.first = first
    self.second = second
    self.diff = diff
    self.damage = damage
  }

  /// True where no difference was found.
  package var isEqual: Bool {
    diff.appeared == 0 && diff.vanished == 0 && gapsOfFirst?.isEmpty != false
      && gapsOfSecond?.isEmpty != false
  }
}

extension DiffReport {
  /// What changed most, and the gaps that can be filled.
  package var tables: [ResultTable] {
    [
      Self.table("metrics", "Metrics by series", "metrics", diff.metrics),
      Self.table("labels", "Labels by distinct values", "labels", diff.labels),
      Self.table("labelPairs", "Label pairs by series", "label pairs", diff.pairs),
      Self.table("gapsOfFirst", gapsOfFirst, of: first.path, filledBy: second.path),
      Self.table("gapsOfSecond", gapsOfSecond, of: second.path, filledBy: first.path),
    ]
  }

  private static func table(
    _ name: String, _ caption: String, _ unit: String, _ lines: HistoryDiff.Table
  ) -> ResultTable {
    var table = ResultTable(
      name, caption,
      [.number("before"), .number("after"), .number("change"), .text("", "key", limit: 100)])
    table.note =
      "\(Units.count(lines.appeared)) \(unit) appeared, \(Units.count(lines.vanished)) vanished"
    table.rows(lines.changed) { line in
      let change = (line.change > 0 ? "+" : "") + Units.count(line.change)
      return [
        .count(line.before), .count(line.after), .shown(change, as: .count(line.change)),
        .value(line.key),
      ]
    }
    return table
  }

  private static func table(
    _ name: String, _ gaps: [SampleOccupancy.Gap]?, of path: String, filledBy other: String
  ) -> ResultTable {
    let (mine, theirs) = (DisplayText.escaped(path), DisplayText.escaped(other))
    var table = ResultTable(
      name, "Without samples in \(mine), which \(theirs) can fill",
      [.text("from"), .text("to"), .text("length"), .number("samples there")])
    table.rows(gaps ?? []) { gap in
      [
        .time(gap.start), .time(gap.end), .duration(from: gap.start, to: gap.end),
        .count(gap.samplesOfOther),
      ]
    }
    return table
  }
}
