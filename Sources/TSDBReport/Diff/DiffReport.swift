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
