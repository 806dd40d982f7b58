internal import TSDBFormat

/// The blocks that a server cuts out of its head as soon as it compacts, a minute or two behind its start: from the
/// oldest sample on, stretch after stretch of two hours, as long as the head reaches over more than three
/// (Prometheus: tsdb/db.go, `Compact`; tsdb/head.go, `compactable`, `truncateSeriesAndChunkDiskMapper`).
struct HeadCuts {
  /// A block that is cut.
  struct Cut: Equatable {
    /// Its samples.
    let times: TimeRange
    /// Where it ends, exclusive.
    let end: Int64
    /// How many samples it has.
    let samples: Int
  }

  /// The head reaches over more than this before it is cut.
  static let threshold: Int64 = 10_800_000

  /// What is cut, in order.
  private(set) var cuts: [Cut] = []
  /// The last sample of the head; nil where it is empty.
  let newest: Int64?

  /// What of a head with samples in `bins` is cut.
  init(_ bins: [TimeBins.Bin]) {
    newest = bins.last?.times.maxTime
    guard let newest else { return }
    for bin in bins {
      guard Timestamp(newest) - Timestamp(bin.times.minTime) > Self.threshold else { return }
      cuts.append(Cut(times: bin.times, end: bin.end, samples: bin.count))
    }
  }
}
