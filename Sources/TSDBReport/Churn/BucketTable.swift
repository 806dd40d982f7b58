package import TSDBAnalysis

/// Births and deaths by bucket of time: what can be said of a bucket is said here alone, and who shows it
/// chooses.
package enum BucketColumn {
  /// When it begins, as a time and as a number of milliseconds.
  case start, milliseconds
  /// Milliseconds that it is long.
  case step
  /// All that were born, those of them that are known to be new, and those that may be older.
  case born, newborn, notLaterThan
  case died, alive, away
  /// Counts that somebody else has of the same buckets.
  case other([Int])

  func cell(_ bucket: Int, of buckets: ChurnBuckets) -> ResultTable.Cell {
    switch self {
    case .start: .time(buckets.time(of: bucket))
    case .milliseconds: .count(buckets.time(of: bucket))
    case .step: .count(buckets.step)
    case .born: .count(buckets.born[bucket])
    case .newborn: .count(buckets.newborn(bucket))
    case .notLaterThan: .count(buckets.notLaterThan[bucket])
    case .died: .count(buckets.died[bucket])
    case .alive: .count(buckets.alive[bucket])
    case .away: .count(buckets.away[bucket])
    case .other(let counts): .count(counts[bucket])
    }
  }
}

extension ResultTable {
  /// The table of `buckets`, or of some of them.
  package static func of(
    _ buckets: ChurnBuckets?, _ name: String, caption: String = "", only: [Int]? = nil,
    _ columns: [(BucketColumn, Column)]
  ) -> ResultTable {
    var table = ResultTable(name, caption, columns.map(\.1))
    guard let buckets else { return table }
    for bucket in only ?? Array(0..<buckets.count) {
      table.row(columns.map { $0.0.cell(bucket, of: buckets) })
    }
    return table
  }
}

extension ChurnBuckets {
  /// Those born in a bucket that are known to be new.
  func newborn(_ bucket: Int) -> Int { born[bucket] - notLaterThan[bucket] }
}
