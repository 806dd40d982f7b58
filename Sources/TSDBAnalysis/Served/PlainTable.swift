internal import TSDBFormat

/// What was counted of plain series in one reading of a log, series by series: what a server serves that reads it up
/// to a certain record, and the rest.
struct PlainTable: Sendable {
  typealias Count = ReplayComparison.Count

  /// What of the log is asked for.
  enum Part {
    /// All of it, of which the server serves what it did when it was counted.
    case asCounted
    /// All of it, and all is served.
    case whole
    /// What was served, and nothing else is there.
    case served
  }

  /// The last record that a server reads of the segment in which it stops, and the first that it does not: whoever
  /// stops in between reads the same.
  struct End {
    private(set) var last = -1
    private(set) var next = Int.max

    mutating func take(_ offset: Int, isServed: Bool) {
      if isServed { last = max(last, offset) } else { next = min(next, offset) }
    }
  }

  /// The series, by their refs.
  let refs: PlainSeries.Refs
  /// The metrics, by number.
  let metrics: ByteStringTable
  /// What times are counted from.
  let base: Int64
  /// Samples of refs that no record defines and no chunk has: all, and those that a server reads.
  let strays: (all: Int, served: Int)
  /// True where there is nothing besides plain series.
  let isAll: Bool
  /// Where what is served ends; nil where that is not all that tells it from the rest.
  let end: End?
  /// True where the server would pass over some record of those that it does not come to.
  let passesOver: Bool

  /// What there is by metric, in the order of their numbers.
  func counts(_ part: Part) -> [(served: Count, everything: Count, lost: Count)] {
    var counts = [(served: Count, everything: Count, lost: Count)](
      repeating: (Count(), Count(), Count()), count: metrics.count)
    forEach { metric, served, lost in
      if let served {
        counts[metric].served.add(served)
        counts[metric].everything.add(served)
      }
      guard var lost, part != .served else { return }
      if served != nil { lost.series = 0 }
      if part == .whole {
        counts[metric].served.add(lost)
      } else {
        counts[metric].lost.add(lost)
      }
      counts[metric].everything.add(lost)
    }
    return counts
  }

  /// Of all that was counted, what is gone and what is left in a `part` of it.
  func loss(_ part: Part) -> [(lost: Count, left: Count)] {
    counts(part == .served ? .asCounted : .whole).map { ($0.lost, $0.served) }
  }

  /// Calls `body` with each series: the number of its metric, what is served of it, and what is not.
  private func forEach(_ body: (Int, _ served: Count?, _ lost: Count?) -> Void) {
    let tallies = refs.tallies.span
    for place in tallies.indices where !tallies[place].isMixed {
      let row = tallies[place]
      guard row.served > 0 || row.lost > 0 else { continue }
      body(
        Int(row.metric),
        row.served > 0 ? Count(row.served, row.servedFrom, row.servedTo, base) : nil,
        row.lost > 0 ? Count(row.lost, row.lostFrom, row.lostTo, base) : nil)
    }
  }
}
