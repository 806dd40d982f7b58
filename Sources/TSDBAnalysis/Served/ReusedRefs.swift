internal import TSDBFormat

/// What a server serves of series whose ref another took while the log was replayed, and of the others.
///
/// The lists of the labels of the first still hold the ref: queries for it find the other one, with its
/// own labels. The first is found by nobody. If nothing is in it, the server forgets it at the end of the
/// replay, and the other with it, because it goes by the ref (Prometheus: tsdb/head.go,
/// `getOrCreateWithOptionalID`, `gc`; tsdb/index/postings.go, `MemPostings`).
struct ReusedRefs {
  /// By the rank of a series that lost its ref: the one that has it.
  private let holders: [Int: Int]
  /// By the rank of a series that has the ref of others: their metrics.
  private let names: [Int: [[UInt8]]]
  /// The ranks of series with the refs of others that were found to be empty.
  private var lost: Set<Int> = []
  /// Series with the refs of others, which wait until all others were looked at.
  private(set) var postponed: [(everything: SeriesWork?, served: SeriesWork)] = []

  /// The series of `replay`.
  init(_ replay: HeadReplay) {
    var holders: [Int: Int] = [:]
    var names: [Int: [[UInt8]]] = [:]
    for series in replay.replaced
    where holders.updateValue(series.holder, forKey: series.rank) == nil {
      names[series.holder, default: []].append(replay.list.labels(at: series.rank).metric)
    }
    self.holders = holders
    self.names = names
  }

  /// The metrics that the series at `rank` comes up for besides its own.
  func otherNames(of rank: Int) -> [[UInt8]] { names[rank] ?? [] }

  /// True for a series that has to wait; it is kept then.
  mutating func postpones(_ served: SeriesWork, against everything: SeriesWork?) -> Bool {
    guard let rank = served.head?.rank, names[rank] != nil, holders[rank] == nil else {
      return false
    }
    postponed.append((everything, served))
    return true
  }

  /// Gives back the series at `rank`, unless it lost its ref: then nothing of it is served.
  mutating func note(_ series: HeadSeries, at rank: Int) -> HeadSeries? {
    guard let holder = holders[rank] else { return series }
    if !series.leftSomething && !series.hasContent { lost.insert(holder) }
    return nil
  }

  /// What is served of a series that waited.
  func withoutLost(_ served: SeriesWork) -> SeriesWork {
    guard let rank = served.head?.rank, lost.contains(rank) else { return served }
    return SeriesWork(labels: served.labels, blockRuns: served.blockRuns, head: nil)
  }
}
