internal import TSDBFormat

extension WhatIf {
  /// The series as they are, counted once for any number of changes.
  public struct Unchanged: Sendable {
    let baseline: Baseline
    let range: TimeRange
    /// Series whose last sample is older do not count.
    let oldest: Int64
    let names: PairRow.Names
    private(set) var side: SideCensus

    /// Counts what was read: of blocks and head together where both were read, and of a head alone, what
    /// replay keeps.
    public init(_ read: DirectoryHistory, parts: DirectoryHistory.Parts) {
      let history = read.history
      range = history.series.timeRange
      baseline = Baseline(of: history.series, range: range)
      names = PairRow.Names(history.pairs)
      oldest = parts == .head ? read.head.census.minValidTime : .min
      side = SideCensus(metricName: history.pairs.nameID(of: Array("__name__".utf8)))
      history.series.forEachWithSamples { series, times in
        guard times.maxTime >= oldest else { return }
        side.add(
          history.series.pairs(of: series), history.pairs, times,
          isLive: read.isLive(series, times), isBorn: !baseline.contains(times.minTime))
      }
    }
  }
}

extension DirectoryHistory {
  /// True for a series of the head that replay keeps.
  func isLive(_ series: SeriesTable.SeriesID, _ times: TimeRange) -> Bool {
    Int(series) < headSeries && times.maxTime >= head.census.minValidTime
  }
}
