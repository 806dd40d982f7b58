internal import TSDBFormat

/// What a head is made of, as far as it decides how much memory a server needs for it.
///
/// All series count that the log tells of: a server makes each of them, and drops those of which no sample
/// is left only when it has read all of the log (Prometheus: tsdb/head.go, `Init`, which ends with `gc`).
public struct HeadLoad: Equatable, Sendable {
  /// Distinct series.
  public var series = 0
  /// Labels of all series added up.
  public var labels = 0
  /// Bytes of the names and values of these.
  public var labelBytes = 0
  /// Distinct label pairs.
  public var pairs = 0
  /// Bytes of the names and values of these, which a block holds once; not counted of a cause.
  public var pairBytes = 0

  /// A head of nothing.
  public init() {}

  /// A head of so much.
  public init(series: Int, labels: Int, labelBytes: Int, pairs: Int, pairBytes: Int = 0) {
    self.series = series
    self.labels = labels
    self.labelBytes = labelBytes
    self.pairs = pairs
    self.pairBytes = pairBytes
  }

  /// What is left of it by a change that leaves `part` of `whole`: of those of its series that replay keeps.
  public func scaled(from whole: HeadLoad, to part: HeadLoad) -> HeadLoad {
    func share(_ number: Int, _ whole: Int, _ part: Int) -> Int {
      whole > 0 ? Int(clamping: Double(number) * Double(part) / Double(whole)) : part
    }
    // Pairs that no series with samples has are left alone.
    let pairsLeft = max(0, pairs - whole.pairs + part.pairs)
    return HeadLoad(
      series: share(series, whole.series, part.series),
      labels: share(labels, whole.labels, part.labels),
      labelBytes: share(labelBytes, whole.labelBytes, part.labelBytes),
      pairs: pairsLeft, pairBytes: share(pairBytes, pairs, pairsLeft))
  }
}

extension DirectoryHistory {
  /// Counts the head's own series: one pass over their labels.
  public func headLoad() -> HeadLoad {
    let lengths = history.pairs.lengths
    let labels = history.series.pairs(ofFirst: headSeries)
    var bytes = 0
    for index in labels.indices { bytes &+= Int(lengths[Int(labels[index])]) }
    let pairBytes = (0..<min(headPairs, lengths.count)).reduce(0) { $0 &+ Int(lengths[$1]) }
    return HeadLoad(
      series: headSeries, labels: labels.count, labelBytes: bytes, pairs: headPairs,
      pairBytes: pairBytes)
  }

  /// The part of the head's load that the series of `cause` are. What is in blocks alone fills no head.
  public func headLoad(of cause: GrowthCause) -> HeadLoad {
    var load = HeadLoad()
    for series in cause.members where series < headSeries {
      load.series += 1
      load.labels += history.series.pairs(of: series).count
    }
    let share = Double(load.series) / Double(max(1, cause.members.count))
    load.labelBytes = Int(clamping: Double(cause.labelBytes) * share)
    // The labels that move with it have as many new values.
    let values = cause.values.multipliedReportingOverflow(by: 1 + cause.alsoLabels.count)
    load.pairs = min(load.series, values.overflow ? .max : values.partialValue, headPairs)
    return load
  }
}
